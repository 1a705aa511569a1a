// The library speaks to programmers: its messages name fields and options of the C API. Here they get the command's
// words.
#pragma once

#include <string>

namespace visavis::cli {

std::string in_command_words(std::string message);

// From now on, messages that say how to fetch models name this folder, because --models did; "" does not.
void name_models_folder(const std::string& folder);

}  // namespace visavis::cli
