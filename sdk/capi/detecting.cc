// Options of detection: which detector, what it looks at.
#include "capi/detecting.h"

#include <cmath>

#include "capi/sized.h"

namespace visavis::capi {

static_assert(int(DetectorKind::cnn) == VAV_DETECTOR_CNN && int(DetectorKind::yunet) == VAV_DETECTOR_YUNET &&
              int(DetectorKind::hog) == VAV_DETECTOR_HOG);

DetectorKind checked_detector(vav_detector detector, const ModelSet& set) {
  if (detector < VAV_DETECTOR_DEFAULT || detector > VAV_DETECTOR_HOG)
    invalid("detector " + std::to_string(detector) + " is none of VAV_DETECTOR_HOG, _CNN, _YUNET");
  if (detector == VAV_DETECTOR_DEFAULT) return set.detectors.front();
  const DetectorKind kind{detector};
  if (set.has(kind)) return kind;
  std::string own;
  for (const DetectorKind other : set.detectors) own += (own.empty() ? "" : ", ") + std::string(name_of(other));
  throw Error(VAV_E_UNSUPPORTED, std::string("the detector ") + name_of(kind) + " is not one of the set of models " +
                                     set.name + ", whose landmarks need its own: take " + own +
                                     ", or open the models with another set");
}

Look checked_detect(const vav_detect_options* given, const std::string& name, const vav_engine* engine) {
  const auto asked = read_struct(given, name.c_str());
  const auto side = [&](int32_t value, const char* what) { return within(value, 0, 65535, name + "." + what); };
  read_flag(asked.clip, name + ".clip");
  if (!(std::abs(asked.threshold) <= 10)) invalid(name + ".threshold is not within -10..10");
  read_flag(asked.gray, name + ".gray");
  read_flag(asked.upright, name + ".upright");
  Look detecting{checked_detector(asked.detector, engine->engine.set()),
                 {side(asked.min_face, "min_face"),
                  side(asked.max_face, "max_face"),
                  asked.threshold,
                  asked.gray == 1,
                  asked.upright == 1,
                  {},
                  0},
                 asked.clip == 1};
  if (detecting.options.gray && detecting.kind != DetectorKind::hog)
    throw Error(VAV_E_UNSUPPORTED, name + ".gray: only the HOG detector looks at grey pictures");
  const vav_box& roi = asked.roi;
  if (roi.left != 0 || roi.top != 0 || roi.right != 0 || roi.bottom != 0) {
    if (roi.left < 0 || roi.top < 0 || roi.left > roi.right || roi.top > roi.bottom)
      invalid(name + ".roi is not a rectangle within the picture");
    detecting.options.roi = {roi.left, roi.top, roi.right, roi.bottom};
  }
  if (asked.max_face > 0 && asked.max_face < asked.min_face) invalid(name + ".max_face is below min_face");
  return detecting;
}

}  // namespace visavis::capi
