// The table of sets. Nothing else knows a set by its name.
#include "models/model_set.h"

#include <algorithm>
#include <array>
#include <utility>

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

// The last two are the same models as those before, better used. YuNet finds two of three faces that HOG misses.
static std::vector<ModelSet> make_model_sets() {
  std::vector<ModelSet> sets = {
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
  for (const auto& [plain, scoring] : {std::pair{0, &kDlib1Scoring}, {1, &kSface1Scoring}}) {
    ModelSet better = sets[size_t(plain)];
    better.name = scoring->set;
    better.scoring = scoring;
    better.detector = yunet_models();
    std::ranges::stable_partition(better.detectors, [](DetectorKind kind) { return kind == DetectorKind::yunet; });
    sets.push_back(std::move(better));
  }
  return sets;
}

const std::vector<ModelSet>& model_sets() {
  static const std::vector<ModelSet> sets = make_model_sets();
  return sets;
}

const ModelSet* find_model_set(const std::string& name) {
  constexpr std::string_view kAsDlibItself = "dlib-compat";  // the same as "dlib"
  const std::string wanted = name == kAsDlibItself ? kDlibScoring.set : name;
  const auto& sets = model_sets();
  const auto found = std::ranges::find(sets, wanted, &ModelSet::name);
  return found == sets.end() ? nullptr : &*found;
}

std::string names_of_model_sets() {
  std::string names;
  for (const ModelSet& set : model_sets()) names += (names.empty() ? "" : ", ") + std::string(set.name);
  return names;
}

const ModelSet& model_set(const std::string& name) {
  if (const ModelSet* set = find_model_set(name)) return *set;
  throw Error(VAV_E_MODEL_UNKNOWN, "no set of models is called '" + name + "'; there are " + names_of_model_sets());
}

const ModelEntry& chosen(const ModelChoice& choice, const ModelFiles& files) {
  for (const char* id : choice)
    if (const ModelEntry& model = files.entry(id); !files.find(model).empty()) return model;
  return files.entry(choice.front());
}

bool ModelSet::uses(const std::string& id) const {
  return std::ranges::any_of(
      choices(), [&](const ModelChoice* choice) { return std::ranges::find(*choice, id) != choice->end(); });
}

const char* set_of_model(const std::string& id) {
  const auto& sets = model_sets();
  const auto found = std::ranges::find_if(sets, [&](const ModelSet& set) { return set.uses(id); });
  return found == sets.end() ? "" : found->name;
}

bool is_needed(const ModelSet& set, const std::string& id, const ModelFiles& files) {
  return std::ranges::any_of(
      set.choices(), [&](const ModelChoice* choice) { return !choice->empty() && chosen(*choice, files).id == id; });
}

Recipe scoring_recipe(const ModelSet& set) { return make_recipe("", size_t(set.embedding_length), *set.scoring); }

Recipe recipe_of(const ModelSet& set, const ModelFiles& files) {
  Recipe recipe = scoring_recipe(set);
  recipe.model_sha256 = chosen(set.embedder, files).sha256;
  return recipe;
}

}  // namespace visavis
