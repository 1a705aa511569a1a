// --threshold, the same for every command that decides.
#pragma once

#include <optional>
#include <string>

#include "command_line.h"

namespace visavis::cli {

// "Not given" is nothing, and never a number that could be mistaken for it: the library's 0 stands for its default.
using Threshold = std::optional<float>;

// Where there is no gallery, its own threshold is not spoken of.
Option add_threshold_option(Command* command, Threshold& threshold, bool of_a_gallery = true);

// WrongUse, with what is taken, unless it is a distance that can tell one person from another.
float parse_threshold(const std::string& text);

// As the library takes it.
inline float or_default(const Threshold& threshold) { return threshold.value_or(0.0f); }

}  // namespace visavis::cli
