// visavis/quality.h: the measures of a face, their names, and what to do about them.
#include <iterator>

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/measures.h"
#include "capi/sized.h"
#include "quality/words.h"
#include "types/quality.h"
#include "visavis/quality.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr const char* kGaps[] = {"none", "points", "outside", "grey", "turned", "faces"};

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

}  // namespace

extern "C" {

void vav_quality_init(vav_quality* quality) { init_struct(quality); }

int32_t vav_quality_count(void) { return int32_t(kQualityMeasures.size()); }

vav_quality_measure vav_quality_at(int32_t index) {
  return index >= 0 && index < vav_quality_count() ? int32_t(kQualityMeasures[size_t(index)]) : 0;
}

const char* vav_quality_name(vav_quality_measure measure) { return name_of(QualityMeasure{measure}); }

const char* vav_quality_gap_name(vav_quality_gap gap) {
  return gap >= 0 && size_t(gap) < std::size(kGaps) ? kGaps[gap] : "unknown";
}

const char* vav_quality_advice(const vav_quality* quality) {
  if (!quality || quality->state == VAV_QUALITY_NOT_EVALUATED || quality->score >= 100) return "";
  return advice_for(QualityMeasure{quality->measure}, quality->raw);
}

vav_status vav_faces_get_quality(const vav_faces* faces, int32_t index, vav_quality_measure measure, vav_quality* out,
                                 vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    const Face& face = entry(checked(faces, "faces")->faces, index);
    checked_measure(measure, "measure");
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
