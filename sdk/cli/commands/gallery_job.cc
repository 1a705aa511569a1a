// Runs jobs in pieces short enough for a bar and for Ctrl-C.
#include "commands/gallery_job.h"

#include <optional>

#include "interrupt.h"
#include "progress.h"

namespace visavis::cli {

void run_job(const Context& context, const Job& job, const std::string& what) {
  constexpr int32_t kPiece = 100;  // ms
  std::optional<Progress> bar;
  int64_t shown = 0;
  for (vav_job_progress progress = VAV_JOB_PROGRESS_INIT; progress.finished == 0;) {
    stop_if_interrupted();
    call(vav_job_run, job.get(), kPiece, &progress);
    if (!bar) bar.emplace(context, progress.total, what);
    bar->advance(progress.done - shown);
    shown = progress.done;
  }
}

void tell(const Context& context, const Json& object, const std::string& text) {
  if (context.json) {
    print_json(object);
  } else if (!context.quiet) {
    out() << text << '\n';
  }
}

}  // namespace visavis::cli
