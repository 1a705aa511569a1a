// The recipe: what made a gallery's templates. Embeddings of two recipes lie in different spaces; comparing them would
// give numbers without meaning, so a gallery is stamped with its recipe and refuses another.
#pragma once

#include <string>

#include "types/face.h"

namespace visavis {

struct Recipe {
  std::string model_sha256;  // of the embedding model's file
  std::string scoring;       // chip and metric, "chip=150,padding=0.25;metric=euclidean"
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

// The numbers that a template of a recipe can have. Others were made by something else and must not decide anything.
struct TemplateRange {
  float most_length;                 // of an embedding
  float lowest_offset, most_offset;  // what is added to a squared distance
};
TemplateRange template_range(const Recipe& recipe);
bool is_within(const TemplateRange& range, const Embedding& embedding, float offset);

// The recipe of this library's chip and metric with that embedding model.
Recipe make_recipe(const std::string& model_sha256);

// In words, for messages.
std::string describe(const Recipe& recipe);

}  // namespace visavis
