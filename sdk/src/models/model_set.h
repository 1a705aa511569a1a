// Sets of models: a detector, landmarks, a chip, an embedder and a metric that belong together, as data.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "models/model_files.h"
#include "types/chip_frame.h"
#include "types/floors.h"
#include "types/recipe.h"

namespace visavis {

// The numbers are those of vav_detector, where 0 is the set's default.
enum class DetectorKind : int32_t { cnn = 1, yunet = 2, hog = 3 };

const char* name_of(DetectorKind kind);

// Models of which one is needed, the preferred one first.
using ModelChoice = std::vector<const char*>;

// Of YuNet, in whichever set.
const ModelChoice& yunet_models();

// The network of an embedder.
struct EmbedderInput {
  bool blue_first;            // the order of its colours
  std::array<float, 3> mean;  // (pixel - mean) * scale goes into it
  float scale;
};

struct ModelSet {
  const char* name;
  std::vector<DetectorKind> detectors;  // the default one first
  ModelChoice detector;                 // the file of the one that comes with the set, if it needs a file
  ModelChoice landmarks;                // none: the detector gives them
  ModelChoice embedder;
  bool is_onnx;  // the files are ONNX; else they are dlib's
  const ChipFrame* chip;
  EmbedderInput input;
  int embedding_length;
  const Scoring* scoring;
  const Floors* floors;

  bool has(DetectorKind kind) const;
  // Which files it uses; a choice without a file is empty.
  std::array<const ModelChoice*, 3> choices() const { return {&detector, &landmarks, &embedder}; }
  // Whether a model's file is one of its own.
  bool uses(const std::string& id) const;
};

// All of them; the default one first.
const std::vector<ModelSet>& model_sets();

// A built-in set for who may also have one that somebody must own.
inline std::shared_ptr<const ModelSet> shared(const ModelSet& set) { return {std::shared_ptr<const void>(), &set}; }

// nullptr for a name that is none.
const ModelSet* find_model_set(const std::string& name);
// Of all, with commas between.
std::string names_of_model_sets();
// Error MODEL_UNKNOWN for a name that is none; it names those that are.
const ModelSet& model_set(const std::string& name);

// The one to use: the first whose file is there, else the first.
const ModelEntry& chosen(const ModelChoice& choice, const ModelFiles& files);

// The name of the first set that uses the model; "" = none.
const char* set_of_model(const std::string& id);

// Whether the set cannot do without it; of several that do the same, the one to use.
bool is_needed(const ModelSet& set, const std::string& id, const ModelFiles& files);

// The recipe without the model's hash: all that error rates and distances depend on. Looks for no file.
Recipe scoring_recipe(const ModelSet& set);

// What galleries made with the set and these files are stamped with.
Recipe recipe_of(const ModelSet& set, const ModelFiles& files);

}  // namespace visavis
