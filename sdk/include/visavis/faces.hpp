/* C++ layer: faces: what the engine found in a picture. */
#ifndef VISAVIS_FACES_HPP
#define VISAVIS_FACES_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include "visavis/base.hpp"
#include "visavis/faces.h"

namespace visavis {
inline namespace cpp {

/** Whether a face can be compared, and if not, why (a vav_comparability): ask comparable(). */
class Comparability : public detail::Answer<Comparability> {
 public:
  using Answer::Answer;
  bool comparable() const noexcept { return value() == VAV_COMPARABLE; }
  /** A short name, such as "blurred". Static text. */
  const char *name() const noexcept { return vav_comparability_name(value()); }
  /** One sentence for people: why not, and what to do about it; "" if it is comparable. Static text. */
  const char *advice() const noexcept { return vav_comparability_advice(value()); }
};

/**
 * An embedding, borrowed: that of a face, or your own vector, array or span of floats, or a pointer and how many. Empty
 * for a face that has none: check it before you compare or enrol.
 */
class EmbeddingView {
 public:
  EmbeddingView(const float *values, std::size_t length) noexcept : values_(values), length_(values ? length : 0) {}
  template <class Floats, class = std::enable_if_t<
                              std::is_convertible<decltype(std::declval<const Floats &>().data()), const float *>::value>>
  EmbeddingView(const Floats &floats) : EmbeddingView(floats.data(), floats.size()) {}
  const float *data() const noexcept { return values_; }
  std::size_t size() const noexcept { return length_; }
  bool empty() const noexcept { return length_ == 0; }
  const float *begin() const noexcept { return values_; }
  const float *end() const noexcept { return values_ + length_; }
  float operator[](std::size_t index) const noexcept { return values_[index]; }
  /** The length as the C functions take it; one that no embedding can have becomes 0, which they refuse. */
  std::int32_t length() const noexcept { return length_ <= 1000000 ? std::int32_t(length_) : 0; }

 private:
  const float *values_;
  std::size_t length_;
};

/** One face, in px of the upright picture. What is empty was not computed. */
struct Face {
  std::optional<vav_box> box; /* may reach beyond the picture, unless the options asked to clip it */
  std::optional<float> score; /* how sure the detector is: larger is surer, 0 is its threshold */
  std::optional<std::array<vav_point, VAV_LANDMARKS>> landmarks; /* in the order of vav_face */
  Comparability comparability;                                   /* known if there are landmarks */
  bool has_chip;                                                 /* true: Faces::chip is not null */
  bool has_embedding;                                            /* true: Faces::embedding is not null */
  bool has_quality;                                              /* true: Quality::of knows its measures */
};

/** The faces of one picture; detected ones with the surest first. Stays valid when engine and image are destroyed. */
class Faces : public detail::List<Faces, vav_faces, vav_faces_destroy, vav_faces_count> {
 public:
  using List::List;
  Face operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_face>(vav_faces_get, get(), index);
    Face face = {};
    if (plain.has & VAV_HAS_BOX) face.box = plain.box;
    if (plain.has & VAV_HAS_SCORE) face.score = plain.score;
    if (plain.has & VAV_HAS_LANDMARKS) {
      face.landmarks.emplace();
      for (std::size_t i = 0; i < VAV_LANDMARKS; ++i) (*face.landmarks)[i] = plain.landmarks[i];
    }
    face.comparability = comparability(index);
    face.has_chip = (plain.has & VAV_HAS_CHIP) != 0;
    face.has_embedding = (plain.has & VAV_HAS_EMBEDDING) != 0;
    face.has_quality = (plain.has & VAV_HAS_QUALITY) != 0;
    return face;
  }
  /** The index of the face with the largest box; -1 if no face has a box. */
  std::int32_t largest() const noexcept { return vav_faces_largest(get()); }
  /** Whether face `index` can be compared. NOT_EVALUATED without landmarks or for any other index. */
  Comparability comparability(std::int32_t index) const noexcept { return vav_faces_comparability(get(), index); }
  /**
   * The embedding of face `index`, borrowed from these faces. Empty if the face cannot be compared, if no embedding was
   * asked for, or if there is no such face. Check it with empty() before you compare or enrol.
   */
  EmbeddingView embedding(std::int32_t index) const noexcept {
    return {vav_faces_embedding(get(), index), std::size_t(vav_faces_embedding_length(get(), index))};
  }
  /** Width and height of the chips in px. */
  std::int32_t chip_size() const noexcept { return vav_faces_chip_size(get()); }
  /** The chip of face `index`: chip_size()² RGB pixels, borrowed from these faces; null if it was not computed. */
  const std::uint8_t *chip(std::int32_t index) const noexcept { return vav_faces_chip(get(), index); }
};

}  // namespace cpp
}  // namespace visavis

#endif
