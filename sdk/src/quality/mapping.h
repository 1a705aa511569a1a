// From native values to component values: the functions by which OFIQ maps them to 0..100.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>

#include "types/quality.h"

namespace visavis {

// Rises from 0 to 1, is 1/2 at `middle`, and takes some eight widths for it.
inline double rising(double x, double middle, double width) { return 1 / (1 + std::exp((middle - x) / width)); }

inline QualityValue not_evaluated(QualityGap gap) { return {QualityState::not_evaluated, gap, 0, 0}; }

// The mapped value is rounded and stays within 0..100. Points that fit no face may give no number.
inline QualityValue valued(QualityState state, double raw, double mapped) {
  if (!std::isfinite(float(raw)) || !std::isfinite(mapped)) return not_evaluated(QualityGap::points);
  return {state, QualityGap::none, float(raw), int32_t(std::lround(std::clamp(mapped, 0.0, 100.0)))};
}

// Degrees to 0..100: the square of the cosine.
inline double mapped_angle(double degrees) {
  const double cosine = std::cos(degrees * std::numbers::pi / 180);
  return std::abs(degrees) < 90 ? 100 * cosine * cosine : 0;
}

}  // namespace visavis
