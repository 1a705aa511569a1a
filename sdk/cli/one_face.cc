// From the faces of a picture to the embedding of one of them.
#include "one_face.h"

#include <algorithm>

#include "engine.h"

namespace visavis::cli {

Engine create_single_threaded_engine(const Context& context, const vav_models* models) {
  Context single = context;
  single.threads = 1;
  return create_engine(single, models);
}

std::optional<vav_face> largest_of(const vav_faces* faces) {
  const int32_t index = vav_faces_largest(faces);
  if (index < 0) return std::nullopt;
  return get_face(faces, index);
}

OneFace embed_face(vav_engine* engine, const vav_image* image, const vav_face& face) {
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  options.what = VAV_ANALYZE_EMBEDDING;
  const Faces faces = make<Faces>(vav_engine_analyze_boxes, engine, image, &face.box, 1, &options);
  const float* values = vav_faces_embedding(faces.get(), 0);
  if (!values)
    return {std::nullopt, vav_comparability_name(vav_faces_comparability(faces.get(), 0)),
            not_comparable_message(faces.get(), 0)};
  OneFace result;
  std::copy_n(values, VAV_EMBEDDING_DIM, result.embedding.emplace().begin());
  return result;
}

namespace {

// Mean brightness 0..255 of some pixels all over the picture.
double brightness(const vav_image* image) {
  constexpr int32_t kSteps = 32;
  vav_pixels pixels = VAV_PIXELS_INIT;
  call(vav_image_get_pixels, image, &pixels);
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

std::string no_face_message(const Context& context, const vav_image* image) {
  constexpr double kDark = 40;
  const bool hog = context.detector == VAV_DETECTOR_HOG;
  const int32_t usual = hog ? 72 : 40;
  const int32_t looked_for = context.min_face > 0 ? context.min_face : usual;
  std::string advice;
  const auto add = [&](const std::string& text) { advice += (advice.empty() ? "" : "; or ") + text; };
  if (!context.roi.empty()) add("look at more of the picture than --roi");
  if (context.max_face > 0) add("leave out --max-face " + std::to_string(context.max_face));
  if (looked_for > 20)
    add("for faces smaller than " + std::to_string(looked_for) + " px, as in group photos, try --min-face " +
        std::to_string(std::max(20, looked_for / 2)));
  if (hog) add("for turned or covered ones --detector cnn");
  if (brightness(image) < kDark) add("a brighter picture, this one is very dark");
  return "no face found" + (advice.empty() ? std::string() : " (" + advice + ")");
}

}  // namespace visavis::cli
