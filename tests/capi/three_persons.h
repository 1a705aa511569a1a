/* A gallery of three persons, for the cases of templates and of search. */
#ifndef VISAVIS_TESTS_THREE_PERSONS_H
#define VISAVIS_TESTS_THREE_PERSONS_H

#include <string.h>

#include "check.h"
#include "objects.h"

/* Ada (1) with templates at 0 and 1, Grace (2) at 2, Nobody (3) without any. */
static vav_gallery *used;
static vav_templates *listed; /* Ada's */
static float flat[3][VAV_EMBEDDING_DIM];

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }

static void use_three_persons(const char *file) {
  static const int64_t owner[] = {1, 1, 2};
  vav_template_fields fields = VAV_TEMPLATE_FIELDS_INIT;
  int64_t id = 0;
  int i;
  used = new_gallery(file);
  add_three_persons(used);
  for (i = 0; i < 3; ++i) memcpy(flat[i], flat_embedding((float)i), sizeof flat[i]);
  fields.has_quality = 1;
  fields.quality = 0.75f;
  fields.source = "passport \xc3\xa9.jpg";
  for (i = 0; i < 3; ++i) {
    OK(vav_gallery_add_template(&id, used, owner[i], flat[i], VAV_EMBEDDING_DIM, i == 0 ? &fields : NULL, err));
    CHECK(id == i + 1);
  }
}

static void destroy_used(void) {
  vav_templates_destroy(listed);
  vav_gallery_destroy(used);
  listed = NULL;
  used = NULL;
}

#endif
