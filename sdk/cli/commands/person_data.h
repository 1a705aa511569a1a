// `visavis person template remove|export`.
#pragma once

#include <memory>
#include <string>

#include "command_line.h"
#include "context.h"

namespace visavis::cli {

void add_person_data(Command* command, Context& context, const std::shared_ptr<std::string>& gallery);

}  // namespace visavis::cli
