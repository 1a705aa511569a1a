// `visavis person edit`: everything that can be said of a person.
#pragma once

#include <CLI/CLI.hpp>

#include "context.h"

namespace visavis::cli {

void add_person_edit(CLI::App* command, Context& context, const std::shared_ptr<std::string>& gallery);

}  // namespace visavis::cli
