// The scorings this version knows: what it stamps into a new gallery, and what may be in one.
#include "types/recipe.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "base/error.h"

namespace visavis {
namespace {

constexpr const char* kLength = ";length=";  // in the scoring of a recipe; without it the length is dlib's

const Scoring* known_scoring(const Recipe& recipe) {
  const std::string text = recipe.scoring.substr(0, recipe.scoring.find(kLength));
  for (const Scoring* scoring : {&kDlibScoring, &kZooScoring})
    if (text == scoring->text) return scoring;
  return nullptr;
}

// A gallery of a scoring that is not known is refused before anything of it is asked for.
const Scoring& scoring_of(const Recipe& recipe) {
  const Scoring* known = known_scoring(recipe);
  return known ? *known : kDlibScoring;
}

double squared_norm(const Embedding& embedding) {
  double squares = 0;
  for (const float value : embedding) squares += double{value} * double{value};
  return squares;
}

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
          .most_offset = 0};
}

float default_threshold(const Recipe& recipe) { return scoring_of(recipe).default_threshold; }

bool is_within(const TemplateRange& range, const Embedding& embedding, float offset) {
  const double squares = squared_norm(embedding);
  const double least = range.least_norm, most = range.most_norm;
  return embedding.size() == range.length && squares >= least * least && squares <= most * most &&
         offset >= range.lowest_offset && offset <= range.most_offset;  // NaN is not
}

// Embeddings of dlib's model had norms of 1.19 to 1.63 on 467 faces of all kinds, 1.26 to 1.35 on noise. Much shorter
// ones are what a failed computation leaves, such as zeros. Others are taken: who has a model of their own, or tries the
// gallery with made-up faces, often has embeddings of the norm 1, and those are far from every face of dlib's model.
// `visavis gallery import`, which is for embeddings of dlib's model, refuses these too, since there they are a mistake.
std::string why_implausible(const Recipe& recipe, const Embedding& embedding) {
  constexpr double kLeast = 0.5;
  if (recipe.scoring != kDlibScoring.text) return "";
  const double norm = std::sqrt(squared_norm(embedding));
  if (norm >= kLeast) return "";
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", norm);
  return (norm == 0 ? "the embedding is nothing but zeros" : std::string("the embedding has the norm ") + text) +
         ": the model of the gallery gives norms of 1.2 to 1.6, and one below 0.5 cannot be compared";
}

std::string describe(const Recipe& recipe) { return "model " + recipe.model_sha256 + ", " + recipe.scoring; }

std::string advice_for_other(const Recipe& of_gallery, const Recipe& of_models) {
  const Scoring* scoring = known_scoring(of_gallery);
  if (scoring && of_gallery.scoring != of_models.scoring)
    return std::string("Its set of models is ") + scoring->set + ": open the models with options.set \"" +
           scoring->set + "\", or enrol into a new gallery";
  return "Use the models of the gallery, or enrol into a new one";
}

}  // namespace visavis
