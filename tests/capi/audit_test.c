/* visavis/audit.h: what is written down, and that nothing can be taken out unnoticed. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_audit_report)
INIT_CASE(vav_audit_entry)

static vav_gallery *used;
static vav_audit_entries *listed;

static vav_gallery *not_a_gallery(void) { return (vav_gallery *)(void *)small_image(); }
static vav_audit_entries *not_entries(void) { return (vav_audit_entries *)(void *)small_image(); }

static void open_labelled(const char *name) {
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.audit_label = "north door";
  OK(vav_gallery_open(&used, fresh_path(name), models(), &options, err));
}

static void identify(float value) {
  vav_matches *matches = NULL;
  OK(vav_gallery_identify(&matches, used, flat_embedding(value), VAV_EMBEDDING_DIM, NULL, err));
  vav_matches_destroy(matches);
}

/* A gallery with one person, and a log of six entries. */
static void use_log(const char *name) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_comparison comparison = VAV_COMPARISON_INIT;
  int64_t person = 0, id = 0;
  open_labelled(name);
  identify(0.1f); /* is not written down */
  OK(vav_gallery_set_audit(used, 1, err));
  OK(vav_gallery_set_audit(used, 1, err)); /* again: nothing */
  identify(0.1f);                          /* nobody is there */
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, used, &fields, err));
  OK(vav_gallery_add_template(&id, used, person, flat_embedding(0.1f), VAV_EMBEDDING_DIM, NULL, err));
  identify(0.1f);
  OK(vav_gallery_verify(&comparison, used, person, flat_embedding(0.5f), VAV_EMBEDDING_DIM, 0, err));
  OK(vav_gallery_remove_person(used, person, err));
  OK(vav_gallery_list_audit(&listed, used, 0, 100, err));
}

static void destroy_used(void) {
  vav_audit_entries_destroy(listed);
  vav_gallery_destroy(used);
  listed = NULL;
  used = NULL;
}

static void test_vav_gallery_set_audit(void) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  open_labelled("set.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_set_audit(NULL, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_set_audit(not_a_gallery(), 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "on", vav_gallery_set_audit(used, 2, err));
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "set_audit cannot run inside a transaction", vav_gallery_set_audit(used, 1, err));
  OK(vav_gallery_rollback(used, err));
  OK(vav_gallery_set_audit(used, 1, err));
  OK(vav_gallery_get_info(used, &info, err));
  CHECK(info.audit == 1);
  OK(vav_gallery_set_audit(used, 0, err));
  OK(vav_gallery_get_info(used, &info, err));
  CHECK(info.audit == 0);
  identify(0.1f);
  OK(vav_gallery_list_audit(&listed, used, 0, 100, err));
  CHECK(vav_audit_entries_count(listed) == 2); /* on and off */
  destroy_used();
}

/* Whose template it was is known only at that moment. */
static void check_removed_template(void) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_audit_entry entry = VAV_AUDIT_ENTRY_INIT;
  int64_t person = 0, id = 0;
  open_labelled("template.vav");
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, used, &fields, err));
  OK(vav_gallery_add_template(&id, used, person, flat_embedding(0.1f), VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_set_audit(used, 1, err)); /* so that no entry says who was enrolled */
  OK(vav_gallery_remove_template(used, id, err));
  OK(vav_gallery_list_audit(&listed, used, 1, 100, err));
  CHECK(vav_audit_entries_count(listed) == 1);
  OK(vav_audit_entries_get(listed, 0, &entry, err));
  CHECK(entry.event == VAV_AUDIT_REMOVE && entry.person == person && entry.template_id == id);
  destroy_used();
}

static void test_vav_audit_entries_get(void) {
  static const vav_audit_event events[] = {VAV_AUDIT_ON,       VAV_AUDIT_IDENTIFY, VAV_AUDIT_ENROLL,
                                           VAV_AUDIT_IDENTIFY, VAV_AUDIT_VERIFY,   VAV_AUDIT_REMOVE};
  vav_audit_entry entry = VAV_AUDIT_ENTRY_INIT;
  int32_t i;
  use_log("entries.vav");
  CHECK(vav_audit_entries_count(listed) == 6);
  for (i = 0; i < 6; ++i) {
    OK(vav_audit_entries_get(listed, i, &entry, err));
    CHECK(entry.event == events[i] && entry.number == i + 1 && entry.time > 0);
    CHECK(strcmp(entry.label, "north door") == 0 && strstr(entry.recipe, "metric") != NULL);
  }
  OK(vav_audit_entries_get(listed, 1, &entry, err));
  CHECK(entry.decision == VAV_DECISION_UNKNOWN && entry.person == 0 && entry.distance > 1e30f);
  OK(vav_audit_entries_get(listed, 3, &entry, err));
  CHECK(entry.decision == VAV_DECISION_MATCH && entry.person == 1 && entry.distance == 0 && entry.threshold > 0);
  OK(vav_audit_entries_get(listed, 4, &entry, err));
  CHECK(entry.decision == VAV_DECISION_UNKNOWN);
  CHECK(entry.distance > 4 && entry.distance < 5);
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_audit_entries_get(listed, 6, &entry, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "index", vav_audit_entries_get(listed, -1, &entry, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "entries", vav_audit_entries_get(NULL, 0, &entry, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "entries", vav_audit_entries_get(not_entries(), 0, &entry, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_audit_entries_get(listed, 0, NULL, err));
  destroy_used();
  check_removed_template();
}

/* Whoever was not recognised is nobody's entry; who was near stands in a field of its own, and only if they were. */
static void check_near_misses(void) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  vav_audit_entry entry = VAV_AUDIT_ENTRY_INIT;
  vav_audit_entries *entries = NULL;
  vav_matches *matches = NULL;
  static const float places[] = {0.6f, 0.8f, 0};
  int64_t person = 0, id = 0;
  int i;
  open_labelled("near.vav");
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, used, &fields, err));
  OK(vav_gallery_add_template(&id, used, person, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  OK(vav_gallery_set_audit(used, 1, err));
  for (i = 0; i < 3; ++i) {
    if (i == 2) {
      fields.enabled = VAV_SWITCH_OFF;
      OK(vav_gallery_update_person(used, person, &fields, err));
    }
    OK(vav_gallery_identify(&matches, used, embedding_at(places[i]), VAV_EMBEDDING_DIM, NULL, err));
    CHECK(vav_matches_decision(matches) == VAV_DECISION_UNKNOWN);
    vav_matches_destroy(matches);
  }
  OK(vav_gallery_list_audit(&entries, used, 1, 100, err));
  CHECK(vav_audit_entries_count(entries) == 3);
  for (i = 0; i < vav_audit_entries_count(entries); ++i) {
    OK(vav_audit_entries_get(entries, i, &entry, err));
    CHECK(entry.person == 0 && entry.template_id == 0 && entry.distance == places[i]);
    CHECK(entry.near_person == (i == 1 ? 0 : person)); /* 0.8 is more than 1.25 thresholds */
  }
  vav_audit_entries_destroy(entries);
  destroy_used();
}

/* What was answered cannot be rolled back from the log: where it could be, nothing is answered. */
static void check_open_transaction(void) {
  vav_matches *matches = NULL, *several[1];
  vav_comparison comparison = VAV_COMPARISON_INIT;
  vav_audit_report report = VAV_AUDIT_REPORT_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  int64_t person = 0;
  open_labelled("open.vav");
  fields.name = "Ada";
  OK(vav_gallery_add_person(&person, used, &fields, err));
  OK(vav_gallery_set_audit(used, 1, err));
  OK(vav_gallery_begin(used, err));
  REFUSED(VAV_E_WRONG_STATE, "audit",
          vav_gallery_identify(&matches, used, embedding_at(0), VAV_EMBEDDING_DIM, NULL, err));
  REFUSED(VAV_E_WRONG_STATE, "audit",
          vav_gallery_identify_batch(several, used, embedding_at(0), VAV_EMBEDDING_DIM, 1, NULL, err));
  REFUSED(VAV_E_WRONG_STATE, "audit",
          vav_gallery_verify(&comparison, used, person, embedding_at(0), VAV_EMBEDDING_DIM, 0, err));
  OK(vav_gallery_rollback(used, err));
  identify(0);
  OK(vav_gallery_verify_audit(&report, used, NULL, err));
  CHECK(report.sound == 1 && report.entries == 2);
  destroy_used();
}

static void test_vav_gallery_list_audit(void) {
  vav_audit_entries *entries = NULL;
  check_near_misses();
  check_open_transaction();
  use_log("list.vav");
  REFUSED_MAKE(entries, VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_list_audit(&entries, NULL, 0, 1, err));
  REFUSED_MAKE(entries, VAV_E_INVALID_ARGUMENT, "gallery",
               vav_gallery_list_audit(&entries, not_a_gallery(), 0, 1, err));
  REFUSED_MAKE(entries, VAV_E_INVALID_ARGUMENT, "limit", vav_gallery_list_audit(&entries, used, 0, 0, err));
  REFUSED_MAKE(entries, VAV_E_INVALID_ARGUMENT, "after", vav_gallery_list_audit(&entries, used, -1, 1, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_list_audit(NULL, used, 0, 1, err));
  OK(vav_gallery_list_audit(&entries, used, 4, 1, err));
  CHECK(vav_audit_entries_count(entries) == 1);
  vav_audit_entries_destroy(entries);
  OK(vav_gallery_list_audit(&entries, used, 6, 100, err));
  CHECK(vav_audit_entries_count(entries) == 0);
  vav_audit_entries_destroy(entries);
  destroy_used();
}

static void test_vav_audit_entries_destroy(void) {
  vav_audit_entries_destroy(NULL);
  vav_audit_entries_destroy(not_entries());
}

static void test_vav_audit_entries_count(void) {
  CHECK(vav_audit_entries_count(NULL) == 0);
  CHECK(vav_audit_entries_count(not_entries()) == 0);
}

static vav_status use_report(void *out) { return vav_gallery_verify_audit(out, used, NULL, err); }

static void test_vav_gallery_verify_audit(void) {
  vav_audit_report before = VAV_AUDIT_REPORT_INIT, report = VAV_AUDIT_REPORT_INIT;
  char wrong[96];
  open_labelled("never.vav");
  OK(vav_gallery_verify_audit(&report, used, NULL, err));
  CHECK(report.sound == 1 && report.entries == 0);
  destroy_used();
  use_log("verify.vav");
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_gallery_verify_audit(NULL, used, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_verify_audit(&report, NULL, NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "gallery", vav_gallery_verify_audit(&report, not_a_gallery(), NULL, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "head", vav_gallery_verify_audit(&report, used, "nonsense", err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "head", vav_gallery_verify_audit(&report, used, "-1:00", err));
  OK(vav_gallery_verify_audit(&before, used, NULL, err));
  CHECK(before.sound == 1 && before.entries == 6 && before.first_wrong == 0);
  CHECK(strncmp(before.head, "6:", 2) == 0 && strlen(before.head) == 66);
  identify(0.3f);
  OK(vav_gallery_verify_audit(&report, used, before.head, err));
  CHECK(report.sound == 1 && report.entries == 7);
  OK(vav_gallery_verify_audit(&before, used, before.head, err)); /* into the report that it comes from */
  CHECK(before.sound == 1 && before.entries == 7);
  strcpy(wrong, before.head);
  wrong[40] = wrong[40] == '0' ? '1' : '0'; /* as if another history had been there */
  OK(vav_gallery_verify_audit(&report, used, wrong, err));
  CHECK(report.sound == 0 && report.first_wrong == 7);
  OUTPUT_SIZES("out", vav_audit_report, use_report);
  destroy_used();
}

const test_case audit_cases[] = {
    CASE(vav_audit_report_init),   CASE(vav_audit_entry_init),     CASE(vav_gallery_set_audit),
    CASE(vav_audit_entries_get),   CASE(vav_gallery_list_audit),   CASE(vav_audit_entries_destroy),
    CASE(vav_audit_entries_count), CASE(vav_gallery_verify_audit), {NULL, NULL}};
