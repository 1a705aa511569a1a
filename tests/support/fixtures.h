// What several unit tests need: the sample photos and models of this machine, and errors as values.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "base/error.h"
#include "base/files.h"
#include "models/model_files.h"
#include "models/model_set.h"
#include "models/places.h"
#include "nn/backend.h"

namespace visavis::testing_support {

// The folder of the sample photos: $VISAVIS_PHOTOS, else photos/ beside the models in the per-user cache.
inline std::filesystem::path photos_directory() {
  if (const char* given = std::getenv("VISAVIS_PHOTOS")) return given;
  return std::filesystem::path(user_cache_directory()).parent_path() / "photos";
}

inline std::string photo(const std::string& name) { return (photos_directory() / name).string(); }

inline std::shared_ptr<const ModelFiles> models() {
  const char* given = std::getenv("VISAVIS_MODELS");
  return std::make_shared<ModelFiles>(given ? given : "", false);
}

inline std::vector<char> model_bytes(const char* id) {
  const auto set = models();
  const auto bytes = read_file(set->find(manifest_model(id)), 1 << 28);
  return {bytes.begin(), bytes.end()};
}

// A backend by its name, as backend_names() gives it.
inline Backend backend_named(const std::string& name) {
  if (name == "onednn") return Backend::onednn;
  if (name == "opencv") return Backend::opencv;
  if (name == "dlib") return Backend::dlib;
  throw std::invalid_argument("the tests know no backend " + name);
}

inline bool have_models_and_photos() {
  for (const ModelEntry& model : manifest_models())
    if (!model.optional && models()->find(model).empty()) return false;
  return std::filesystem::exists(photos_directory() / "obama.jpg");
}

// A set of models whose files are optional, and the sample photos.
inline bool have_set_and_photos(const char* name) {
  const ModelSet& set = model_set(name);
  for (const ModelChoice* choice : set.choices())
    if (!choice->empty() && models()->find(chosen(*choice, *models())).empty()) return false;
  return std::filesystem::exists(photos_directory() / "obama.jpg");
}

// The code and text of the Error that `body` throws; VAV_OK when it throws none.
template <class Body>
Error error_of(Body&& body) {
  try {
    body();
  } catch (const Error& e) {
    return e;
  }
  return Error(VAV_OK, "");
}

}  // namespace visavis::testing_support

// First line of a test on real photos: visavis models fetch --photos brings them.
#define SKIP_WITHOUT_MODELS_AND_PHOTOS()                   \
  if (!visavis::testing_support::have_models_and_photos()) \
  GTEST_SKIP() << "no models or sample photos on this machine: run visavis models fetch --photos"

// The same on models of a set that is not the default one.
#define SKIP_WITHOUT_SET_AND_PHOTOS(name)                   \
  if (!visavis::testing_support::have_set_and_photos(name)) \
  GTEST_SKIP() << "no models of " << name << " or sample photos: run visavis models fetch --photos --set " << name
