// visavis/engine.h: picture in, faces out.
#include <algorithm>
#include <cmath>

#include "capi/detecting.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "visavis/engine.h"

using namespace visavis;
using namespace visavis::capi;

namespace {

constexpr int32_t kMostAtOnce = 1'000'000;  // faces, chips or pictures in one call
constexpr int32_t kMostMegapixels = 1000;
constexpr float kFarthest = 1e6f;  // px from the picture's corner

static_assert(int(Backend::automatic) == VAV_BACKEND_AUTO && int(Backend::dlib) == VAV_BACKEND_DLIB &&
              int(Backend::onednn) == VAV_BACKEND_ONEDNN && int(Backend::opencv) == VAV_BACKEND_OPENCV);
static_assert(int(Precision::exact) == VAV_PRECISION_EXACT && int(Precision::fast) == VAV_PRECISION_FAST);

Wanted checked_wanted(uint32_t what) {
  if (what & ~uint32_t{VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_CHIP | VAV_ANALYZE_EMBEDDING | VAV_ANALYZE_QUALITY})
    invalid("what has a bit that is none of VAV_ANALYZE_LANDMARKS, _CHIP, _EMBEDDING, _QUALITY");
  return {true, (what & VAV_ANALYZE_CHIP) != 0, (what & VAV_ANALYZE_EMBEDDING) != 0, (what & VAV_ANALYZE_QUALITY) != 0};
}

Wanted checked_analyze(const vav_analyze_options* given) {
  const uint32_t what = read_struct(given, "options").what;
  return checked_wanted(what ? what : VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_EMBEDDING);
}

void check_count(int32_t count) { within(count, 0, kMostAtOnce, "count"); }

Box checked_box(const vav_box& box) {
  for (const int32_t side : {box.left, box.top, box.right, box.bottom})
    if (std::abs(int64_t{side}) > int64_t(kFarthest)) invalid("a box reaches beyond ±1,000,000 px");
  if (box.left > box.right || box.top > box.bottom) invalid("a box has left > right or top > bottom");
  return {box.left, box.top, box.right, box.bottom};
}

Landmarks checked_landmarks(const vav_point* points) {
  Landmarks landmarks;
  for (size_t i = 0; i < landmarks.size(); ++i) {
    if (!(std::abs(points[i].x) <= kFarthest && std::abs(points[i].y) <= kFarthest))
      invalid("a landmark is not finite or lies beyond ±1,000,000 px");
    landmarks[i] = {points[i].x, points[i].y};
  }
  const auto [left, right] = std::ranges::minmax(landmarks, {}, &Point::x);
  const auto [top, bottom] = std::ranges::minmax(landmarks, {}, &Point::y);
  // Below a pixel no face can be told, and the fit of the chip has no answer.
  if (right.x - left.x < 1 && bottom.y - top.y < 1) invalid("the landmarks of a face are all in one place");
  return landmarks;
}

std::unique_ptr<vav_faces> wrap(std::vector<Face> faces, const vav_engine* engine) {
  auto result = std::make_unique<vav_faces>();
  result->faces = std::move(faces);
  result->chip_size = engine->engine.set().chip->size;
  result->mean_face = engine->engine.set().chip->mean_face;
  result->set = engine->engine.set().name;
  return result;
}

}  // namespace

extern "C" {

void vav_engine_options_init(vav_engine_options* options) { init_struct(options); }
void vav_detect_options_init(vav_detect_options* options) { init_struct(options); }
void vav_analyze_options_init(vav_analyze_options* options) { init_struct(options); }

vav_status vav_engine_create(vav_engine** out, const vav_models* models, const vav_engine_options* options,
                             vav_error* err) {
  return guard_make(out, err, [&] {
    checked(models, "models");
    const auto asked = read_struct(options, "options");
    if (asked.backend < VAV_BACKEND_AUTO || asked.backend > VAV_BACKEND_OPENCV)
      invalid("options.backend " + std::to_string(asked.backend) +
              " is none of VAV_BACKEND_AUTO, _DLIB, _ONEDNN, _OPENCV");
    if (asked.precision < VAV_PRECISION_EXACT || asked.precision > VAV_PRECISION_FAST)
      invalid("options.precision " + std::to_string(asked.precision) + " is none of VAV_PRECISION_EXACT, _FAST");
    within(asked.threads, 0, kMostThreads, "options.threads");
    within(asked.max_megapixels, 0, kMostMegapixels, "options.max_megapixels");
    return std::make_unique<vav_engine>(*models, std::max(asked.threads, 1), Backend{asked.backend},
                                        int64_t{1'000'000} * asked.max_megapixels, Precision{asked.precision});
  });
}

void vav_engine_destroy(vav_engine* engine) { destroy(engine); }

const char* vav_engine_get_backend(const vav_engine* engine) {
  return alive(engine) ? engine->engine.backend().c_str() : "";
}

vav_status vav_engine_warm_up(vav_engine* engine, vav_detector detector, uint32_t what, vav_error* err) {
  return guard(err, [&] {
    checked(engine, "engine");
    Wanted wanted = checked_wanted(what);
    wanted.landmarks = what != 0;
    engine->engine.warm_up(checked_detector(detector, engine->engine.set()), wanted);
  });
}

vav_status vav_engine_detect(vav_faces** out, vav_engine* engine, const vav_image* image,
                             const vav_detect_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    checked(engine, "engine");
    checked(image, "image");
    const Look how = checked_detect(options, "options", engine);
    return wrap(std::move(engine->engine.analyze({image->image.view}, how.kind, how.options, how.clip, {})[0]), engine);
  });
}

vav_status vav_engine_analyze(vav_faces** out, vav_engine* engine, const vav_image* image,
                              const vav_detect_options* detect, const vav_analyze_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    checked(engine, "engine");
    checked(image, "image");
    const Look how = checked_detect(detect, "detect", engine);
    const Wanted wanted = checked_analyze(options);
    return wrap(std::move(engine->engine.analyze({image->image.view}, how.kind, how.options, how.clip, wanted)[0]),
                engine);
  });
}

vav_status vav_engine_analyze_batch(vav_faces** out, vav_engine* engine, const vav_image* const* images, int32_t count,
                                    const vav_detect_options* detect, const vav_analyze_options* options,
                                    vav_error* err) {
  if (out && count > 0 && count <= kMostAtOnce) std::fill_n(out, count, nullptr);
  return guard(err, [&] {
    checked(engine, "engine");
    check_count(count);
    const Look how = checked_detect(detect, "detect", engine);
    const Wanted wanted = checked_analyze(options);
    if (count == 0) return;
    required(out, "out");
    required(images, "images");
    std::vector<ImageView> views;
    for (int32_t i = 0; i < count; ++i)
      views.push_back(checked(images[i], ("images[" + std::to_string(i) + "]").c_str())->image.view);
    auto faces = engine->engine.analyze(views, how.kind, how.options, how.clip, wanted);
    std::vector<std::unique_ptr<vav_faces>> results;
    for (auto& list : faces) results.push_back(wrap(std::move(list), engine));
    for (int32_t i = 0; i < count; ++i) out[i] = results[i].release();
  });
}

vav_status vav_engine_analyze_boxes(vav_faces** out, vav_engine* engine, const vav_image* image, const vav_box* boxes,
                                    int32_t count, const vav_analyze_options* options, vav_error* err) {
  return guard_make(out, err, [&] {
    checked(engine, "engine");
    checked(image, "image");
    check_count(count);
    const Wanted wanted = checked_analyze(options);
    if (count > 0) required(boxes, "boxes");
    std::vector<Box> checked_boxes;
    for (int32_t i = 0; i < count; ++i) checked_boxes.push_back(checked_box(boxes[i]));
    return wrap(engine->engine.analyze_boxes(image->image.view, checked_boxes, wanted), engine);
  });
}

vav_status vav_engine_analyze_faces(vav_faces** out, vav_engine* engine, const vav_image* image, const vav_faces* faces,
                                    const int32_t* indices, int32_t count, const vav_analyze_options* options,
                                    vav_error* err) {
  return guard_make(out, err, [&] {
    checked(engine, "engine");
    checked(image, "image");
    checked(faces, "faces");
    check_count(count);
    const Wanted wanted = checked_analyze(options);
    if (count > 0) required(indices, "indices");
    if (faces->set != engine->engine.set().name)
      invalid("the faces were found with the set of models \"" + faces->set + "\", and the engine is of \"" +
              engine->engine.set().name + "\"");
    std::vector<Face> found;
    for (int32_t i = 0; i < count; ++i) {
      const int32_t index = indices[i];
      if (index < 0 || size_t(index) >= faces->faces.size())
        invalid("indices[" + std::to_string(i) + "] is " + std::to_string(index) + ", and there are " +
                std::to_string(faces->faces.size()) + " faces");
      const Face& face = faces->faces[size_t(index)];
      if (!face.box || !face.score)
        invalid("face " + std::to_string(index) + " was not found by a detector: it has no " +
                (face.box ? "score" : "box"));
      found.push_back(as_detected(face));
    }
    return wrap(engine->engine.analyze_faces(image->image.view, std::move(found), wanted), engine);
  });
}

vav_status vav_engine_analyze_landmarks(vav_faces** out, vav_engine* engine, const vav_image* image,
                                        const vav_point* landmarks, int32_t count, const vav_analyze_options* options,
                                        vav_error* err) {
  return guard_make(out, err, [&] {
    checked(engine, "engine");
    checked(image, "image");
    check_count(count);
    const Wanted wanted = checked_analyze(options);
    if (count > 0) required(landmarks, "landmarks");
    std::vector<Landmarks> faces;
    for (int32_t i = 0; i < count; ++i) faces.push_back(checked_landmarks(landmarks + size_t(i) * VAV_LANDMARKS));
    return wrap(engine->engine.analyze_landmarks(image->image.view, faces, wanted), engine);
  });
}

vav_status vav_engine_embed_chips(float* embeddings, int32_t length, vav_engine* engine, const uint8_t* chips,
                                  int32_t count, vav_error* err) {
  return guard(err, [&] {
    checked(engine, "engine");
    check_count(count);
    read_length(length);
    if (count == 0) return;
    required(embeddings, "embeddings");
    required(chips, "chips");
    const std::vector<Embedding> made = engine->engine.embed_chips(chips, size_t(count));
    if (made.front().size() != size_t(length))
      invalid("length is " + std::to_string(length) + ", and the embeddings of this engine have " +
              std::to_string(made.front().size()) + " numbers");
    for (const Embedding& one : made) embeddings = std::copy(one.begin(), one.end(), embeddings);
  });
}

}  // extern "C"
