// Asks the library about its models.
#include "models_state.h"

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
  vav_error err = VAV_ERROR_INIT;
  switch (vav_models_verify(models, info.id, &err)) {
    case VAV_OK:
      return {info, "ok", ""};
    case VAV_E_MODEL_NOT_FOUND:
      return {info, "missing", err.message};
    case VAV_E_MODEL_ALTERED:
      return {info, "altered", err.message};
    default:
      return {info, "unreadable", err.message};
  }
}

}  // namespace visavis::cli
