// visavis/audit.h: the audit log.
#include <algorithm>
#include <cstring>

#include "capi/gallery_handles.h"
#include "capi/sized.h"
#include "visavis/audit.h"

using namespace visavis;
using namespace visavis::capi;

static_assert(int(AuditEvent::audit_on) == VAV_AUDIT_ON && int(AuditEvent::move) == VAV_AUDIT_MOVE);

extern "C" {

void vav_audit_report_init(vav_audit_report* report) { init_struct(report); }
void vav_audit_entry_init(vav_audit_entry* entry) { init_struct(entry); }

vav_status vav_gallery_set_audit(vav_gallery* gallery, int32_t on, vav_error* err) {
  return guard(err, [&] {
    Gallery& core = checked_gallery(gallery);
    read_flag(on, "on");
    core.set_audit(on == 1);
  });
}

vav_status vav_gallery_verify_audit(vav_audit_report* out, vav_gallery* gallery, const char* expected_head,
                                    vav_error* err) {
  return guard(err, [&] {
    // The head of the report that is to be filled again may be given: it is copied before that is emptied.
    char head_given[sizeof out->head] = "";
    if (expected_head) std::copy_n(expected_head, strnlen(expected_head, sizeof head_given - 1), head_given);
    begin_struct(out, "out");
    Gallery& core = checked_gallery(gallery);
    std::optional<AuditHead> expected;
    if (expected_head) expected = audit_head_of(head_given);
    const AuditVerdict verdict = core.verify_audit(expected);
    vav_audit_report report{};
    report.sound = verdict.sound;
    report.entries = verdict.head.entries;
    report.first_wrong = verdict.first_wrong;
    const std::string head = to_text(verdict.head);
    static_assert(sizeof report.head > 19 + 1 + 2 * sizeof(ChainHash));
    std::copy(head.begin(), head.end(), report.head);
    write_struct(out, report, "out");
  });
}

vav_status vav_gallery_list_audit(vav_audit_entries** out, vav_gallery* gallery, int64_t after, int32_t limit,
                                  vav_error* err) {
  return guard_make(out, err, [&] {
    Gallery& core = checked_gallery(gallery);
    within(limit, 1, kMostOfAPage, "limit");
    if (after < 0) invalid("after is negative");
    auto list = std::make_unique<vav_audit_entries>();
    list->entries = core.audit_entries(after, limit);
    return list;
  });
}

void vav_audit_entries_destroy(vav_audit_entries* entries) { destroy(entries); }

int32_t vav_audit_entries_count(const vav_audit_entries* entries) {
  return alive(entries) ? count_of(entries->entries) : 0;
}

vav_status vav_audit_entries_get(const vav_audit_entries* entries, int32_t index, vav_audit_entry* out,
                                 vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const auto& [number, entry] = capi::entry(checked(entries, "entries")->entries, index);
    vav_audit_entry result{};
    result.event = int32_t(entry.event);
    result.number = number;
    result.time = entry.time;
    result.person = entry.person;
    result.near_person = entry.near_person;
    result.template_id = entry.template_id;
    result.decision = entry.decision;
    result.distance = entry.distance;
    result.threshold = entry.threshold;
    result.label = entry.label.c_str();
    result.recipe = entry.recipe.c_str();
    write_struct(out, result, "out");
  });
}

}  // extern "C"
