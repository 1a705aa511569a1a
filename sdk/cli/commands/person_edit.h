// `visavis person edit`: everything that can be said of a person.
#pragma once

#include "command_line.h"
#include "context.h"

namespace visavis::cli {

void add_person_edit(Command* command, Context& context, const std::shared_ptr<std::string>& gallery);

}  // namespace visavis::cli
