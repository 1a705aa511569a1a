// `visavis eval quality`, a part of `visavis eval`.
#pragma once

#include "command_line.h"
#include "context.h"

namespace visavis::cli {

void add_eval_quality(Command& eval, Context& context);

}  // namespace visavis::cli
