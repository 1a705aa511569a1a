// Asks the library about its models.
#include "fetch/models_state.h"

namespace visavis::cli {

std::vector<vav_model_info> list_models(const vav_models* models) {
  std::vector<vav_model_info> list;
  for (int32_t i = 0; i < vav_models_count(models); ++i) {
    vav_model_info info = VAV_MODEL_INFO_INIT;
    call(vav_models_get_info, models, i, &info);
    list.push_back(info);
  }
  return list;
}

ModelState verify_model(const vav_models* models, const vav_model_info& info) {
  ModelState state{info.id, info.optional != 0, info.path ? info.path : "", "ok", ""};
  vav_error err = VAV_ERROR_INIT;
  const vav_status status = vav_models_verify(models, info.id, &err);
  if (status == VAV_OK) return state;
  state.status = status == VAV_E_MODEL_NOT_FOUND ? "missing" : status == VAV_E_MODEL_ALTERED ? "altered" : "unreadable";
  state.message = in_command_words(err.message);
  return state;
}

Json model_state_json(const ModelState& state) {
  return {{"id", state.id},
          {"status", state.status},
          {"optional", state.optional},
          {"path", state.path.empty() ? Json(nullptr) : Json(state.path)}};
}

}  // namespace visavis::cli
