// The manifest: which model files there are, and by which hash they are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis {

struct ModelEntry {
  std::string id, file, sha256, license, source, purpose, training_data;
  int64_t size = 0;  // bytes
  bool optional = false;
};

// models/manifest.json as it was when the library was built.
extern const char* const kManifestJson;

// The entries of kManifestJson, in its order. Both are made by the build: no JSON is read in the user's process.
const std::vector<ModelEntry>& manifest_models();

// Error MODEL_UNKNOWN for an id that the manifest does not name.
const ModelEntry& manifest_model(const std::string& id);

// Ids of the models the stages use.
inline constexpr const char* kEmbeddingModel = "dlib_face_recognition_resnet_model_v1";
inline constexpr const char* kLandmarkModel = "shape_predictor_5_face_landmarks";
inline constexpr const char* kCnnDetectorModel = "mmod_human_face_detector";

}  // namespace visavis
