// visavis/rates.h: limits and the tables behind them.
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "decide/calibration.h"
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

extern "C" {

void vav_limits_init(vav_limits* limits) { init_struct(limits); }

vav_status vav_models_get_limits(const vav_models* models, float threshold, float false_rate, vav_preset preset,
                                 int64_t comparisons, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    checked(models, "models");
    if (comparisons < 0) invalid("comparisons is negative");
    const ModelSet& set = *models->set;
    const Limits limits =
        limits_for(comparisons == 0 ? Against::one : Against::anybody, read_asked(threshold, false_rate, preset, ""), 0,
                   set.scoring->compat_threshold, scoring_recipe(set), comparisons);
    write_struct(out, plain(limits), "out");
  });
}

const char* vav_models_get_calibration(const vav_models* models) {
  if (!alive(models)) return "";
  const Calibration* known = calibration_of(scoring_recipe(*models->set));
  return known ? known->json : "";
}

}  // extern "C"
