// One table.
#include "quality/words.h"

#include <charconv>
#include <cmath>
#include <iterator>

namespace visavis {
namespace {

struct Words {
  QualityMeasure measure;
  const char* name;
  float best;         // of the native value
  const char* less;   // what helps where it is below the best
  const char* more;   // where it is above; NULL: the same
  const char* value;  // what a value is called; # is its number
  double scale;       // of that number
  int decimals;
  bool either_side;  // the sign does not matter
};

constexpr float kMost = 1e9f, kLeast = -1e9f;  // more is always better, less is always better
constexpr double kPercent = 100;

// In the order of the numbers.
constexpr Words kWords[] = {
    {QualityMeasure::illumination_uniformity, "illumination_uniformity", kMost,
     "light the face from the front, so that both sides are alike", nullptr, "the light on both cheeks is alike by # %",
     kPercent, 0, false},
    {QualityMeasure::luminance_mean, "luminance_mean", 0.5f, "take the picture with more light on the face",
     "take the picture with less light on the face, or a shorter exposure", "the face has a brightness of # %",
     kPercent, 0, false},
    {QualityMeasure::luminance_variance, "luminance_variance", 1.0f / 60,
     "take the picture with more contrast: without haze, and without light from behind",
     "light the face evenly: avoid hard shadows and bright spots", "the brightness of the face varies by #", 1, 3,
     false},
    {QualityMeasure::under_exposure_prevention, "under_exposure_prevention", kLeast,
     "take the picture with more light on the face", nullptr, "# % of the face are nearly black", kPercent, 0, false},
    {QualityMeasure::over_exposure_prevention, "over_exposure_prevention", kLeast,
     "take the picture with less light on the face, or a shorter exposure", nullptr, "# % of the face are nearly white",
     kPercent, 0, false},
    {QualityMeasure::dynamic_range, "dynamic_range", kMost,
     "take the picture with better light, and without strong compression or haze", nullptr,
     "the shades of the face have # bits", 1, 1, false},
    {QualityMeasure::sharpness, "sharpness", kMost,
     "hold still, wipe and focus the lens, and step nearer to the camera", nullptr, "the face has a sharpness of #", 1,
     2, false},
    {QualityMeasure::natural_colour, "natural_colour", kLeast,
     "take the picture in white light, without a colour filter, and set the white balance", nullptr,
     "the colour of the face is # away from that of skin", 1, 0, false},
    {QualityMeasure::single_face_present, "single_face_present", kLeast, "let one person be in the picture", nullptr,
     "another face is # % as wide", kPercent, 0, false},
    {QualityMeasure::inter_eye_distance, "inter_eye_distance", kMost,
     "step nearer to the camera, or use a picture with more pixels", nullptr, "eyes # px apart", 1, 0, false},
    {QualityMeasure::head_size, "head_size", 0.45f, "step nearer to the camera, or cut the picture closer to the head",
     "step back from the camera, or leave more room around the head",
     "from the eyes to the chin it is # % of the picture's height", kPercent, 0, false},
    {QualityMeasure::margin_left, "margin_left", kMost, "leave more room on the left side of the picture", nullptr,
     "the room left of the eyes is # of their distance", 1, 2, false},
    {QualityMeasure::margin_right, "margin_right", kMost, "leave more room on the right side of the picture", nullptr,
     "the room right of the eyes is # of their distance", 1, 2, false},
    {QualityMeasure::margin_above, "margin_above", kMost, "leave more room above the head", nullptr,
     "the room above the eyes is # of that from the eyes to the chin", 1, 2, false},
    {QualityMeasure::margin_below, "margin_below", kMost, "leave more room below the chin", nullptr,
     "the room below the eyes is # of that from the eyes to the chin", 1, 2, false},
    {QualityMeasure::head_pose_yaw, "head_pose_yaw", 0, "look straight into the camera: the head is turned to a side",
     nullptr, "the head is turned to a side by # degrees", 1, 0, true},
    {QualityMeasure::head_pose_pitch, "head_pose_pitch", 0, "look straight into the camera: the head is raised",
     "look straight into the camera: the head is lowered", "the head is raised or lowered by # degrees", 1, 0, true},
    {QualityMeasure::head_pose_roll, "head_pose_roll", 0, "hold the head upright: it is tilted", nullptr,
     "the head is tilted by # degrees", 1, 0, true}};

constexpr bool in_order() {
  for (size_t i = 0; i < std::size(kWords); ++i)
    if (kWords[i].measure != kQualityMeasures[i]) return false;
  return std::size(kWords) == kQualityMeasures.size();
}
static_assert(in_order());

const Words* words_of(QualityMeasure measure) {
  const auto* found = std::ranges::find(kWords, measure, &Words::measure);
  return found == std::end(kWords) ? nullptr : found;
}

std::string number(double value, int decimals) {
  char text[64];  // to_chars, as the locale of the process may have another point
  return {text, std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr};
}

// The nearest number with so many decimals that is still below the limit, or above it.
std::string number_beside(double value, double limit, int decimals) {
  const double unit = std::pow(10.0, decimals);
  const double rounded = (value < limit ? std::floor(value * unit) : std::ceil(value * unit)) / unit;
  return number(rounded, decimals);
}

}  // namespace

const char* name_of(QualityMeasure measure) {
  const Words* words = words_of(measure);
  return words ? words->name : "unknown";
}

const char* advice_for(QualityMeasure measure, float raw) {
  const Words* words = words_of(measure);
  if (!words) return "";
  return raw > words->best && words->more ? words->more : words->less;
}

std::string advice_for(QualityMeasure measure, float raw, float limit) {
  // Towards the best is the way to the limit, unless somebody has set one that lies beyond.
  const bool helps = raw < limit ? limit <= words_of(measure)->best : limit >= words_of(measure)->best;
  return helps ? advice_for(measure, raw) : "take another picture, or set another limit";
}

std::string limit_told(QualityMeasure measure, float raw, float limit) {
  const Words& words = *words_of(measure);
  const bool below = raw < limit;
  double value = words.scale * double{raw}, bound = words.scale * double{limit};
  // Whoever asks for -25 to 25 means 25 to either side; the signs of other limits are needed.
  const bool either_side = words.either_side && (below ? limit <= 0 : limit >= 0);
  if (either_side) value = std::abs(value), bound = std::abs(bound);
  // A limit that somebody has set may have more decimals than what the value is usually told with.
  int decimals = words.decimals;
  while (decimals < 6 &&
         std::abs(std::round(bound * std::pow(10.0, decimals)) / std::pow(10.0, decimals) - bound) > 1e-4)
    ++decimals;
  std::string text = words.value;
  text.replace(text.find('#'), 1, number_beside(value, bound, decimals));
  const bool is_least = below && !either_side;
  return text + (is_least ? ", needs " : ", at most ") + number(bound, decimals);
}

}  // namespace visavis
