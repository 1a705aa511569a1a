// One table of limits. quality.md says what they come from.
#include "quality/policy.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>

#include "quality/words.h"

namespace visavis {
namespace {

constexpr float kNone = std::numeric_limits<float>::infinity();

struct Row {
  QualityMeasure measure;
  QualityLimit lenient, normal, strict;
};

// The others have no limits: they are for portraits.
constexpr Row kLimits[] = {{QualityMeasure::illumination_uniformity, {}, {}, {0.1f, kNone}},
                           {QualityMeasure::luminance_mean, {0.02f, 0.95f}, {0.04f, 0.9f}, {0.06f, 0.8f}},
                           {QualityMeasure::under_exposure_prevention, {-kNone, 0.95f}, {-kNone, 0.9f}, {-kNone, 0.8f}},
                           {QualityMeasure::over_exposure_prevention, {-kNone, 0.3f}, {-kNone, 0.15f}, {-kNone, 0.05f}},
                           {QualityMeasure::dynamic_range, {4, kNone}, {5, kNone}, {5.5f, kNone}},
                           {QualityMeasure::sharpness, {0.2f, kNone}, {0.3f, kNone}, {0.4f, kNone}},
                           {QualityMeasure::natural_colour, {}, {}, {-kNone, 20}},
                           {QualityMeasure::single_face_present, {}, {-kNone, 0.6f}, {-kNone, 0.3f}},
                           {QualityMeasure::inter_eye_distance, {40, kNone}, {70, kNone}, {90, kNone}},
                           {QualityMeasure::head_pose_yaw, {-35, 35}, {-25, 25}, {-15, 15}},
                           {QualityMeasure::head_pose_pitch, {-25, 25}, {-20, 20}, {-12, 12}},
                           {QualityMeasure::head_pose_roll, {-40, 40}, {-25, 25}, {-12, 12}}};

struct Range {
  QualityMeasure measure;
  float least, most;  // what native values can be; those that are not listed: anything
};

constexpr float kAnyAngle = 180;
constexpr Range kRanges[] = {{QualityMeasure::illumination_uniformity, 0, 1},
                             {QualityMeasure::luminance_mean, 0, 1},
                             {QualityMeasure::luminance_variance, 0, 1},
                             {QualityMeasure::under_exposure_prevention, 0, 1},
                             {QualityMeasure::over_exposure_prevention, 0, 1},
                             {QualityMeasure::dynamic_range, 0, 8},
                             {QualityMeasure::natural_colour, 0, 100},
                             {QualityMeasure::single_face_present, 0, 1},
                             {QualityMeasure::head_pose_yaw, -kAnyAngle, kAnyAngle},
                             {QualityMeasure::head_pose_pitch, -kAnyAngle, kAnyAngle},
                             {QualityMeasure::head_pose_roll, -kAnyAngle, kAnyAngle}};

std::string told(float number) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace

Policy::Policy(PolicyKind kind) {
  for (const Row& row : kLimits)
    (*this)[row.measure] = kind == PolicyKind::strict    ? row.strict
                           : kind == PolicyKind::lenient ? row.lenient
                                                         : row.normal;
}

// A portrait is four distances of the eyes wide and 16/3 high, and they lie level, 2.4 of them below its upper edge. The measures above
// and below are in those of the middle between the eyes to the chin, which is 1.65 of the eyes'.
void add_portrait_margins(Policy& policy) {
  constexpr float kChin = 1.65f;
  policy[QualityMeasure::margin_left] = policy[QualityMeasure::margin_right] = {1.5f, kNone};
  policy[QualityMeasure::margin_above] = {2.4f / kChin, kNone};
  policy[QualityMeasure::margin_below] = {(16.0f / 3 - 2.4f) / kChin, kNone};
}

std::string why_no_limit(QualityMeasure measure, const QualityLimit& limit) {
  if (!(limit.least <= limit.most)) return " has a least above its most, or one that is no number";
  if (limit.least == kNone || limit.most == -kNone) return " is infinite where no picture could keep it";
  const auto* range = std::ranges::find(kRanges, measure, &Range::measure);
  if (range == std::end(kRanges)) return "";
  for (const float bound : {limit.least, limit.most})
    if (std::isfinite(bound) && (bound < range->least || bound > range->most))
      return " has the bound " + told(bound) + ", and native values of " + name_of(measure) + " are " +
             told(range->least) + " to " + told(range->most);
  return "";
}

std::vector<QualityRefusal> refusals_of(const FaceQuality& quality, const Policy& policy) {
  std::vector<QualityRefusal> refusals;
  for (const QualityMeasure measure : kQualityMeasures) {
    const QualityValue& value = quality[measure];
    if (value.state == QualityState::not_evaluated) continue;
    const QualityLimit& limit = policy[measure];
    const bool below = value.raw < limit.least;
    if (!below && value.raw <= limit.most) continue;
    const float broken = below ? limit.least : limit.most;
    refusals.push_back({measure, value.raw, broken,
                        limit_told(measure, value.raw, broken) + ": " + advice_for(measure, value.raw, broken)});
  }
  return refusals;
}

}  // namespace visavis
