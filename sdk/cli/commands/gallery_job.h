// Runs work on a whole gallery that is done piece by piece, and prints what it has done.
#pragma once

#include <string>

#include "context.h"
#include "output.h"
#include "visavis/gallery_file.hpp"

namespace visavis::cli {

// Runs the job to its end, with a progress bar. Ctrl-C leaves nothing behind.
void run_job(const Context& context, Job job, const std::string& what);

// Prints the object with --json; else the text, unless --quiet.
void tell(const Context& context, const Json& object, const std::string& text);

}  // namespace visavis::cli
