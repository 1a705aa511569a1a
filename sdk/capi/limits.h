// Between vav_limits and Limits.
#pragma once

#include <algorithm>
#include <limits>
#include <string>

#include "capi/arguments.h"
#include "decide/preset.h"
#include "models/model_set.h"
#include "visavis/rates.h"

namespace visavis::capi {

// `of`: what stands before the names in messages, such as "options.".
inline Asked read_asked(float threshold, float false_rate, vav_preset preset, const std::string& of) {
  if (!is_preset(preset)) invalid(of + "preset is " + std::to_string(preset) + ", not a value of vav_preset");
  return {.threshold = threshold, .rate = double{false_rate}, .preset = Preset{preset}};
}

inline ModelRates rates_of(const ModelSet& set, const Calibration* own) {
  return {scoring_recipe(set), set.scoring->compat_threshold, own};
}

inline vav_limits plain(const Limits& limits) {
  vav_limits plain{};
  plain.threshold = limits.match;
  plain.review = limits.review;
  plain.margin = limits.margin;
  plain.rate = float(limits.rate);
  plain.support = int32_t(limits.support);
  plain.comparisons = limits.comparisons;
  plain.table = int32_t(limits.table);
  plain.persons = int32_t(std::min<int64_t>(limits.persons, std::numeric_limits<int32_t>::max()));
  return plain;
}

}  // namespace visavis::capi
