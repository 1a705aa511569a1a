/* C++ layer: what is known of a gallery's move to other models. The calls are members of Gallery. */
#ifndef VISAVIS_MOVE_HPP
#define VISAVIS_MOVE_HPP

#include <cstdint>

#include "visavis/base.hpp"
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

  explicit operator bool() const = delete;
};

/** A template for which no embedding is staged, and its person. */
using Unstaged = vav_unstaged;

/** The largest width and height of a chip that a gallery keeps, in px. */
inline constexpr std::int32_t kept_chip_max = VAV_KEPT_CHIP_MAX;

/** Cuts face `index` out of the picture, for Gallery::keep_chip. Codes: INVALID_ARGUMENT (it has no landmarks). */
inline Image cut_face(const Image &image, const Faces &faces, std::int32_t index) {
  return Image(detail::make(vav_image_cut_face, image.get(), faces.get(), index));
}

}  // namespace cpp
}  // namespace visavis

#endif
