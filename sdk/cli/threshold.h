// --threshold, the same for every command that decides.
#pragma once

#include <optional>
#include <string>

#include "command_line.h"

namespace visavis::cli {

// Nothing means "not given". A number could be mistaken: to the library 0 means its default.
using Threshold = std::optional<float>;

// If there is no gallery, the help does not mention its threshold.
Option add_threshold_option(Command* command, Threshold& threshold, bool of_a_gallery = true);

// WrongUse, which says what is allowed, unless it is a distance that can tell one person from another.
float parse_threshold(const std::string& text);

// The number for the library.
inline float or_default(const Threshold& threshold) { return threshold.value_or(0.0f); }

}  // namespace visavis::cli
