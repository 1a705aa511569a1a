// `visavis person merge`: two persons become one.
#pragma once

#include <memory>
#include <string>

#include "command_line.h"
#include "context.h"

namespace visavis::cli {

void add_person_merge(Command* command, Context& context, const std::shared_ptr<std::string>& gallery);

}  // namespace visavis::cli
