// Finds a model in the compiled-in manifest.
#include "models/manifest.h"

#include "base/error.h"

namespace visavis {

const ModelEntry& manifest_model(const std::string& id) {
  std::string known;
  for (const ModelEntry& model : manifest_models()) {
    if (model.id == id) return model;
    known += (known.empty() ? "" : ", ") + model.id;
  }
  throw Error(VAV_E_MODEL_UNKNOWN, "no model is called '" + id + "'; there are " + known);
}

}  // namespace visavis
