// The models before find the face, the others find it again where it is.
#include "migrate/re_embed.h"

#include <algorithm>
#include <cstdio>

#include "engine.h"
#include "one_face.h"
#include "visavis/compare.hpp"

namespace visavis::cli {
namespace {

double area(const vav_box& box) {
  return std::max(0.0, double(box.right) - box.left + 1) * std::max(0.0, double(box.bottom) - box.top + 1);
}

// How much of two boxes is common to both, 0..1.
double overlap(const vav_box& a, const vav_box& b) {
  const vav_box common = {std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right),
                          std::min(a.bottom, b.bottom)};
  const double both = common.right < common.left || common.bottom < common.top ? 0 : area(common);
  return both / (area(a) + area(b) - both);
}

// The face there by the other models' own detector; -1 if it sees none. Detectors draw their boxes differently, but
// those of two faces have less in common.
int32_t face_at(const vav_box& place, const Faces& faces) {
  constexpr double kLeast = 0.25;
  int32_t best = -1;
  double most = kLeast;
  for (int32_t i = 0; i < faces.size(); ++i) {
    const double common = overlap(place, *faces[i].box);
    if (common > most) best = i, most = common;
  }
  return best;
}

}  // namespace

ReEmbedded ReEmbedder::from(const Image& image, EmbeddingView before) const {
  return found(image, find_faces(context_, before_, image, VAV_ANALYZE_EMBEDDING), before);
}

ReEmbedded ReEmbedder::from_chip(const Image& chip, EmbeddingView before) const {
  ReEmbedded result = from(chip, before);
  if (result.embedding) return result;
  const int32_t third = chip.width() / 3;  // the margins are as wide as the face
  const vav_box middle = {third, third, 2 * third, 2 * third};
  return found(chip, before_.analyze_boxes(chip, {middle}, embedding_alone()), before);
}

ReEmbedded ReEmbedder::found(const Image& image, const Faces& faces, EmbeddingView before) const {
  ReEmbedded result;
  int32_t nearest = -1;
  Comparability why;
  for (int32_t i = 0; i < faces.size(); ++i) {
    const EmbeddingView one = faces.embedding(i);
    if (one.empty()) {
      why = faces.comparability(i);
      continue;
    }
    const float distance = compare_many(before, one.data(), 1).front();
    if (distance < result.distance) nearest = i, result.distance = distance;
  }
  if (faces.empty()) {
    result.reason = "no_face", result.message = no_face_message(context_, image);
    return result;
  }
  if (nearest < 0) {
    result.reason = why.name(), result.message = not_comparable_message(why);
    return result;
  }
  if (result.distance > threshold_) {
    char text[96];
    std::snprintf(text, sizeof text, "shows somebody else: the nearest face is at %.3f", double{result.distance});
    result.reason = "different_face", result.message = text;
    return result;
  }
  DetectOptions look;
  look.min_face = context_.min_face;
  const vav_box place = *faces[nearest].box;
  const Faces seen = find_faces(context_, look, after_, image, 0);
  const int32_t again = face_at(place, seen);
  const Faces made = again >= 0 ? after_.analyze_faces(image, seen, {again}, embedding_alone())
                                : after_.analyze_boxes(image, {place}, embedding_alone());
  const EmbeddingView values = made.embedding(0);
  if (values.empty()) {
    result.reason = made.comparability(0).name(), result.message = not_comparable_message(made.comparability(0));
    return result;
  }
  result.embedding.emplace(values.begin(), values.end());
  return result;
}

}  // namespace visavis::cli
