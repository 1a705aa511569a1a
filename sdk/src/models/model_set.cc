// The table of sets. Nothing else knows a set by its name.
#include "models/model_set.h"

#include <algorithm>

#include "base/error.h"

namespace visavis {

const char* name_of(DetectorKind kind) {
  switch (kind) {
    case DetectorKind::hog:
      return "hog";
    case DetectorKind::cnn:
      return "cnn";
    case DetectorKind::yunet:
      return "yunet";
  }
  return "unknown";
}

const ModelChoice& yunet_models() {
  static const ModelChoice models = {"face_detection_yunet_2023mar_int8bq", "face_detection_yunet_2023mar"};
  return models;
}

bool ModelSet::has(DetectorKind kind) const { return std::ranges::find(detectors, kind) != detectors.end(); }

const std::vector<ModelSet>& model_sets() {
  static const std::vector<ModelSet> sets = {
      {.name = "dlib",
       .detectors = {DetectorKind::hog, DetectorKind::cnn, DetectorKind::yunet},  // whose file is that of opencv-zoo
       .detector = {kCnnDetectorModel},
       .landmarks = {kLandmarkModel},
       .embedder = {kEmbeddingModel},
       .is_onnx = false,
       .chip = &kDlibChip,
       .input = {},  // as the network itself says
       .embedding_length = 128,
       .scoring = &kDlibScoring,
       .floors = &kDlibFloors},
      {.name = "opencv-zoo",
       .detectors = {DetectorKind::yunet},
       .detector = yunet_models(),
       .landmarks = {},
       .embedder = {"face_recognition_sface_2021dec_int8bq", "face_recognition_sface_2021dec"},
       .is_onnx = true,
       .chip = &kArcFaceChip,
       .input = {.blue_first = false, .mean = {0, 0, 0}, .scale = 1},  // the network brings it to -1..1 itself
       .embedding_length = 128,
       .scoring = &kZooScoring,
       .floors = &kSfaceFloors}};
  return sets;
}

const ModelSet& model_set(const std::string& name) {
  std::string known;
  for (const ModelSet& set : model_sets()) {
    if (set.name == name) return set;
    known += (known.empty() ? "" : ", ") + std::string(set.name);
  }
  throw Error(VAV_E_MODEL_UNKNOWN, "no set of models is called '" + name + "'; there are " + known);
}

const ModelEntry& chosen(const ModelChoice& choice, const ModelFiles& files) {
  for (const char* id : choice)
    if (const ModelEntry& model = files.entry(id); !files.find(model).empty()) return model;
  return files.entry(choice.front());
}

const char* set_of_model(const std::string& id) {
  for (const ModelSet& set : model_sets())
    for (const ModelChoice* choice : {&set.detector, &set.landmarks, &set.embedder})
      if (std::ranges::find(*choice, id) != choice->end()) return set.name;
  return "";
}

bool is_needed(const ModelSet& set, const std::string& id, const ModelFiles& files) {
  return std::ranges::any_of(std::array{&set.detector, &set.landmarks, &set.embedder}, [&](const ModelChoice* choice) {
    return !choice->empty() && chosen(*choice, files).id == id;
  });
}

Recipe scoring_recipe(const ModelSet& set) { return make_recipe("", size_t(set.embedding_length), *set.scoring); }

Recipe recipe_of(const ModelSet& set, const ModelFiles& files) {
  Recipe recipe = scoring_recipe(set);
  recipe.model_sha256 = chosen(set.embedder, files).sha256;
  return recipe;
}

}  // namespace visavis
