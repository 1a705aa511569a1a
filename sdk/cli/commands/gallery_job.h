// Work on a whole gallery that is done piece by piece, and what the commands that do it say.
#pragma once

#include <string>

#include "context.h"
#include "output.h"
#include "visavis/gallery_file.hpp"

namespace visavis::cli {

// To the end, with a bar; Ctrl-C leaves nothing behind.
void run_job(const Context& context, Job job, const std::string& what);

// The object with --json, else the text unless --quiet.
void tell(const Context& context, const Json& object, const std::string& text);

}  // namespace visavis::cli
