// The recipe: what made a gallery's templates. Embeddings of two recipes lie in different spaces; comparing them would
// give numbers without meaning, so a gallery is stamped with its recipe and refuses another.
#pragma once

#include <span>
#include <string>

#include "types/density.h"
#include "types/face.h"

namespace visavis {

// The numbers that a template of a recipe can have. Others were made by something else and must not decide anything.
struct TemplateRange {
  size_t length;                            // how many numbers an embedding has
  float least_norm, most_norm;              // how long it is as a vector; a length is always a number of floats
  float lowest_offset, most_offset;         // what is added to a squared distance
  const struct Scoring* scoring = nullptr;  // whose density says which offset an embedding has; nullptr: it is 0
};

// How embeddings of a set of models are made and compared.
struct Scoring {
  const char* set;              // the name of the set
  const char* text;             // chip and metric; changing how chips are cut or distances are computed must change it
  float compat_threshold;       // a distance, as those who published the model use it, or one that errs as often with
                                // strangers as theirs; 0: nobody has measured one
  float near;                   // up to here, in thresholds, somebody who was not recognised may be the person
  float norm;                   // embeddings are scaled to it, so that Euclidean distance says what cosine says; 0: as
                                // the network gives them. Of no two scorings the same, so that it tells them apart
  const Density* density;       // taken off, see distance_between(); nullptr: none
  float least_norm, most_norm;  // of an embedding that is stored
  float least_face, most_face;  // of one that comes from outside; around 1 too, only where all have that norm
  const char* norms;            // that faces have had, in words
};

// What the scorings of models that users brought begin and end with, in recipes.
inline constexpr const char *kOwnScoring = "set=own,", *kCosine = ";metric=cosine", *kEuclidean = ";metric=euclidean";

// Euclidean distances of embeddings as dlib's network gives them. Their norms were 1.19 to 1.63 on 467 faces of all
// kinds, 1.26 to 1.35 on noise. Smaller ones were averaged, rounded or scaled, or other models made them: they may be within
// the threshold of one another, or of a face. What is stored already need only keep sums of squares within what a float can hold.
inline constexpr Scoring kDlibScoring = {.set = "dlib",
                                         .text = "chip=150,padding=0.25;metric=euclidean",
                                         .compat_threshold = 0.6f,
                                         .near = 1.25f,
                                         .norm = 0,
                                         .density = nullptr,
                                         .least_norm = 0,
                                         .most_norm = 10'000,
                                         .least_face = 1.05f,
                                         .most_face = 3,
                                         .norms = "1.2 to 1.6"};
// Cosine, as Euclidean distances of embeddings of norm 1: OpenCV's cosine of 0.363 is √(2 - 2 · 0.363). Strangers
// are about √2 from one another, a quarter more than the threshold: so what is near must be much less.
inline constexpr Scoring kZooScoring = {.set = "opencv-zoo",
                                        .text = "set=opencv-zoo,chip=112,template=arcface;metric=cosine",
                                        .compat_threshold = 1.1287f,
                                        .near = 1.05f,
                                        .norm = 1,
                                        .density = nullptr,
                                        .least_norm = 0.99f,
                                        .most_norm = 1.01f,
                                        .least_face = 0.99f,
                                        .most_face = 1.01f,
                                        .norms = "1"};
// The same models, better used: each chip also mirrored, the mean of all faces taken off, cosine less half of each side's
// density. Squared distances are 2·norm²·(1 − that); accuracy.md says what it gains.
inline constexpr Scoring kDlib1Scoring = {.set = "dlib-1",
                                          .text = "set=dlib-1,chip=150,padding=0.25,mirror=1;metric=density",
                                          .compat_threshold = 1.028f,
                                          .near = 1.05f,
                                          .norm = 0.70710678f,
                                          .density = &kDlib1Density,
                                          .least_norm = 0.7f,
                                          .most_norm = 0.715f,
                                          .least_face = 0.7f,
                                          .most_face = 0.715f,
                                          .norms = "0.7071"};
inline constexpr Scoring kSface1Scoring = {.set = "sface-1",
                                           .text = "set=sface-1,chip=112,template=arcface,mirror=1;metric=density",
                                           .compat_threshold = 1.0197f,
                                           .near = 1.05f,
                                           .norm = 0.75f,
                                           .density = &kSface1Density,
                                           .least_norm = 0.745f,
                                           .most_norm = 0.755f,
                                           .least_face = 0.745f,
                                           .most_face = 0.755f,
                                           .norms = "0.75"};

struct Recipe {
  std::string model_sha256;  // of the embedding model's file
  std::string scoring;       // a Scoring's text
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

TemplateRange template_range(const Recipe& recipe);
// Length and norm; and that the offset is the recipe's own, too: a lower one would make a template near to everybody.
bool is_within(const TemplateRange& range, const Embedding& embedding);
bool is_within(const TemplateRange& range, const Embedding& embedding, float offset);

// How long an embedding can be: what the library is tested with.
inline constexpr size_t kShortestEmbedding = 64, kLongestEmbedding = 2048;
inline constexpr size_t kDlibEmbedding = 128;  // of dlib's model

// How many numbers an embedding of the recipe has. Error GALLERY_CORRUPT for a recipe that says something impossible.
size_t embedding_length(const Recipe& recipe);

// How an embedding that comes from outside must fit. What is compared must not be shorter than a face's, such as zeros,
// which could be near to all. Those of the norm 1 are taken in a gallery of dlib's: who has a model of their own, or tries
// the gallery with made-up faces, often has such ones, and they are far from every face of dlib's model.
enum class Fitting { comparable, of_a_face };

// Error INVALID_ARGUMENT for an embedding that is none of the recipe: of another length, not finite, or implausible.
void require_fitting(const Recipe& recipe, const Embedding& embedding, Fitting fitting = Fitting::comparable);

// Why an embedding is none that the recipe's model gives for a face, such as zeros or another model's. "" when it may be
// one. Those that are stored already need only be within the range.
std::string why_implausible(const Recipe& recipe, const Embedding& embedding, Fitting fitting = Fitting::comparable);

// What the norm of an embedding tells.
struct EmbeddingNorm {
  float norm;
  const Scoring* scoring;  // which scales to it; nullptr: none does, as with dlib's
};
EmbeddingNorm norm_in(std::span<const float> embedding);
const Scoring* scaled_by(std::span<const float> embedding);

// What is added to the squared distances of an embedding: 2·norm² times half of its density. 0 without one.
float offset_of(const Scoring& scoring, std::span<const float> embedding);
float offset_of(const Recipe& recipe, const Embedding& embedding);
// Of two embeddings of the recipe, or of the scoring; nullptr: Euclidean.
float distance_between(const Scoring* scoring, std::span<const float> a, std::span<const float> b);
float distance_between(const Recipe& recipe, const Embedding& a, const Embedding& b);

// Whether two embeddings of one recipe are of the same picture: it gives the same numbers again, except for small
// differences between backends, and no other picture has ever been so near. Not a distance: that of two equal
// embeddings need not be 0.
bool is_same_picture(const Embedding& a, const Embedding& b);

// Why a distance of two embeddings of that length means nothing, where nobody says which models made them: only one has
// the norm of a scoring, or they are shorter than those of any set. "" when it may mean something.
std::string why_incomparable(const EmbeddingNorm& a, const EmbeddingNorm& b, size_t length);
// Whether dlib's threshold can be meant.
bool can_be_dlibs(const EmbeddingNorm& norm, size_t length);

// The recipe of an embedding model.
Recipe make_recipe(const std::string& model_sha256, size_t embedding_length = kDlibEmbedding,
                   const Scoring& scoring = kDlibScoring);

// The name of the built-in set of models whose recipe this is; "" for a model that somebody brought.
const char* set_of(const Recipe& recipe);
// As the Scoring's.
float compat_threshold(const Recipe& recipe);
// How far somebody who was not recognised may be and still be the nearest person, in thresholds.
float near_in_thresholds(const Recipe& recipe);

// The name of the set of models, "own" for users' models, "" for one that is not known.
std::string set_name(const Recipe& recipe);

// In words, for messages.
std::string describe(const Recipe& recipe);

// What to do where the recipe of a gallery or an export is another one than that of the models, in words.
std::string advice_for_other(const Recipe& of_data, const Recipe& of_models, const std::string& otherwise);

}  // namespace visavis
