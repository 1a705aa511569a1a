// Takes one face of a picture and computes its embedding.
#include "one_face.h"

#include <algorithm>

#include "detectors.h"
#include "engine.h"

namespace visavis::cli {

Engine create_single_threaded_engine(const Context& context, const Models& models) {
  Context single = context;
  single.threads = 1;
  return create_engine(single, models);
}

AnalyzeOptions embedding_alone() {
  AnalyzeOptions options;
  options.what = VAV_ANALYZE_EMBEDDING;
  return options;
}

OneFace embed_largest(const Engine& engine, const Image& image, const Faces& detected, uint32_t more) {
  AnalyzeOptions what = embedding_alone();
  what.what |= more;
  OneFace result{engine.analyze_faces(image, detected, {detected.largest()}, what), {}, {}, {}};
  const Comparability comparability = result.faces.comparability(0);
  const EmbeddingView values = result.faces.embedding(0);
  if (values.empty())
    result.reason = comparability.name(), result.message = not_comparable_message(comparability);
  else
    result.embedding.emplace(values.begin(), values.end());
  return result;
}

namespace {

// The mean brightness 0..255 of some pixels from all parts of the picture.
double brightness(const Image& image) {
  constexpr int32_t kSteps = 32;
  const Pixels pixels = image.pixels();
  double sum = 0;
  for (int32_t i = 0; i < kSteps; ++i) {
    const uint8_t* row = pixels.data[0] + pixels.stride[0] * (int64_t{pixels.height} * i / kSteps);
    for (int32_t k = 0; k < kSteps; ++k) {
      const uint8_t* pixel = row + 3 * (int64_t{pixels.width} * k / kSteps);
      sum += (pixel[0] + pixel[1] + pixel[2]) / 3.0;
    }
  }
  return sum / (kSteps * kSteps);
}

}  // namespace

std::string no_face_message(const Context& context, const Image& image) {
  constexpr double kDark = 40;
  const DetectorFacts& detector = detector_in_use(context);
  const int32_t sixtieth = std::max(10, std::max(image.width(), image.height()) / 60);
  const int32_t usual = detector.smallest_face > 0 ? detector.smallest_face : sixtieth;
  const int32_t looked_for = context.min_face > 0 ? context.min_face : usual;
  std::string advice;
  const auto add = [&](const std::string& text) { advice += (advice.empty() ? "" : "; or ") + text; };
  if (!context.roi.empty()) add("look at more of the picture than --roi");
  if (context.max_face > 0) add("leave out --max-face " + std::to_string(context.max_face));
  if (looked_for > 20)
    add("for faces smaller than " + std::to_string(looked_for) + " px, as in group photos, try --min-face " +
        std::to_string(std::max(20, looked_for / 2)));
  if (detector.number == VAV_DETECTOR_HOG) add("for turned or covered ones --detector cnn");
  if (brightness(image) < kDark) add("a brighter picture, this one is very dark");
  return "no face found" + (advice.empty() ? std::string() : " (" + advice + ")");
}

}  // namespace visavis::cli
