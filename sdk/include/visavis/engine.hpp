/* C++ layer: the engine: picture in, faces out. */
#ifndef VISAVIS_ENGINE_HPP
#define VISAVIS_ENGINE_HPP

#include <cstdint>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/engine.h"
#include "visavis/faces.hpp"
#include "visavis/image.hpp"
#include "visavis/models.hpp"

namespace visavis {
inline namespace cpp {

/** How an engine works; see vav_engine_options. */
using EngineOptions = Ready<vav_engine_options>;

/** How to look for faces; see vav_detect_options. */
using DetectOptions = Ready<vav_detect_options>;

/** What to compute for each face; see vav_analyze_options. */
using AnalyzeOptions = Ready<vav_analyze_options>;

/** Finds faces and computes embeddings. Any number of threads may use it at once: make one and share it. */
class Engine : public detail::Owner<vav_engine, vav_engine_destroy> {
 public:
  using Owner::Owner;
  /** Makes an engine. Reads no model yet. You may destroy `models` while the engine is in use. */
  explicit Engine(const Models &models, const EngineOptions &options = {})
      : Owner(detail::make(vav_engine_create, models.get(), &options)) {}
  /** One line: the backend that runs, and why this one. */
  std::string backend() const { return detail::copied(vav_engine_get_backend(get())); }
  /** Loads now the models that `detector` and `what` (VAV_ANALYZE_… bits) need. See vav_engine_warm_up. */
  void warm_up(vav_detector detector, std::uint32_t what) const {
    detail::call(vav_engine_warm_up, get(), detector, what);
  }
  /** Finds faces: only boxes and scores. */
  Faces detect(const Image &image, const DetectOptions &options = {}) const {
    return Faces(detail::make(vav_engine_detect, get(), image.get(), &options));
  }
  /** Finds faces, and computes landmarks and embeddings, or what `options` ask for. */
  Faces analyze(const Image &image, const DetectOptions &detect = {}, const AnalyzeOptions &options = {}) const {
    return Faces(detail::make(vav_engine_analyze, get(), image.get(), &detect, &options));
  }
  /** Does the same for many pictures: one result for each, in order. If it throws, there is no result at all. */
  std::vector<Faces> analyze(const std::vector<const Image *> &images, const DetectOptions &detect = {},
                             const AnalyzeOptions &options = {}) const {
    std::vector<const vav_image *> in;
    in.reserve(images.size());
    for (const Image *image : images) in.push_back(image ? image->get() : nullptr);
    return detail::make_batch<Faces>(in.size(), vav_engine_analyze_batch, get(), in.data(),
                                     detail::count(in.size(), "images"), &detect, &options);
  }
  /** Computes one face for each of your own boxes, in order. */
  Faces analyze_boxes(const Image &image, const std::vector<vav_box> &boxes,
                      const AnalyzeOptions &options = {}) const {
    return Faces(detail::make(vav_engine_analyze_boxes, get(), image.get(), boxes.data(),
                              detail::count(boxes.size(), "boxes"), &options));
  }
  /** Computes those of the faces that detect() gave on this picture, as analyze() would have. */
  Faces analyze_faces(const Image &image, const Faces &faces, const std::vector<std::int32_t> &indices,
                      const AnalyzeOptions &options = {}) const {
    return Faces(detail::make(vav_engine_analyze_faces, get(), image.get(), faces.get(), indices.data(),
                              detail::count(indices.size(), "indices"), &options));
  }
  /** Computes one face for each VAV_LANDMARKS points of your own landmarks, in order. */
  Faces analyze_landmarks(const Image &image, const std::vector<vav_point> &landmarks,
                          const AnalyzeOptions &options = {}) const {
    if (landmarks.size() % VAV_LANDMARKS != 0) detail::refuse("landmarks", "not a multiple of VAV_LANDMARKS points");
    return Faces(detail::make(vav_engine_analyze_landmarks, get(), image.get(), landmarks.data(),
                              detail::count(landmarks.size() / VAV_LANDMARKS, "landmarks"), &options));
  }
  /**
   * Computes embeddings of your own chips: `chips` points to count × VAV_CHIP_SIZE² RGB pixels, the result has
   * count × `length` floats, `length` those of an embedding of this model. Nothing is checked: a chip without a face gives numbers that mean nothing.
   */
  std::vector<float> embed_chips(const std::uint8_t *chips, std::int32_t count,
                                 std::int32_t length = VAV_EMBEDDING_DIM) const {
    if (length <= 0) detail::refuse("length", "not above 0");
    std::vector<float> out(count > 0 ? std::size_t(count) * std::size_t(length) : 0);
    detail::call(vav_engine_embed_chips, out.data(), length, get(), chips, count);
    return out;
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
