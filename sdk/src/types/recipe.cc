// What this version of the library stamps into a new gallery.
#include "types/recipe.h"

namespace visavis {

Recipe make_recipe(const std::string& model_sha256) {
  // Changing how chips are cut or distances are computed must change this text.
  return {model_sha256, "chip=" + std::to_string(kChipSize) + ",padding=0.25;metric=euclidean"};
}

// Embeddings of dlib's model have a length of 1 to 2; the bound only keeps sums of squares within what a float can
// hold. Euclidean distances have no offset.
TemplateRange template_range(const Recipe&) { return {.most_length = 10'000, .lowest_offset = 0, .most_offset = 0}; }

bool is_within(const TemplateRange& range, const Embedding& embedding, float offset) {
  double squares = 0;
  for (const float value : embedding) squares += double{value} * double{value};
  const double most = range.most_length;
  return squares <= most * most && offset >= range.lowest_offset && offset <= range.most_offset;  // NaN is not
}

std::string describe(const Recipe& recipe) { return "model " + recipe.model_sha256 + ", " + recipe.scoring; }

}  // namespace visavis
