// The library speaks to programmers: its messages name fields and options of the C API. Here they get the command's
// words.
#pragma once

#include <string>

namespace visavis::cli {

std::string in_command_words(std::string message);

}  // namespace visavis::cli
