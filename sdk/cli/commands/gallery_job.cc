// Runs jobs in pieces short enough for a bar and for Ctrl-C.
#include "commands/gallery_job.h"

namespace visavis::cli {

void run_job(const Context& context, Job job, const std::string& what) { run_with_bar(context, job, what); }

void tell(const Context& context, const Json& object, const std::string& text) {
  if (context.json) {
    print_json(object);
  } else if (!context.quiet) {
    out() << text << '\n';
  }
}

}  // namespace visavis::cli
