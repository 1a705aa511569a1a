/* C++ layer: quality: the measures of ISO/IEC 29794-5 of a face. */
#ifndef VISAVIS_QUALITY_HPP
#define VISAVIS_QUALITY_HPP

#include <cstdint>
#include <optional>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/faces.hpp"
#include "visavis/quality.h"

namespace visavis {
inline namespace cpp {

/** One measure of one face; see vav_quality. */
struct Quality {
  vav_quality_measure measure;       /* VAV_QUALITY_… */
  std::optional<float> raw;          /* the native value, in the unit of the measure; empty: not evaluated */
  std::optional<std::int32_t> score; /* the component value, 0..100, more is better; empty: not evaluated */
  bool approximate;                  /* something that the definition needs was taken from what faces usually look like */
  vav_quality_gap gap;               /* why it was not evaluated */
  /** A short name, such as "head_size". Static text. */
  const char *name() const noexcept { return vav_quality_name(measure); }
  /** Why it was not evaluated, as a short name such as "grey". Static text. */
  const char *gap_name() const noexcept { return vav_quality_gap_name(gap); }
  /** One sentence for people: what would make the value better; "" where nothing would or it was not evaluated. */
  const char *advice() const noexcept {
    auto plain = sized<vav_quality>();
    plain.measure = measure;
    plain.state = score ? VAV_QUALITY_EVALUATED : VAV_QUALITY_NOT_EVALUATED;
    plain.raw = raw.value_or(0);
    plain.score = score.value_or(0);
    return vav_quality_advice(&plain);
  }
  /** All measures that there are, in the order of their numbers. */
  static std::vector<vav_quality_measure> measures() {
    std::vector<vav_quality_measure> all;
    for (std::int32_t i = 0; i < vav_quality_count(); ++i) all.push_back(vav_quality_at(i));
    return all;
  }
  /** One measure of face `index`. The faces must come from a call that was asked for VAV_ANALYZE_QUALITY. */
  static Quality of(const Faces &faces, std::int32_t index, vav_quality_measure measure) {
    const auto plain = detail::item<vav_quality>(vav_faces_get_quality, faces.get(), index, measure);
    Quality one = {plain.measure, {}, {}, plain.state == VAV_QUALITY_APPROXIMATE, plain.gap};
    if (plain.state != VAV_QUALITY_NOT_EVALUATED) one.raw = plain.raw, one.score = plain.score;
    return one;
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
