// visavis/gallery_file.h: check and compact.
#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "visavis/gallery_file.h"

using namespace visavis;
using namespace visavis::capi;

extern "C" {

vav_status vav_gallery_check(vav_check_report** out, vav_gallery* gallery, vav_error* err) {
  return guard_make(out, err, [&] {
    auto report = std::make_unique<vav_check_report>();
    report->problems = checked_gallery(gallery).check();
    return report;
  });
}

void vav_check_report_destroy(vav_check_report* report) { destroy(report); }

int32_t vav_check_report_count(const vav_check_report* report) {
  return alive(report) ? count_of(report->problems) : 0;
}

const char* vav_check_report_problem(const vav_check_report* report, int32_t index) {
  return index >= 0 && index < vav_check_report_count(report) ? report->problems[size_t(index)].c_str() : nullptr;
}

vav_status vav_gallery_compact(vav_gallery* gallery, vav_error* err) {
  return guard(err, [&] { checked_gallery(gallery).compact(); });
}

}  // extern "C"
