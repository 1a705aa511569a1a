// Reads the compiled-in manifest once.
#include "models/manifest.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace visavis {

const std::vector<ModelEntry>& manifest_models() {
  static const std::vector<ModelEntry> models = [] {
    const auto manifest = nlohmann::json::parse(kManifestJson);
    std::vector<ModelEntry> entries;
    for (const auto& m : manifest.at("models"))
      entries.push_back({m.at("id"), m.at("file"), m.at("sha256"), m.at("license"), m.at("source"), m.at("purpose"),
                         m.at("size"), m.at("optional")});
    return entries;
  }();
  return models;
}

const ModelEntry& manifest_model(const std::string& id) {
  std::string known;
  for (const ModelEntry& model : manifest_models()) {
    if (model.id == id) return model;
    known += (known.empty() ? "" : ", ") + model.id;
  }
  throw Error(VAV_E_MODEL_UNKNOWN, "no model is called '" + id + "'; there are " + known);
}

}  // namespace visavis
