// visavis/gallery_file.h: check, compact, and jobs.
#include "capi/gallery_handles.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "visavis/gallery_file.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

using Start = std::unique_ptr<Job> (Gallery::*)(const std::string&, bool);

std::unique_ptr<vav_job> start(vav_gallery* gallery, const char* path, int32_t flag, const char* flag_name,
                               Start make) {
  Gallery& core = checked_gallery(gallery);
  const bool on = read_flag(flag, flag_name);
  auto handle = std::make_unique<vav_job>();
  handle->job = (core.*make)(read_path(path, "path"), on);
  return handle;
}

}  // namespace

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

void vav_job_progress_init(vav_job_progress* progress) { init_struct(progress); }

vav_status vav_gallery_start_backup(vav_job** out, vav_gallery* gallery, const char* path, int32_t overwrite,
                                    vav_error* err) {
  return guard_make(out, err, [&] { return start(gallery, path, overwrite, "overwrite", &Gallery::backup); });
}

vav_status vav_gallery_start_export(vav_job** out, vav_gallery* gallery, const char* path, int32_t overwrite,
                                    vav_error* err) {
  return guard_make(out, err, [&] { return start(gallery, path, overwrite, "overwrite", &Gallery::export_to); });
}

vav_status vav_gallery_start_import(vav_job** out, vav_gallery* gallery, const char* path, int32_t skip_known,
                                    vav_error* err) {
  return guard_make(out, err, [&] { return start(gallery, path, skip_known, "skip_known", &Gallery::import_from); });
}

vav_status vav_job_run(vav_job* job, int32_t milliseconds, vav_job_progress* out, vav_error* err) {
  return guard(err, [&] {
    if (out) begin_struct(out, "out");
    Job& core = checked(job, "job")->job.get();
    if (milliseconds < 0) invalid("milliseconds is negative");
    const auto time = milliseconds > 0 ? std::chrono::milliseconds(milliseconds) : std::chrono::hours(24 * 365);
    vav_job_progress progress{};
    progress.finished = core.run(time);
    progress.done = core.done();
    progress.total = core.total();
    if (out) write_struct(out, progress, "out");
  });
}

void vav_job_destroy(vav_job* job) { destroy(job); }

}  // extern "C"
