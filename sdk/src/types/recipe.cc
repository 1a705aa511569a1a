// The scorings this version knows: what it stamps into a new gallery, and what may be in one.
#include "types/recipe.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/vectors.h"

namespace visavis {
namespace {

constexpr const char* kLength = ";length=";  // in the scoring of a recipe; without it the length is dlib's

constexpr const Scoring* kScorings[] = {&kDlibScoring, &kZooScoring, &kDlib1Scoring, &kSface1Scoring};
constexpr float kSameNorm = 1e-3f;  // what a few digits in a text make of a norm
constexpr float kMostOfDlib = 2;    // whose threshold is meant where none is given
constexpr float kNothing = 1e-6f;   // the norm of zeros, which are near to all that is short

// Of models that users brought.
constexpr Scoring own_like(const Scoring& other) {
  Scoring scoring = other;
  scoring.set = "own";
  scoring.text = kOwnScoring;
  scoring.compat_threshold = 0;
  return scoring;
}
constexpr Scoring kOwnCosine = own_like(kZooScoring), kOwnEuclidean = own_like(kDlibScoring);

const Scoring* known_scoring(const Recipe& recipe) {
  const std::string text = recipe.scoring.substr(0, recipe.scoring.find(kLength));
  if (text.starts_with(kOwnScoring))
    return text.ends_with(kCosine) ? &kOwnCosine : text.ends_with(kEuclidean) ? &kOwnEuclidean : nullptr;
  for (const Scoring* scoring : kScorings)
    if (text == scoring->text) return scoring;
  return nullptr;
}

// A gallery of a scoring that is not known is refused before anything of it is asked for.
const Scoring& scoring_of(const Recipe& recipe) {
  const Scoring* known = known_scoring(recipe);
  return known ? *known : kDlibScoring;
}

double squared_norm(std::span<const float> embedding) {
  double squares = 0;
  for (const float value : embedding) squares += double{value} * double{value};
  return squares;
}

// As distances are computed, which is fast: `compare_many` asks for very many.
float norm_of(std::span<const float> embedding) {
  static constexpr float kZeros[kLongestEmbedding] = {};
  return euclidean_distance(embedding.data(), kZeros, std::min(embedding.size(), kLongestEmbedding));
}

std::string shown(float norm) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", double{norm});
  return text;
}

bool can_be_a_face(const Scoring& scoring, std::span<const float> embedding) {
  const float norm = norm_of(embedding);
  return norm >= scoring.least_face && norm <= scoring.most_face && (scoring.norm != 0 || !scaled_by(embedding));
}

bool fits(const Scoring& scoring, const Embedding& embedding, Fitting fitting) {
  if (fitting == Fitting::of_a_face) return can_be_a_face(scoring, embedding);
  const float norm = norm_of(embedding);
  if (scoring.norm == 0 && norm >= kZooScoring.least_face && norm <= kZooScoring.most_face) return true;  // made up
  return norm >= scoring.least_face && norm <= scoring.most_norm;
}

// No set is called so: each has a name of its own.
bool is_own(std::string_view set) { return set == "own"; }

}  // namespace

Recipe make_recipe(const std::string& model_sha256, size_t embedding_length, const Scoring& scoring) {
  std::string text = scoring.text;
  if (embedding_length != kDlibEmbedding) text += kLength + std::to_string(embedding_length);
  return {model_sha256, std::move(text)};
}

size_t embedding_length(const Recipe& recipe) {
  const size_t at = recipe.scoring.find(kLength);
  if (at == std::string::npos) return kDlibEmbedding;
  size_t length = 0;
  const char* const begin = recipe.scoring.data() + at + std::char_traits<char>::length(kLength);
  const char* const end = recipe.scoring.data() + recipe.scoring.size();
  const auto [after, error] = std::from_chars(begin, end, length);
  const bool whole = error == std::errc() && (after == end || *after == ';');
  if (!whole || length < kShortestEmbedding || length > kLongestEmbedding)
    throw Error(VAV_E_GALLERY_CORRUPT, "the recipe \"" + recipe.scoring + "\" names no possible length of embeddings");
  return length;
}

// Euclidean distances have no offset.
TemplateRange template_range(const Recipe& recipe) {
  const Scoring& scoring = scoring_of(recipe);
  return {.length = embedding_length(recipe),
          .least_norm = scoring.least_norm,
          .most_norm = scoring.most_norm,
          .lowest_offset = 0,
          .most_offset = scoring.density ? scoring.norm * scoring.norm : 0,
          .scoring = scoring.density ? &scoring : nullptr};
}

const char* set_of(const Recipe& recipe) {
  for (const Scoring* scoring : kScorings)
    if (recipe.scoring == scoring->text) return scoring->set;
  return "";
}

float compat_threshold(const Recipe& recipe) { return scoring_of(recipe).compat_threshold; }

float near_in_thresholds(const Recipe& recipe) { return scoring_of(recipe).near; }

bool is_within(const TemplateRange& range, const Embedding& embedding) {
  const double squares = squared_norm(embedding);
  const double least = range.least_norm, most = range.most_norm;
  return embedding.size() == range.length && squares >= least * least && squares <= most * most;
}

bool is_within(const TemplateRange& range, const Embedding& embedding, float offset) {
  if (!is_within(range, embedding)) return false;
  if (!(offset >= range.lowest_offset && offset <= range.most_offset)) return false;  // nor is NaN
  // Another machine may round differently.
  return !range.scoring || std::abs(offset - offset_of(*range.scoring, embedding)) <= 1e-5f;
}

void require_fitting(const Recipe& recipe, const Embedding& embedding, Fitting fitting) {
  const size_t wanted = embedding_length(recipe);
  if (embedding.size() != wanted)
    throw Error(VAV_E_INVALID_ARGUMENT, "the embedding has " + std::to_string(embedding.size()) +
                                            " numbers, those of these models have " + std::to_string(wanted) +
                                            ": it was made by another model");
  require_finite(embedding.data(), embedding.size(), "embedding");
  if (const std::string why = why_implausible(recipe, embedding, fitting); !why.empty())
    throw Error(VAV_E_INVALID_ARGUMENT, why);
}

const Scoring* scaled_by(std::span<const float> embedding) { return norm_in(embedding).scoring; }

EmbeddingNorm norm_in(std::span<const float> embedding) {
  const float norm = norm_of(embedding);
  for (const Scoring* scoring : kScorings)
    if (scoring->norm != 0 && std::abs(norm - scoring->norm) <= kSameNorm &&
        (!scoring->density || embedding.size() == scoring->density->length))
      return {norm, scoring};
  return {norm, nullptr};
}

float offset_of(const Scoring& scoring, std::span<const float> embedding) {
  if (!scoring.density || embedding.size() != scoring.density->length) return 0;
  return scoring.norm * scoring.norm * density_at(*scoring.density, embedding);
}

float offset_of(const Recipe& recipe, const Embedding& embedding) { return offset_of(scoring_of(recipe), embedding); }

float distance_between(const Scoring* scoring, std::span<const float> a, std::span<const float> b) {
  const float offset = scoring ? offset_of(*scoring, b) + offset_of(*scoring, a) : 0;
  return euclidean_distance(a.data(), b.data(), a.size(), offset);
}

float distance_between(const Recipe& recipe, const Embedding& a, const Embedding& b) {
  return distance_between(&scoring_of(recipe), a, b);
}

bool is_same_picture(const Embedding& a, const Embedding& b) {
  constexpr float kSame = 1e-3f;
  return euclidean_distance(a.data(), b.data(), a.size()) <= kSame;
}

std::string why_implausible(const Recipe& recipe, const Embedding& embedding, Fitting fitting) {
  const Scoring* scoring = known_scoring(recipe);
  // What is no cosine and not dlib's as it is: nobody has measured it.
  if (!scoring || (scoring->norm == 0 && recipe.scoring != scoring->text)) return "";
  if (fits(*scoring, embedding, fitting)) return "";
  const float norm = norm_of(embedding);
  std::string why = (norm == 0 ? "the embedding is nothing but zeros" : "the embedding has the norm " + shown(norm)) +
                    "; those of the set of models \"" + scoring->set + "\" have norms of " + scoring->norms + ".";
  for (const Scoring* other : kScorings)
    if (other != scoring && can_be_a_face(*other, embedding))
      why += std::string(" It may be one of \"") + other->set + "\".";
  return why + " One of another model, or a scaled one, cannot be compared";
}

std::string why_incomparable(const EmbeddingNorm& a, const EmbeddingNorm& b, size_t length) {
  if (a.scoring != b.scoring)
    return "one embedding has the norm " + shown(a.norm) + " and the other " + shown(b.norm) +
           ": they were made by different models, or one was averaged, rounded or scaled, and cannot be compared; take "
           "both as one set of models gives them";
  if (a.scoring) return "";
  const float norm = std::min(a.norm, b.norm);
  if (norm <= kNothing) return "an embedding is nothing but zeros: no face has such a one";
  if (length != kDlibEmbedding || norm >= kDlibScoring.least_face) return "";
  return "an embedding has the norm " + shown(norm) +
         ", which no set of models gives: it was averaged, rounded or scaled, and strangers would be near to one "
         "another; "
         "compare embeddings as they were given";
}

bool can_be_dlibs(const EmbeddingNorm& norm, size_t length) {
  return length == kDlibEmbedding && !norm.scoring && norm.norm >= kDlibScoring.least_face && norm.norm <= kMostOfDlib;
}

std::string set_name(const Recipe& recipe) {
  const Scoring* scoring = known_scoring(recipe);
  return scoring ? scoring->set : "";
}

std::string describe(const Recipe& recipe) {
  const Scoring* scoring = known_scoring(recipe);
  const std::string what = !scoring               ? "models that this version does not know"
                           : is_own(scoring->set) ? "a model of a user's own"
                                                  : std::string("the set of models ") + scoring->set;
  return what + " (" + recipe.model_sha256 + ", " + recipe.scoring + ")";
}

std::string advice_for_other(const Recipe& of_data, const Recipe& of_models, const std::string& otherwise) {
  const Scoring* scoring = known_scoring(of_data);
  if (scoring && of_data.scoring != of_models.scoring)
    return (is_own(scoring->set) ? std::string("Open that model by the name that it has here")
                                 : std::string("Open the models of the set \"") + scoring->set + '"') +
           ", or " + otherwise;
  return "Use the models it was made with, or " + otherwise;
}

}  // namespace visavis
