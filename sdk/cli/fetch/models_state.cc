// Asks the library about its models.
#include "fetch/models_state.h"

#include "failure.h"

namespace visavis::cli {

ModelState verify_model(const Models& models, const ModelInfo& info) {
  ModelState state{info.id, info.optional, info.path.value_or(""), info.set, "ok", ""};
  try {
    models.verify(info.id);
  } catch (const Error& error) {
    state.status = error.code() == VAV_E_MODEL_NOT_FOUND ? "missing"
                   : error.code() == VAV_E_MODEL_ALTERED ? "altered"
                                                         : "unreadable";
    state.message = told(error).what();
  }
  return state;
}

Json model_state_json(const ModelState& state) {
  return {{"id", state.id},
          {"status", state.status},
          {"optional", state.optional},
          {"path", state.path.empty() ? Json(nullptr) : Json(state.path)}};
}

}  // namespace visavis::cli
