// The recipe: what made a gallery's templates. Embeddings of two recipes lie in different spaces; comparing them would
// give numbers without meaning, so a gallery is stamped with its recipe and refuses another.
#pragma once

#include <string>

#include "types/face.h"

namespace visavis {

// The numbers that a template of a recipe can have. Others were made by something else and must not decide anything.
struct TemplateRange {
  size_t length;                     // how many numbers an embedding has
  float least_norm, most_norm;       // its length as a vector
  float lowest_offset, most_offset;  // what is added to a squared distance
};

// How embeddings of a set of models are made and compared.
struct Scoring {
  const char* set;              // the name of the set
  const char* text;             // chip and metric; changing how chips are cut or distances are computed must change it
  float default_threshold;      // a distance
  float least_norm, most_norm;  // of an embedding
};

// Euclidean distances of embeddings as dlib's network gives them. Those have a length of 1 to 2; the bound only keeps
// sums of squares within what a float can hold.
inline constexpr Scoring kDlibScoring = {"dlib", "chip=150,padding=0.25;metric=euclidean", 0.6f, 0, 10'000};
// Cosine, as Euclidean distances of embeddings of unit length: OpenCV's cosine of 0.363 is √(2 - 2 · 0.363).
inline constexpr Scoring kZooScoring = {"opencv-zoo", "set=opencv-zoo,chip=112,template=arcface;metric=cosine", 1.1287f,
                                        0.99f, 1.01f};

struct Recipe {
  std::string model_sha256;  // of the embedding model's file
  std::string scoring;       // a Scoring's text
  friend bool operator==(const Recipe&, const Recipe&) = default;
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

// The recipe of an embedding model.
Recipe make_recipe(const std::string& model_sha256, size_t embedding_length = kDlibEmbedding,
                   const Scoring& scoring = kDlibScoring);

// The threshold of a gallery that has none of its own.
float default_threshold(const Recipe& recipe);

// In words, for messages.
std::string describe(const Recipe& recipe);

// What to do where a gallery's recipe is another one than that of the models, in words.
std::string advice_for_other(const Recipe& of_gallery, const Recipe& of_models);

}  // namespace visavis
