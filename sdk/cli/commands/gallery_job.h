// Runs work on a whole gallery that is done piece by piece, and prints what it has done.
#pragma once

#include <optional>
#include <string>

#include "context.h"
#include "interrupt.h"
#include "output.h"
#include "progress.h"
#include "visavis/gallery_file.hpp"

namespace visavis::cli {

// Runs what is done piece by piece (a Job, a Clustering) to its end, with a progress bar. Ctrl-C leaves nothing behind.
template <class Work>
void run_with_bar(const Context& context, Work& work, const std::string& what) {
  std::optional<Progress> bar;
  int64_t shown = 0;
  stop_if_interrupted();
  work.finish([&](const JobProgress& now) {
    if (!bar) bar.emplace(context, now.total.value_or(0), what);
    bar->advance(now.done - shown);
    shown = now.done;
    if (!now.finished) stop_if_interrupted();
  });
}

void run_job(const Context& context, Job job, const std::string& what);

// Prints the object with --json; else the text, unless --quiet.
void tell(const Context& context, const Json& object, const std::string& text);

}  // namespace visavis::cli
