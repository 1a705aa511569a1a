// How good the picture of a face is, in the measures of ISO/IEC 29794-5: plain numbers. quality.md has the formulas.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace visavis {

// The numbers are the standard's identifiers, and those of vav_quality_measure.
enum class QualityMeasure : int32_t {
  illumination_uniformity = 0x43,
  luminance_mean = 0x44,
  luminance_variance = 0x45,
  under_exposure_prevention = 0x46,
  over_exposure_prevention = 0x47,
  dynamic_range = 0x48,
  sharpness = 0x49,
  natural_colour = 0x4b,
  single_face_present = 0x4c,
  inter_eye_distance = 0x52,
  head_size = 0x53,
  margin_left = 0x54,
  margin_right = 0x55,
  margin_above = 0x56,
  margin_below = 0x57,
  head_pose_yaw = 0x58,
  head_pose_pitch = 0x59,
  head_pose_roll = 0x5a
};

inline constexpr std::array kQualityMeasures = {QualityMeasure::illumination_uniformity,
                                                QualityMeasure::luminance_mean,
                                                QualityMeasure::luminance_variance,
                                                QualityMeasure::under_exposure_prevention,
                                                QualityMeasure::over_exposure_prevention,
                                                QualityMeasure::dynamic_range,
                                                QualityMeasure::sharpness,
                                                QualityMeasure::natural_colour,
                                                QualityMeasure::single_face_present,
                                                QualityMeasure::inter_eye_distance,
                                                QualityMeasure::head_size,
                                                QualityMeasure::margin_left,
                                                QualityMeasure::margin_right,
                                                QualityMeasure::margin_above,
                                                QualityMeasure::margin_below,
                                                QualityMeasure::head_pose_yaw,
                                                QualityMeasure::head_pose_pitch,
                                                QualityMeasure::head_pose_roll};

// Where it stands in the list.
inline size_t place_of(QualityMeasure measure) {
  return size_t(std::ranges::find(kQualityMeasures, measure) - kQualityMeasures.begin());
}

// The numbers are those of vav_quality_state.
enum class QualityState : int32_t { not_evaluated = 0, evaluated = 1, approximate = 2 };

// Why a measure was not evaluated. The numbers are those of vav_quality_gap.
enum class QualityGap : int32_t { none = 0, points = 1, outside = 2, grey = 3, turned = 4, faces = 5 };

struct QualityValue {
  QualityState state = QualityState::not_evaluated;
  QualityGap gap = QualityGap::none;
  float raw = 0;      // the native value, in the measure's own unit
  int32_t score = 0;  // the component value, 0..100; more is better
};

class FaceQuality {
 public:
  QualityValue& operator[](QualityMeasure measure) { return values_[place_of(measure)]; }
  const QualityValue& operator[](QualityMeasure measure) const { return values_[place_of(measure)]; }

 private:
  std::array<QualityValue, kQualityMeasures.size()> values_;
};

}  // namespace visavis
