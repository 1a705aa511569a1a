// Checks the number as it was typed, before it is rounded to a float.
#include "threshold.h"

#include <charconv>

#include "failure.h"
#include "printable.h"

namespace visavis::cli {
namespace {

// Above the largest strangers would match; below the least nobody
// would, and a float near 0 would become the library's "not given".
constexpr double kLeast = 1e-6;
constexpr double kMost = 1.2;

}  // namespace

float parse_threshold(const std::string& text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = failed == std::errc() && end == text.data() + text.size();
  if (plain && number >= kLeast && number <= kMost) return float(number);
  throw WrongUse("the threshold is '" + shortened(text) +
                 "': it is a distance from 0.000001 to 1.2, smaller is stricter, and above 1.2 strangers would be the "
                 "same person; without it, the gallery's own is used, or else that of the set of models");
}

Option add_threshold_option(Command* command, Threshold& threshold, bool of_a_gallery) {
  return command
      ->add_option(
          "--threshold", [&threshold](const std::string& text) { threshold = parse_threshold(text); },
          std::string("The same person if the distance is at most this, above 0 and up to 1.2 (default: ") +
              (of_a_gallery ? "the gallery's own, or else that of the set of models: 0.6, 1.1287 for opencv-zoo)"
                            : "that of the set of models: 0.6, 1.1287 for opencv-zoo)"))
      .option_text("T");
}

}  // namespace visavis::cli
