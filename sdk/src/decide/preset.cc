// From what the caller asks for to thresholds, and from distances to a decision: the only place that says yes or no.
#include "decide/preset.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "base/error.h"
#include "decide/calibration.h"

namespace visavis {
namespace {

constexpr std::array<PresetRates, 3> kPresets = {
    {{.preset = Preset::standard, .name = "standard", .search = 1e-2, .comparison = 1e-3},
     {.preset = Preset::photos, .name = "photos", .search = 1e-1, .comparison = 1e-2},
     {.preset = Preset::door,
      .name = "door",
      .search = 1e-3,
      .comparison = 1e-4,
      .review_search = 1e-2,
      .review_comparison = 1e-3,
      .margin = 0.05f}}};

[[noreturn]] void not_measured(const std::string& of, const std::string& what) {
  throw Error(
      VAV_E_INVALID_ARGUMENT,
      "nobody has measured " + of + " this model, so " + what +
          ": give a threshold, or set the gallery's own (`visavis gallery threshold`), or give the models the table of "
          "error rates that `visavis calibrate -o` makes of photos of yours");
}

// A threshold that somebody chose, and what it means.
Limits of_threshold(float threshold, const Calibration* calibration, int64_t comparisons) {
  Limits limits{.match = threshold, .review = threshold, .comparisons = comparisons};
  if (!calibration) return limits;
  const double fmr = rate_at(*calibration, threshold);
  limits.rate = rate_of_search(fmr, comparisons);
  limits.support = is_measured(*calibration, fmr) ? Support::measured : Support::extrapolated;
  limits.table = calibration->recipe.empty() ? Table::library : Table::own;
  limits.persons = calibration->persons;
  return limits;
}

Limits of_rate(double rate, const Calibration& calibration, int64_t comparisons) {
  const double fmr = rate_of_comparison(rate, comparisons);
  // Read back, since no threshold is above the first one of the table.
  return of_threshold(threshold_at(calibration, fmr), &calibration, comparisons);
}

Limits of_preset(Against against, const PresetRates& preset, const Calibration& calibration, int64_t comparisons) {
  // In a small gallery the rate of a search would allow thresholds that two faces alone are not compared by.
  const auto rate = [&](double search, double comparison) {
    return against == Against::one ? comparison : std::min(search, rate_of_search(comparison, comparisons));
  };
  Limits limits = of_rate(rate(preset.search, preset.comparison), calibration, comparisons);
  if (preset.review_search != 0)
    limits.review = threshold_at(calibration,
                                 rate_of_comparison(rate(preset.review_search, preset.review_comparison), comparisons));
  limits.margin = preset.margin * limits.match;
  return limits;
}

}  // namespace

std::span<const PresetRates> presets() { return kPresets; }

const PresetRates* preset_rates(Preset preset) {
  const auto found = std::ranges::find(kPresets, preset, &PresetRates::preset);
  return found == kPresets.end() ? nullptr : &*found;
}

bool is_preset(int32_t number) { return number >= int32_t(Preset::usual) && number <= int32_t(Preset::compat); }

Limits limits_for(Against against, const Asked& asked, float of_gallery, const ModelRates& models,
                  int64_t comparisons) {
  comparisons = std::max<int64_t>(comparisons, 1);
  const Calibration* calibration = calibration_of(models.recipe, models.own);
  if (asked.threshold != 0) {
    require_threshold(asked.threshold);
    return of_threshold(asked.threshold, calibration, comparisons);
  }
  if (asked.rate != 0) {
    if (!(asked.rate > 0 && asked.rate <= 0.5)) {  // nor is NaN
      char shown[32];
      std::snprintf(shown, sizeof shown, "%g", asked.rate);
      throw Error(VAV_E_INVALID_ARGUMENT, "the rate of false matches is " + std::string(shown) +
                                              ": give one above 0 and up to 0.5, or 0 for that of the preset");
    }
    if (!calibration) not_measured("the error rates of", "no rate can be asked for");
    return of_rate(asked.rate, *calibration, comparisons);
  }
  if (asked.preset == Preset::usual && of_gallery != 0) return of_threshold(of_gallery, calibration, comparisons);
  if (const PresetRates* preset = preset_rates(asked.preset); preset && !calibration)
    not_measured("the error rates of", "the preset \"" + std::string(preset->name) + "\" has no threshold");
  if (calibration && asked.preset != Preset::compat)
    return of_preset(against, asked.preset == Preset::usual ? kPresets.front() : *preset_rates(asked.preset),
                     *calibration, comparisons);
  if (models.compat_threshold == 0) not_measured("a threshold for", "there is none to use");
  return of_threshold(models.compat_threshold, calibration, comparisons);
}

Limits limits_to_look_at(Against against, Asked asked, float of_gallery, const ModelRates& models,
                         int64_t comparisons) {
  const bool nothing = asked.threshold == 0 && asked.rate == 0 && asked.preset == Preset::usual && of_gallery == 0;
  if (nothing && calibration_of(models.recipe, models.own)) asked.preset = Preset::photos;
  return limits_for(against, asked, of_gallery, models, comparisons);
}

Decision decide(float distance, float next, const Limits& limits) {
  if (!(distance <= limits.review)) return Decision::unknown;
  if (!(distance <= limits.match)) return Decision::review;
  return limits.margin > 0 && next < distance + limits.margin ? Decision::ambiguous : Decision::match;
}

}  // namespace visavis
