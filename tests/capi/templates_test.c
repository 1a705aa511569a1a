/* visavis/person.h, templates: adding, listing, removing. */
#include <math.h>

#include "three_persons.h"

INIT_CASE(vav_template_fields)
INIT_CASE(vav_template)

static vav_status use_fields(const void *fields) {
  int64_t id = 0;
  return vav_gallery_add_template(&id, used, 3, flat[0], VAV_EMBEDDING_DIM, fields, err);
}

static vav_status use_template(void *out) { return vav_templates_get(listed, 0, out, err); }

static void test_vav_gallery_add_template(void) {
  vav_template_fields fields = VAV_TEMPLATE_FIELDS_INIT;
  float bad[VAV_EMBEDDING_DIM] = {0};
  int64_t id = 99;
  int i;
  use_three_persons("add_template.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out",
          vav_gallery_add_template(NULL, used, 1, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_add_template(&id, NULL, 1, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  CHECK(id == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery",
          vav_gallery_add_template(&id, not_a_gallery(), 1, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "embedding",
          vav_gallery_add_template(&id, used, 1, NULL, VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_NOT_FOUND, "4", vav_gallery_add_template(&id, used, 4, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_add_template(&id, used, INT64_MIN, flat[0], VAV_EMBEDDING_DIM, NULL, err));
  fields.has_quality = 2;
  REFUSED(VAV_E_INVALID_ARGUMENT, "has_quality",
          vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
  fields.has_quality = 1;
  fields.quality = 1.01f;
  REFUSED(VAV_E_INVALID_ARGUMENT, "quality",
          vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
  for (i = 0; i < 3; ++i) {
    fields.quality = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "quality",
            vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
    bad[64] = not_finite[i];
    REFUSED(VAV_E_INVALID_ARGUMENT, "embedding",
            vav_gallery_add_template(&id, used, 1, bad, VAV_EMBEDDING_DIM, NULL, err));
  }
  fields.quality = 1;
  fields.reserved = 1;
  REFUSED(VAV_E_UNSUPPORTED, "reserved",
          vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
  fields.reserved = 0;
  fields.source = endless_text;
  REFUSED(VAV_E_INVALID_ARGUMENT, "source",
          vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
  for (i = 0; bad_texts[i]; ++i) {
    fields.source = bad_texts[i];
    REFUSED(VAV_E_TEXT_ENCODING, "source",
            vav_gallery_add_template(&id, used, 1, flat[0], VAV_EMBEDDING_DIM, &fields, err));
  }
  fields.source = "";
  OK(vav_gallery_list_templates(&listed, used, 1, err));
  CHECK(vav_templates_count(listed) == 2); /* nothing of the refused is there */
  INPUT_SIZES("fields", fields, use_fields);
  destroy_used();
}

static void test_vav_gallery_remove_template(void) {
  use_three_persons("remove_template.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_remove_template(NULL, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_remove_template(not_a_gallery(), 1, err));
  REFUSED(VAV_E_NOT_FOUND, "4", vav_gallery_remove_template(used, 4, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_remove_template(used, INT64_MIN, err));
  REFUSED(VAV_E_NOT_FOUND, "", vav_gallery_remove_template(used, INT64_MAX, err));
  OK(vav_gallery_remove_template(used, 1, err));
  REFUSED(VAV_E_NOT_FOUND, "1", vav_gallery_remove_template(used, 1, err));
  destroy_used();
}

static void test_vav_gallery_list_templates(void) {
  use_three_persons("list_templates.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_templates(NULL, used, 1, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_templates(&listed, NULL, 1, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_templates(&listed, not_a_gallery(), 1, err));
  REFUSED_MAKE(listed, VAV_E_NOT_FOUND, "4", vav_gallery_list_templates(&listed, used, 4, err));
  REFUSED_MAKE(listed, VAV_E_NOT_FOUND, "", vav_gallery_list_templates(&listed, used, -1, err));
  OK(vav_gallery_list_templates(&listed, used, 3, err));
  CHECK(listed && vav_templates_count(listed) == 0);
  destroy_used();
}

static void test_vav_templates_destroy(void) {
  vav_templates_destroy(NULL);
  vav_templates_destroy((vav_templates *)(void *)small_image()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_templates_count(void) {
  CHECK(vav_templates_count(NULL) == 0);
  CHECK(vav_templates_count((vav_templates *)(void *)small_image()) == 0);
}

static void test_vav_templates_get(void) {
  vav_template one = VAV_TEMPLATE_INIT;
  use_three_persons("get_template.vav");
  OK(vav_gallery_list_templates(&listed, used, 1, err));
  vav_gallery_destroy(used); /* a list owns what it tells */
  used = NULL;
  OK(vav_templates_get(listed, 0, &one, err));
  CHECK(one.id == 1 && one.has_quality == 1 && one.quality == 0.75f && one.created_at > 0);
  CHECK(strcmp(one.source, "passport \xc3\xa9.jpg") == 0 && memcmp(one.embedding, flat[0], sizeof flat[0]) == 0);
  OK(vav_templates_get(listed, 1, &one, err));
  CHECK(one.id == 2 && one.has_quality == 0 && !one.source && memcmp(one.embedding, flat[1], sizeof flat[1]) == 0);
  REFUSED(VAV_E_INVALID_ARGUMENT, "templates", vav_templates_get(NULL, 0, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "templates", vav_templates_get((vav_templates *)(void *)small_image(), 0, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_templates_get(listed, -1, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_templates_get(listed, 2, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_templates_get(listed, INT32_MAX, &one, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_templates_get(listed, 0, NULL, err));
  OUTPUT_SIZES("out", vav_template, use_template);
  destroy_used();
}

const test_case templates_cases[] = {
    CASE(vav_template_fields_init),    CASE(vav_template_init),          CASE(vav_gallery_add_template),
    CASE(vav_gallery_remove_template), CASE(vav_gallery_list_templates), CASE(vav_templates_destroy),
    CASE(vav_templates_count),         CASE(vav_templates_get),          {NULL, NULL}};
