// The models before find the face, the others find it again where it is.
#include "pipeline/remake.h"

#include <utility>
#include <vector>

#include "base/vectors.h"

namespace visavis {
namespace {

constexpr Wanted kEmbedding = {.landmarks = true, .chip = false, .embedding = true};

const Box& place_of(const Face& face) { return face.whole ? *face.whole : *face.box; }

// Where, how large and which way up the face of a kept chip is, is known. What a caller says of their photos does not
// hold for it.
Look at_chip(Look look) {
  look.options.roi = {};
  look.options.min_face = look.options.max_face = 0;
  look.options.upright = false;
  return look;
}

// The margins are as wide as the face.
Box middle_of(const ImageView& chip) {
  const int32_t x = chip.width / 3, y = chip.height / 3;
  return {x, y, 2 * x, 2 * y};
}

class Remaking {
 public:
  // `scoring`: of the template.
  Remaking(const Scoring* scoring, const Engine& after, const Look& look_after, const ImageView& image,
           const Embedding& of_template, float threshold)
      : scoring_(scoring),
        after_(after),
        look_after_(look_after),
        image_(image),
        template_(of_template),
        threshold_(threshold) {}

  // `faces`: those that the models before have seen, with their embeddings.
  Remade from(const std::vector<Face>& faces) const {
    Remade made;
    if (faces.empty()) {
      made.result = RemakeResult::no_face;
      return made;
    }
    const Face* nearest = nullptr;
    for (const Face& face : faces) {
      if (!face.embedding) continue;
      const float distance = distance_between(scoring_, template_, *face.embedding);
      if (distance < made.distance) nearest = &face, made.distance = distance;
    }
    if (!nearest) {
      made.result = RemakeResult::not_comparable;
      made.why = faces.front().comparability;  // of the surest
      return made;
    }
    made.place = place_of(*nearest);
    if (made.distance > threshold_) {
      made.result = RemakeResult::different_face;
      return made;
    }
    made.same_picture = is_same_picture(template_, *nearest->embedding);
    Face again = found_again(made.place);
    made.result = again.embedding ? RemakeResult::done : RemakeResult::not_comparable;
    if (again.embedding)
      made.embedding = std::move(*again.embedding);
    else
      made.why = again.comparability;
    return made;
  }

 private:
  // By the other models' own detector, as an enrolment would have it; by the place alone if that sees no face there.
  // Detectors draw their boxes differently, but those of two faces have less in common.
  Face found_again(const Box& place) const {
    constexpr double kLeast = 0.25;
    const std::vector<Face> seen =
        std::move(after_.analyze({image_}, look_after_.kind, look_after_.options, look_after_.clip, {}).front());
    const Face* best = nullptr;
    double most = kLeast;
    for (const Face& face : seen)
      if (const double common = overlap(place, place_of(face)); common > most) best = &face, most = common;
    std::vector<Face> made = best ? after_.analyze_faces(image_, {as_detected(*best)}, kEmbedding)
                                  : after_.analyze_boxes(image_, {place}, kEmbedding);
    return std::move(made.front());
  }

  const Scoring* const scoring_;
  const Engine& after_;
  const Look look_after_;
  const ImageView& image_;
  const Embedding& template_;
  const float threshold_;
};

}  // namespace

Remade remake(const Engine& before, const Look& look_before, const Engine& after, const Look& look_after,
              const RemakeSource& source, const Embedding& of_template, float threshold) {
  const Look first = source.kept_chip ? at_chip(look_before) : look_before;
  const Remaking remaking(before.set().scoring, after, source.kept_chip ? at_chip(look_after) : look_after,
                          source.image, of_template, threshold);
  const auto faces = before.analyze({source.image}, first.kind, first.options, first.clip, kEmbedding);
  Remade made = remaking.from(faces.front());
  if (source.kept_chip && made.result != RemakeResult::done) {
    Remade middle = remaking.from(before.analyze_boxes(source.image, {middle_of(source.image)}, kEmbedding));
    if (middle.result == RemakeResult::done || made.result == RemakeResult::no_face) made = std::move(middle);
  }
  return made;
}

}  // namespace visavis
