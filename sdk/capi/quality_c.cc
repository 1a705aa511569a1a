// visavis/quality.h: the measures of a face, their names, and what to do about them.
#include <algorithm>
#include <iterator>

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "types/quality.h"
#include "visavis/quality.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

struct Words {
  QualityMeasure measure;
  const char* name;
  float best;        // of the native value
  const char* less;  // what helps where it is below the best
  const char* more;  // where it is above; NULL: the same
};

constexpr float kMost = 1e9f, kLeast = -1e9f;  // more is always better, less is always better

// In the order of the numbers.
constexpr Words kWords[] = {
    {QualityMeasure::illumination_uniformity, "illumination_uniformity", kMost,
     "light the face from the front, so that both sides are alike", nullptr},
    {QualityMeasure::luminance_mean, "luminance_mean", 0.5f, "take the picture with more light on the face",
     "take the picture with less light on the face, or a shorter exposure"},
    {QualityMeasure::luminance_variance, "luminance_variance", 1.0f / 60,
     "take the picture with more contrast: without haze, and without light from behind",
     "light the face evenly: avoid hard shadows and bright spots"},
    {QualityMeasure::under_exposure_prevention, "under_exposure_prevention", kLeast,
     "take the picture with more light on the face", nullptr},
    {QualityMeasure::over_exposure_prevention, "over_exposure_prevention", kLeast,
     "take the picture with less light on the face, or a shorter exposure", nullptr},
    {QualityMeasure::dynamic_range, "dynamic_range", kMost,
     "take the picture with better light, and without strong compression or haze", nullptr},
    {QualityMeasure::sharpness, "sharpness", kMost,
     "hold still, wipe and focus the lens, and step nearer to the camera", nullptr},
    {QualityMeasure::natural_colour, "natural_colour", kLeast,
     "take the picture in white light, without a colour filter, and set the white balance", nullptr},
    {QualityMeasure::single_face_present, "single_face_present", kLeast, "let one person be in the picture", nullptr},
    {QualityMeasure::inter_eye_distance, "inter_eye_distance", kMost,
     "step nearer to the camera, or use a picture with more pixels", nullptr},
    {QualityMeasure::head_size, "head_size", 0.45f, "step nearer to the camera, or cut the picture closer to the head",
     "step back from the camera, or leave more room around the head"},
    {QualityMeasure::margin_left, "margin_left", kMost, "leave more room on the left side of the picture", nullptr},
    {QualityMeasure::margin_right, "margin_right", kMost, "leave more room on the right side of the picture", nullptr},
    {QualityMeasure::margin_above, "margin_above", kMost, "leave more room above the head", nullptr},
    {QualityMeasure::margin_below, "margin_below", kMost, "leave more room below the chin", nullptr},
    {QualityMeasure::head_pose_yaw, "head_pose_yaw", 0, "look straight into the camera: the head is turned to a side",
     nullptr},
    {QualityMeasure::head_pose_pitch, "head_pose_pitch", 0, "look straight into the camera: the head is raised",
     "look straight into the camera: the head is lowered"},
    {QualityMeasure::head_pose_roll, "head_pose_roll", 0, "hold the head upright: it is tilted", nullptr}};

constexpr const char* kGaps[] = {"none", "points", "outside", "grey", "turned", "faces"};

constexpr bool in_order() {
  for (size_t i = 0; i < std::size(kWords); ++i)
    if (kWords[i].measure != kQualityMeasures[i]) return false;
  return std::size(kWords) == kQualityMeasures.size();
}
static_assert(in_order());
static_assert(std::size(kGaps) == VAV_QUALITY_GAP_FACES + 1 && int(QualityGap::points) == VAV_QUALITY_GAP_POINTS &&
              int(QualityGap::outside) == VAV_QUALITY_GAP_OUTSIDE && int(QualityGap::grey) == VAV_QUALITY_GAP_GREY &&
              int(QualityGap::turned) == VAV_QUALITY_GAP_TURNED && int(QualityGap::faces) == VAV_QUALITY_GAP_FACES);
static_assert(int(QualityState::evaluated) == VAV_QUALITY_EVALUATED &&
              int(QualityState::approximate) == VAV_QUALITY_APPROXIMATE);
static_assert(int(QualityMeasure::illumination_uniformity) == VAV_QUALITY_ILLUMINATION_UNIFORMITY &&
              int(QualityMeasure::natural_colour) == VAV_QUALITY_NATURAL_COLOUR &&
              int(QualityMeasure::single_face_present) == VAV_QUALITY_SINGLE_FACE_PRESENT &&
              int(QualityMeasure::inter_eye_distance) == VAV_QUALITY_INTER_EYE_DISTANCE &&
              int(QualityMeasure::head_pose_roll) == VAV_QUALITY_HEAD_POSE_ROLL);

const Words* words_of(vav_quality_measure measure) {
  const auto* found = std::ranges::find(kWords, measure, [](const Words& words) { return int32_t(words.measure); });
  return found == std::end(kWords) ? nullptr : found;
}

}  // namespace

extern "C" {

void vav_quality_init(vav_quality* quality) { init_struct(quality); }

int32_t vav_quality_count(void) { return int32_t(kQualityMeasures.size()); }

vav_quality_measure vav_quality_at(int32_t index) {
  return index >= 0 && index < vav_quality_count() ? int32_t(kQualityMeasures[size_t(index)]) : 0;
}

const char* vav_quality_name(vav_quality_measure measure) {
  const Words* words = words_of(measure);
  return words ? words->name : "unknown";
}

const char* vav_quality_gap_name(vav_quality_gap gap) {
  return gap >= 0 && size_t(gap) < std::size(kGaps) ? kGaps[gap] : "unknown";
}

const char* vav_quality_advice(const vav_quality* quality) {
  if (!quality || quality->state == VAV_QUALITY_NOT_EVALUATED || quality->score >= 100) return "";
  const Words* words = words_of(quality->measure);
  if (!words) return "";
  return quality->raw > words->best && words->more ? words->more : words->less;
}

vav_status vav_faces_get_quality(const vav_faces* faces, int32_t index, vav_quality_measure measure, vav_quality* out,
                                 vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Face& face = entry(checked(faces, "faces")->faces, index);
    if (!words_of(measure)) invalid("measure " + std::to_string(measure) + " is none of VAV_QUALITY_…");
    vav_quality plain{};
    plain.measure = measure;
    if (face.quality) {
      const QualityValue& value = (*face.quality)[QualityMeasure{measure}];
      plain.state = vav_quality_state(value.state), plain.gap = vav_quality_gap(value.gap);
      plain.raw = value.raw, plain.score = value.score;
    }
    write_struct(out, plain, "out");
  });
}

}  // extern "C"
