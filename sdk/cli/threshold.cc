// Checks the number as it was typed, before it is rounded to a float.
#include "threshold.h"

#include <charconv>
#include <cstdio>
#include <utility>

#include "failure.h"
#include "printable.h"

namespace visavis::cli {
namespace {

// Above the largest strangers would match; below the least nobody
// would, and a float near 0 would become the library's "not given".
constexpr double kLeastThreshold = 1e-6;
constexpr double kMostThreshold = 1.2;

}  // namespace

float parse_threshold(const std::string& text) {
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool plain = failed == std::errc() && end == text.data() + text.size();
  if (plain && number >= kLeastThreshold && number <= kMostThreshold) return float(number);
  throw WrongUse(
      "the threshold is '" + shortened(text) +
      "': it is a distance from 0.000001 to 1.2, smaller is stricter, and above 1.2 strangers would be the "
      "same person; without it, the gallery's own is used, or else one that keeps the rate of the preset \"standard\"");
}

Option add_threshold_option(Command* command, Threshold& threshold, bool of_a_gallery) {
  return command
      ->add_option(
          "--threshold", [&threshold](const std::string& text) { threshold = parse_threshold(text); },
          std::string("The same person if the distance is at most this, above 0 and up to 1.2") +
              (of_a_gallery ? " (default: the gallery's own, or else by the preset)" : ""))
      .option_text("T");
}

void require_rates(const Models& models, const Decisive& decisive) {
  const bool by_rate = decisive.given() && decisive.asks_for_a_rate();
  if (!by_rate || *models.calibration() != '\0') return;
  throw WrongUse(
      "nobody has measured the error rates of " + models.set() +
      ", so no threshold follows from a rate or a preset: give --threshold; or measure them with photos of yours, by "
      "`visavis calibrate -o`, and give that table with --calibration");
}

const std::vector<std::pair<std::string, int32_t>>& preset_names() {
  static const std::vector<std::pair<std::string, int32_t>> names = {{"standard", VAV_PRESET_STANDARD},
                                                                     {"photos", VAV_PRESET_PHOTOS},
                                                                     {"door", VAV_PRESET_DOOR},
                                                                     {"compat", VAV_PRESET_COMPAT}};
  return names;
}

void Decisive::put_into(IdentifyOptions& search) const {
  const Asked given = asked();
  search.threshold = given.threshold;
  search.false_rate = given.false_rate;
  search.preset = given.preset;
}

void add_decisive_options(Command* command, Decisive& decisive, bool of_a_gallery) {
  const Option threshold = add_threshold_option(command, decisive.threshold, of_a_gallery);
  const Option rate = command
                          ->add_option("--false-rate", decisive.false_rate,
                                       "How often a stranger may be taken for somebody, such as 0.001; the threshold "
                                       "follows")
                          .range(1e-12, 0.5)
                          .option_text("R");
  Option preset =
      command->add_choice("--preset", decisive.preset, preset_names(),
                          of_a_gallery ? "Named rates: standard (1 % of strangers are named), photos (10 %), door "
                                         "(0.1 %), compat (the publisher's threshold)"
                                       : "Named rates: standard (1 of 1,000 strangers is taken for the same "
                                         "person), photos (10), door (0.1), compat (the publisher's threshold)");
  Option(threshold).excludes(rate);
  preset.excludes(threshold);
  preset.excludes(rate);
}

std::string decision_name(Decision decision) {
  switch (decision.value()) {
    case VAV_DECISION_NOT_EVALUATED:
      return "not_evaluated";
    case VAV_DECISION_MATCH:
      return "match";
    case VAV_DECISION_UNKNOWN:
      return "unknown";
    case VAV_DECISION_INACTIVE:
      return "inactive";
    case VAV_DECISION_AMBIGUOUS:
      return "ambiguous";
    case VAV_DECISION_REVIEW:
      return "review";
    default:
      return "decision " + std::to_string(decision.value());  // of a newer library
  }
}

Json false_rate_json(vav_support support, float rate) {
  return support == VAV_SUPPORT_NOT_EVALUATED ? Json(nullptr) : Json(short_number(rate));
}

std::string support_name(vav_support support) {
  return support == VAV_SUPPORT_MEASURED        ? "measured"
         : support == VAV_SUPPORT_NOT_EVALUATED ? "not_evaluated"
                                                : "extrapolated";
}

void put_limits(Json& object, const Limits& limits) {
  object["threshold"] = short_number(limits.threshold);
  object["review_threshold"] = short_number(limits.review);
  object["false_rate"] = false_rate_json(limits.support, limits.rate);
  object["false_rate_is"] = support_name(limits.support);
  object["comparisons"] = limits.comparisons;
  object["table"] = limits.table == VAV_TABLE_OWN       ? Json("own")
                    : limits.table == VAV_TABLE_LIBRARY ? Json("library")
                                                        : Json(nullptr);
}

void tell_if_extrapolated(const Models& models, const Limits& limits) {
  static bool told = false;
  if (limits.support != VAV_SUPPORT_EXTRAPOLATED || std::exchange(told, true)) return;
  const double smallest = Json::parse(models.calibration())["rows"].back()["fmr"]["value"];
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.0f", 1 / smallest);
  err() << "visavis: note: with " << limits.comparisons << (limits.comparisons == 1 ? " template" : " templates")
        << " the rate of false matches is below what was measured, one in " << std::string(rate)
        << " for a comparison: the threshold is a careful guess\n";
}

}  // namespace visavis::cli
