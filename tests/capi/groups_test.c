/* visavis/person.h, groups: joining, leaving, listing. */
#include "check.h"
#include "objects.h"

static vav_gallery *used;
static vav_groups *listed; /* "staff" with two persons, "night" with one of them */

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }
static vav_groups *not_groups(void) { return (vav_groups *)(void *)small_image(); }

static void use_groups(const char *file) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t id = 0;
  int i;
  used = new_gallery(file);
  fields.name = "Ada";
  for (i = 0; i < 2; ++i) {
    OK(vav_gallery_add_person(&id, used, &fields, err));
    OK(vav_gallery_join_group(used, id, "staff", err));
  }
  OK(vav_gallery_join_group(used, id, "night", err));
  OK(vav_gallery_list_groups(&listed, used, err));
}

static void destroy_used(void) {
  vav_groups_destroy(listed);
  vav_gallery_destroy(used);
  listed = NULL;
  used = NULL;
}

static void refuse_both(vav_gallery *gallery, int64_t person, const char *group, vav_status code, const char *word) {
  REFUSED(code, word, vav_gallery_join_group(gallery, person, group, err));
  REFUSED(code, word, vav_gallery_leave_group(gallery, person, group, err));
}

static void test_vav_gallery_join_group(void) {
  int i;
  use_groups("join.vav");
  refuse_both(NULL, 1, "staff", VAV_E_INVALID_ARGUMENT, "gallery");
  refuse_both(not_a_gallery(), 1, "staff", VAV_E_INVALID_ARGUMENT, "gallery");
  refuse_both(used, 3, "staff", VAV_E_NOT_FOUND, "3");
  refuse_both(used, INT64_MIN, "staff", VAV_E_NOT_FOUND, "");
  refuse_both(used, 1, NULL, VAV_E_INVALID_ARGUMENT, "group");
  refuse_both(used, 1, "", VAV_E_INVALID_ARGUMENT, "group");
  refuse_both(used, 1, endless_text, VAV_E_INVALID_ARGUMENT, "group");
  for (i = 0; bad_texts[i]; ++i) refuse_both(used, 1, bad_texts[i], VAV_E_TEXT_ENCODING, "group");
  OK(vav_gallery_join_group(used, 1, "staff", err)); /* again */
  vav_groups_destroy(listed);
  OK(vav_gallery_list_groups(&listed, used, err));
  CHECK(vav_groups_count(listed) == 2 && vav_groups_persons(listed, 0) == 2);
  destroy_used();
}

static void test_vav_gallery_leave_group(void) {
  use_groups("leave.vav");
  OK(vav_gallery_leave_group(used, 1, "night", err)); /* was no member */
  OK(vav_gallery_leave_group(used, 2, "night", err));
  vav_groups_destroy(listed);
  OK(vav_gallery_list_groups(&listed, used, err));
  CHECK(vav_groups_count(listed) == 1 && strcmp(vav_groups_name(listed, 0), "staff") == 0);
  destroy_used();
}

static void test_vav_gallery_list_groups(void) {
  use_groups("groups.vav");
  destroy_used();
  used = new_gallery("no_groups.vav");
  OK(vav_gallery_list_groups(&listed, used, err));
  CHECK(listed && vav_groups_count(listed) == 0);
  vav_groups_destroy(listed);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_groups(NULL, used, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_groups(&listed, NULL, err));
  REFUSED_MAKE(listed, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_groups(&listed, not_a_gallery(), err));
  destroy_used();
}

static void test_vav_groups_destroy(void) {
  vav_groups_destroy(NULL);
  vav_groups_destroy(not_groups()); /* nothing happens */
  CHECK(vav_image_width(small_image()) == 64);
}

static void test_vav_groups_count(void) {
  use_groups("count.vav");
  CHECK(vav_groups_count(listed) == 2 && vav_groups_count(NULL) == 0 && vav_groups_count(not_groups()) == 0);
  destroy_used();
}

static void test_vav_groups_name(void) {
  use_groups("names.vav");
  CHECK(strcmp(vav_groups_name(listed, 0), "staff") == 0 && strcmp(vav_groups_name(listed, 1), "night") == 0);
  CHECK(!vav_groups_name(listed, 2) && !vav_groups_name(listed, -1) && !vav_groups_name(NULL, 0));
  CHECK(!vav_groups_name(not_groups(), 0));
  destroy_used();
}

static void test_vav_groups_persons(void) {
  use_groups("members.vav");
  CHECK(vav_groups_persons(listed, 0) == 2 && vav_groups_persons(listed, 1) == 1);
  CHECK(vav_groups_persons(listed, 2) == 0 && vav_groups_persons(listed, INT32_MIN) == 0);
  CHECK(vav_groups_persons(NULL, 0) == 0 && vav_groups_persons(not_groups(), 0) == 0);
  destroy_used();
}

static void test_vav_persons_group(void) {
  vav_persons *persons = NULL;
  vav_person person = VAV_PERSON_INIT;
  use_groups("persons_group.vav");
  OK(vav_gallery_list_persons(&persons, used, NULL, err));
  OK(vav_persons_get(persons, 1, &person, err));
  CHECK(person.groups == 2);
  CHECK(strcmp(vav_persons_group(persons, 1, 0), "staff") == 0 &&
        strcmp(vav_persons_group(persons, 1, 1), "night") == 0);
  CHECK(!vav_persons_group(persons, 1, 2) && !vav_persons_group(persons, 1, -1) && !vav_persons_group(persons, 2, 0));
  CHECK(!vav_persons_group(persons, -1, 0) && !vav_persons_group(NULL, 0, 0));
  CHECK(!vav_persons_group((vav_persons *)(void *)small_image(), 0, 0));
  vav_persons_destroy(persons);
  destroy_used();
}

const test_case groups_cases[] = {
    CASE(vav_gallery_join_group), CASE(vav_gallery_leave_group), CASE(vav_gallery_list_groups),
    CASE(vav_groups_destroy),     CASE(vav_groups_count),        CASE(vav_groups_name),
    CASE(vav_groups_persons),     CASE(vav_persons_group),       {NULL, NULL}};
