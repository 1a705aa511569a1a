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

Embedding embed_face(vav_engine* engine, const vav_image* image, const vav_face& face) {
  vav_analyze_options options = VAV_ANALYZE_OPTIONS_INIT;
  options.what = VAV_ANALYZE_EMBEDDING;
  const Faces faces = make<Faces>(vav_engine_analyze_boxes, engine, image, &face.box, 1, &options);
  const float* values = vav_faces_embedding(faces.get(), 0);
  if (!values) throw Failure("the engine gave no embedding", VAV_E_INTERNAL);
  Embedding embedding;
  std::copy_n(values, embedding.size(), embedding.begin());
  return embedding;
}

std::string no_face_message(const Context& context) {
  if (context.detector == VAV_DETECTOR_CNN) return "no face found (try --min-face 20)";
  return "no face found (try --min-face 40 or --detector cnn)";
}

}  // namespace visavis::cli
