// A measure that was not evaluated is shown as such, and never as a number.
#include "quality.h"

#include <string>

namespace visavis::cli {
namespace {

constexpr int32_t kLow = 50;  // of 100: from here on nothing is advised in words

const char* gap_words(vav_quality_gap gap) {
  switch (gap) {
    case VAV_QUALITY_GAP_POINTS:
      return "the landmarks of this set of models do not tell it";
    case VAV_QUALITY_GAP_OUTSIDE:
      return "what it looks at lies beyond the edge of the picture";
    case VAV_QUALITY_GAP_GREY:
      return "the face has no colours";
    case VAV_QUALITY_GAP_TURNED:
      return "the face is turned too far";
    case VAV_QUALITY_GAP_FACES:
      return "nobody looked for all faces of the picture";
    default:
      return "for a reason that this version does not know";
  }
}

const char* unit_of(vav_quality_measure measure) {
  switch (measure) {
    case VAV_QUALITY_DYNAMIC_RANGE:
      return " bits";
    case VAV_QUALITY_INTER_EYE_DISTANCE:
      return " px";
    case VAV_QUALITY_HEAD_POSE_YAW:
    case VAV_QUALITY_HEAD_POSE_PITCH:
    case VAV_QUALITY_HEAD_POSE_ROLL:
      return " degrees";
    default:
      return "";
  }
}

}  // namespace

Json quality_json(const Faces& faces, int32_t index) {
  Json all = Json::object();
  for (const vav_quality_measure measure : Quality::measures()) {
    const Quality one = Quality::of(faces, index, measure);
    Json& values = all[one.name()] = {{"raw", one.raw ? Json(short_number(*one.raw)) : Json(nullptr)},
                                      {"score", or_null(one.score)},
                                      {"approximate", one.approximate}};
    if (!one.score) values["gap"] = one.gap_name();
    if (const std::string advice = one.advice(); !advice.empty()) values["advice"] = advice;
  }
  return all;
}

void print_quality(const Faces& faces, int32_t index) {
  for (const vav_quality_measure measure : Quality::measures()) {
    const Quality one = Quality::of(faces, index, measure);
    if (!one.score) {
      out().print("  %-26s   -  not evaluated: %s\n", one.name(), gap_words(one.gap));
      continue;
    }
    out().print("  %-26s %3d  %s%.3g%s", one.name(), int(*one.score), one.approximate ? "about " : "", double{*one.raw},
                unit_of(measure));
    if (*one.score < kLow) out() << ": " << one.advice();
    out() << '\n';
  }
}

}  // namespace visavis::cli
