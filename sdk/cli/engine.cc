// Turns the global options into the library's own.
#include "engine.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "one_face.h"
#include "pictures.h"

namespace visavis::cli {

Models open_models(const Context& context) {
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.directory = context.models.empty() ? nullptr : context.models.c_str();
  return make<Models>(vav_models_open, &options);
}

Engine create_engine(const Context& context, const vav_models* models) {
  vav_engine_options options = VAV_ENGINE_OPTIONS_INIT;
  options.backend = context.backend;
  const auto machine = static_cast<int32_t>(std::thread::hardware_concurrency());
  options.max_megapixels = context.max_megapixels;
  options.threads = context.threads > 0 ? context.threads : std::clamp(machine, 1, 256);
  return make<Engine>(vav_engine_create, models, &options);
}

Engine create_engine(const Context& context) { return create_engine(context, open_models(context).get()); }

vav_detect_options detect_options(const Context& context) {
  vav_detect_options options = VAV_DETECT_OPTIONS_INIT;
  options.detector = context.detector;
  options.min_face = context.min_face;
  options.max_face = context.max_face;
  options.gray = context.gray;
  options.upright = context.upright;
  if (const auto& roi = context.roi; !roi.empty())
    options.roi = {roi[0], roi[1], roi[0] + roi[2] - 1, roi[1] + roi[3] - 1};
  return options;
}

// Whether it is right depends on the picture: so it is no wrong use.
static void check_roi(const Context& context, const vav_image* image) {
  const int32_t width = vav_image_width(image), height = vav_image_height(image);
  const auto& roi = context.roi;
  if (roi.empty() || (int64_t{roi[0]} + roi[2] <= width && int64_t{roi[1]} + roi[3] <= height)) return;
  const auto text = [](int32_t number) { return std::to_string(number); };
  throw Failure("--roi " + text(roi[0]) + ',' + text(roi[1]) + ',' + text(roi[2]) + ',' + text(roi[3]) +
                " reaches beyond the picture, which is " + text(width) + 'x' + text(height) + " px");
}

Faces find_faces(const Context& context, vav_engine* engine, const vav_image* image, uint32_t what) {
  return find_faces(context, detect_options(context), engine, image, what);
}

Faces find_faces(const Context& context, const vav_detect_options& detect, vav_engine* engine, const vav_image* image,
                 uint32_t what) {
  check_roi(context, image);
  try {
    if (what == 0) return make<Faces>(vav_engine_detect, engine, image, &detect);
    vav_analyze_options analyze = VAV_ANALYZE_OPTIONS_INIT;
    analyze.what = what;
    return make<Faces>(vav_engine_analyze, engine, image, &detect, &analyze);
  } catch (const Failure& failure) {
    throw in_megapixels(failure);
  }
}

vav_face get_face(const vav_faces* faces, int32_t index) {
  vav_face face = VAV_FACE_INIT;
  call(vav_faces_get, faces, index, &face);
  return face;
}

std::string not_comparable_message(const vav_faces* faces, int32_t index) {
  return std::string("the face cannot be compared: ") + vav_comparability_advice(vav_faces_comparability(faces, index));
}

LargestFace largest_face(const Context& context, vav_engine* engine, const std::string& path) try {
  const Image image = load_image(path);
  const Faces found = find_faces(context, engine, image.get(), 0);
  const int32_t index = vav_faces_largest(found.get());
  if (index < 0) throw Failure(path + ": " + no_face_message(context, image.get()));
  const vav_face face = get_face(found.get(), index);
  vav_analyze_options analyze = VAV_ANALYZE_OPTIONS_INIT;
  analyze.what = VAV_ANALYZE_EMBEDDING;
  // Only this one: the other faces of a group photo cost nothing.
  Faces faces = make<Faces>(vav_engine_analyze_boxes, engine, image.get(), &face.box, 1, &analyze);
  const float* embedding = vav_faces_embedding(faces.get(), 0);
  if (!embedding) throw Failure(path + ": " + not_comparable_message(faces.get(), 0));
  return {std::move(faces), face, embedding};
} catch (const Failure& failure) {
  // What is wrong with the models is no picture's fault.
  if (failure.code() >= VAV_E_MODEL_NOT_FOUND && failure.code() <= VAV_E_MODEL_UNKNOWN) throw;
  throw Failure(naming(path, failure.what()), failure.code());
}

}  // namespace visavis::cli
