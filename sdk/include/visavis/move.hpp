/* C++ layer: what is known of a gallery's move to other models. The calls are members of Gallery. */
#ifndef VISAVIS_MOVE_HPP
#define VISAVIS_MOVE_HPP

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/engine.hpp"
#include "visavis/faces.hpp"
#include "visavis/image.hpp"
#include "visavis/move.h"

namespace visavis {
inline namespace cpp {

/** How far a move to other models is. */
struct MoveStatus {
  bool under_way;          /* embeddings are staged */
  bool to_these;           /* they are of the models that were asked about */
  std::int64_t staged;     /* number of templates that have one */
  std::int64_t templates;  /* number of templates in the gallery */
  std::int64_t kept_chips; /* number of templates of which a chip is kept */
  std::string to_model_sha256; /* what they are of; "" if no move is under way */
  std::string to_recipe;
  std::string to_set; /* the name of the set of models; "own" for one of a user's own, "" if it is not known here */

  explicit operator bool() const = delete;
};

/** A template for which no embedding is staged, and its person. */
using Unstaged = vav_unstaged;

/** What came of looking for the face of a template in a picture. Only VAV_REMAKE_DONE has given an embedding. */
class RemakeResult : public detail::Answer<RemakeResult> {
 public:
  using Answer::Answer;
  /** A short name, such as "no_face". Static text. */
  const char *name() const noexcept { return vav_remake_result_name(value()); }
};

/** What one picture gave for a template. */
struct Remade {
  RemakeResult result;            /* only VAV_REMAKE_DONE has given an embedding */
  Comparability comparability;    /* with NOT_COMPARABLE: why */
  float distance;                 /* of the nearest face to the template, by the models before */
  vav_box box;                    /* where that face is; all zero if none was compared */
  bool same_picture;              /* so near that the template is of this very picture */
  std::vector<float> embedding;   /* of the other models; empty if there is none */

  explicit operator bool() const = delete;
};

/** How to look for the face of a template; see vav_remake_options. */
struct RemakeOptions {
  float threshold = 0;    /* a face that is farther is another person's; 0 = by VAV_PRESET_PHOTOS */
  bool kept_chip = false; /* the picture is a kept chip */
  DetectOptions before;   /* how the models before look for faces */
  DetectOptions after;    /* how the other models do */
};

/**
 * Makes a template anew by other models, out of a picture of the person: what Gallery::stage takes. `length`: how many
 * floats an embedding of `after` has, Models::embedding_dim(). See vav_engine_remake.
 */
inline Remade remake(const Engine &before, const Engine &after, const Image &image, EmbeddingView of_template,
                     std::int32_t length = VAV_EMBEDDING_DIM, const RemakeOptions &options = {}) {
  auto raw = sized<vav_remake_options>();
  raw.threshold = options.threshold;
  raw.kept_chip = options.kept_chip;
  raw.before = &options.before;
  raw.after = &options.after;
  auto plain = sized<vav_remade>();
  auto made = std::vector<float>(length > 0 ? std::size_t(length) : 0);
  detail::call(vav_engine_remake, &plain, made.data(), length, before.get(), after.get(), image.get(),
               of_template.data(), of_template.length(), &raw);
  if (plain.result != VAV_REMAKE_DONE) made.clear();
  return {RemakeResult(plain.result), Comparability(plain.comparability), plain.distance,
          plain.box,                  plain.same_picture == 1,            std::move(made)};
}

/** The largest width and height of a chip that a gallery keeps, in px. */
inline constexpr std::int32_t kept_chip_max = VAV_KEPT_CHIP_MAX;

/** Cuts face `index` out of the picture, for Gallery::keep_chip. Codes: INVALID_ARGUMENT (it has no landmarks). */
inline Image cut_face(const Image &image, const Faces &faces, std::int32_t index) {
  return Image(detail::make(vav_image_cut_face, image.get(), faces.get(), index));
}

}  // namespace cpp
}  // namespace visavis

#endif
