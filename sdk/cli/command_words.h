// The library writes its messages for programmers: they name fields and options of the C API. Here they get the words
// of the command.
#pragma once

#include <string>

namespace visavis::cli {

std::string in_command_words(std::string message);

// From now on, messages that say how to fetch models name this folder, because the user gave --models. "" names none.
void name_models_folder(const std::string& folder);

}  // namespace visavis::cli
