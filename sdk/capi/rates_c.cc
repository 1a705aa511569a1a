// visavis/rates.h: limits and the tables behind them.
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "decide/calibration.h"
#include "decide/similarity.h"
#include "models/model_set.h"
#include "visavis/rates.h"

using namespace visavis;
using namespace visavis::capi;

static_assert(VAV_PRESET_DEFAULT == int32_t(Preset::usual) && VAV_PRESET_STANDARD == int32_t(Preset::standard) &&
              VAV_PRESET_PHOTOS == int32_t(Preset::photos) && VAV_PRESET_DOOR == int32_t(Preset::door) &&
              VAV_PRESET_COMPAT == int32_t(Preset::compat));
static_assert(VAV_SUPPORT_NOT_EVALUATED == int32_t(Support::not_evaluated) &&
              VAV_SUPPORT_MEASURED == int32_t(Support::measured) &&
              VAV_SUPPORT_EXTRAPOLATED == int32_t(Support::extrapolated));

static_assert(VAV_TABLE_NONE == int32_t(Table::none) && VAV_TABLE_LIBRARY == int32_t(Table::library) &&
              VAV_TABLE_OWN == int32_t(Table::own));

namespace {

const Calibration* own_or_ours(const vav_models& models) {
  return calibration_of(scoring_recipe(*models.set), models.calibration.get());
}

}  // namespace

extern "C" {

void vav_limits_init(vav_limits* limits) { init_struct(limits); }

vav_status vav_models_get_limits(const vav_models* models, float threshold, float false_rate, vav_preset preset,
                                 int64_t comparisons, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    checked(models, "models");
    if (comparisons < 0) invalid("comparisons is negative");
    const Limits limits =
        limits_for(comparisons == 0 ? Against::one : Against::anybody, read_asked(threshold, false_rate, preset, ""), 0,
                   rates_of(*models->set, models->calibration.get()), comparisons);
    write_struct(out, plain(limits), "out");
  });
}

vav_status vav_models_get_similarities(const vav_models* models, const float* distances, int64_t count, float prior,
                                       float* similarities, vav_support* supports, vav_error* err) {
  return guard(err, [&] {
    const Calibration* const known = own_or_ours(*checked(models, "models"));
    if (count < 0 || count > std::numeric_limits<ptrdiff_t>::max() / int64_t(sizeof(float)))
      invalid("count is " + std::to_string(count) + ", which is no length of an array");
    if (!(prior >= 0 && prior < 1)) invalid("prior is not above 0 and below 1, nor 0 for the default");
    if (count == 0) return;
    required(distances, "distances");
    required(similarities, "similarities");
    for (int64_t i = 0; i < count; ++i)
      if (!(distances[i] >= 0)) invalid("distances[" + std::to_string(i) + "] is negative or no number");
    const std::vector<Evidence> evidence = known ? evidence_of(*known) : std::vector<Evidence>();
    for (int64_t i = 0; i < count; ++i) {
      const Similarity one = similarity_at(evidence, distances[i], prior == 0 ? 0.5 : double{prior});
      similarities[i] = one.probability;
      if (supports) supports[i] = int32_t(one.support);
    }
  });
}

const char* vav_models_get_calibration(const vav_models* models) {
  if (!alive(models)) return "";
  const Calibration* known = own_or_ours(*models);
  return known ? known->json.c_str() : "";
}

}  // extern "C"
