// Runs jobs in pieces short enough for a bar and for Ctrl-C.
#include "commands/gallery_job.h"

#include <optional>

#include "interrupt.h"
#include "progress.h"

namespace visavis::cli {

void run_job(const Context& context, Job job, const std::string& what) {
  std::optional<Progress> bar;
  int64_t shown = 0;
  stop_if_interrupted();
  job.finish([&](const JobProgress& now) {
    if (!bar) bar.emplace(context, now.total.value_or(0), what);
    bar->advance(now.done - shown);
    shown = now.done;
    if (!now.finished) stop_if_interrupted();
  });
}

void tell(const Context& context, const Json& object, const std::string& text) {
  if (context.json) {
    print_json(object);
  } else if (!context.quiet) {
    out() << text << '\n';
  }
}

}  // namespace visavis::cli
