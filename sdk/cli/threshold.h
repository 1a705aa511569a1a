// --threshold, --false-rate and --preset, the same for every command that decides.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "command_line.h"
#include "output.h"
#include "visavis/compare.hpp"
#include "visavis/models.hpp"
#include "visavis/rates.hpp"
#include "visavis/search.hpp"

namespace visavis::cli {

// Nothing means "not given". A number could be mistaken: to the library 0 means its default.
using Threshold = std::optional<float>;

// If there is no gallery, the help does not mention its threshold.
Option add_threshold_option(Command* command, Threshold& threshold, bool of_a_gallery = true);

// WrongUse, which says what is allowed, unless it is a distance that can tell one person from another.
float parse_threshold(const std::string& text);

// The number for the library.
inline float or_default(const Threshold& threshold) { return threshold.value_or(0.0f); }

// The presets by their names, the default one first.
const std::vector<std::pair<std::string, int32_t>>& preset_names();

// How a command decides: at most one of these is given.
struct Decisive {
  Threshold threshold;
  double false_rate = 0;  // 0 = not given
  vav_preset preset = VAV_PRESET_DEFAULT;

  bool asks_for_a_rate() const { return !threshold && preset != VAV_PRESET_COMPAT; }
  bool given() const { return threshold || false_rate != 0 || preset != VAV_PRESET_DEFAULT; }
  Asked asked() const { return {or_default(threshold), float(false_rate), preset}; }
  void put_into(IdentifyOptions& search) const;
};

// WrongUse if a rate is asked for, and nobody has measured those of the models: said once, and not of each picture.
void require_rates(const Models& models, const Decisive& decisive);

void add_decisive_options(Command* command, Decisive& decisive, bool of_a_gallery = true);

// "match", "unknown", "review", …: as the JSON of all commands says it.
std::string decision_name(Decision decision);

// The keys false_rate (null: nobody has measured it) and false_rate_is.
Json false_rate_json(vav_support support, float rate);
std::string support_name(vav_support support);

// Keys that say how a decision was made: threshold, review_threshold, false_rate, false_rate_is, comparisons.
void put_limits(Json& object, const Limits& limits);

// A note on stderr where a rate is beyond what was measured; once for each command.
void tell_if_extrapolated(const Models& models, const Limits& limits);

}  // namespace visavis::cli
