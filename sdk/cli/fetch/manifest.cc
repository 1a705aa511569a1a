// Reads the result of Models::manifest().
#include "fetch/manifest.h"

#include <nlohmann/json.hpp>

#include "visavis/models.hpp"

namespace visavis::cli {

Manifest read_manifest() {
  const auto json = nlohmann::json::parse(Models::manifest());
  Manifest manifest;
  for (const auto& a : json.at("archives"))
    manifest.archives.push_back({a.at("id"), a.at("version"), a.at("file"), a.at("sha256"), a.at("size")});
  for (const auto& m : json.at("models"))
    manifest.files.push_back({false, m.at("id"), m.at("file"), m.at("sha256"), m.at("license"), m.at("training_data"),
                              m.at("archives"), m.at("size")});
  for (const auto& p : json.at("photos"))
    manifest.files.push_back(
        {true, p.at("file"), p.at("file"), p.at("sha256"), "", "", p.at("archives"), p.at("size")});
  return manifest;
}

}  // namespace visavis::cli
