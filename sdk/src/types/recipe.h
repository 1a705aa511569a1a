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
  size_t length;                     // how many numbers an embedding has
  float most_norm;                   // its length as a vector
  float lowest_offset, most_offset;  // what is added to a squared distance
};
TemplateRange template_range(const Recipe& recipe);
bool is_within(const TemplateRange& range, const Embedding& embedding, float offset);

// How long an embedding can be: what the library is tested with.
inline constexpr size_t kShortestEmbedding = 64, kLongestEmbedding = 2048;
inline constexpr size_t kDlibEmbedding = 128;  // of dlib's model

// How many numbers an embedding of the recipe has. Error GALLERY_CORRUPT for a recipe that says something impossible.
size_t embedding_length(const Recipe& recipe);

// Why an embedding that somebody adds by hand is none that the recipe's model gives for a face, such as zeros or another
// model's. "" when it may be one. Those that are stored need only be within the range.
std::string why_implausible(const Recipe& recipe, const Embedding& embedding);

// The recipe of this library's chip and metric with that embedding model.
Recipe make_recipe(const std::string& model_sha256, size_t embedding_length = kDlibEmbedding);

// In words, for messages.
std::string describe(const Recipe& recipe);

}  // namespace visavis
