// What this version of the library stamps into a new gallery.
#include "gallery/recipe.h"

#include "types/face.h"

namespace visavis {

Recipe make_recipe(const std::string& model_sha256) {
  // Changing how chips are cut or distances are computed must change this text.
  return {model_sha256, "chip=" + std::to_string(kChipSize) + ",padding=0.25;metric=euclidean"};
}

std::string describe(const Recipe& recipe) { return "model " + recipe.model_sha256 + ", " + recipe.scoring; }

}  // namespace visavis
