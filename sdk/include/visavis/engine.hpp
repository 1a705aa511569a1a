/* C++ layer: the engine, picture in, faces out. */
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

/** Backend, threads for one call, limit of megapixels; see vav_engine_options. */
using EngineOptions = Ready<vav_engine_options>;

/** Which detector, and how it looks; see vav_detect_options. */
using DetectOptions = Ready<vav_detect_options>;

/** What to compute for each face, VAV_ANALYZE_… bits; see vav_analyze_options. */
using AnalyzeOptions = Ready<vav_analyze_options>;

/** Picture in, faces out. Safe from any number of threads at once: make one and share it. */
class Engine : public detail::Owner<vav_engine, vav_engine_destroy> {
 public:
  using Owner::Owner;
  /** Reads no model yet; keeps them alive. */
  explicit Engine(const Models &models, const EngineOptions &options = {})
      : Owner(detail::make(vav_engine_create, models.get(), &options)) {}
  /** The backend that runs and why, in one line. */
  std::string backend() const { return detail::copied(vav_engine_get_backend(get())); }
  /** Loads now what `what` (VAV_ANALYZE_… bits) and `detector` need. Codes: MODEL_NOT_FOUND, MODEL_ALTERED. */
  void warm_up(vav_detector detector, std::uint32_t what) const {
    detail::call(vav_engine_warm_up, get(), detector, what);
  }
  /** Boxes and scores alone. */
  Faces detect(const Image &image, const DetectOptions &options = {}) const {
    return Faces(detail::make(vav_engine_detect, get(), image.get(), &options));
  }
  /** Boxes, landmarks and embeddings in one call, unless the options say otherwise. */
  Faces analyze(const Image &image, const DetectOptions &detect = {}, const AnalyzeOptions &options = {}) const {
    return Faces(detail::make(vav_engine_analyze, get(), image.get(), &detect, &options));
  }
  /** One result for each picture, in order; all or nothing. */
  std::vector<Faces> analyze(const std::vector<const Image *> &images, const DetectOptions &detect = {},
                             const AnalyzeOptions &options = {}) const {
    std::vector<const vav_image *> in;
    in.reserve(images.size());
    for (const Image *image : images) in.push_back(image ? image->get() : nullptr);
    return detail::make_batch<Faces>(in.size(), vav_engine_analyze_batch, get(), in.data(),
                                     detail::count(in.size(), "images"), &detect, &options);
  }
  /** From the caller's own boxes: one face each, in order. */
  Faces analyze_boxes(const Image &image, const std::vector<vav_box> &boxes,
                      const AnalyzeOptions &options = {}) const {
    return Faces(detail::make(vav_engine_analyze_boxes, get(), image.get(), boxes.data(),
                              detail::count(boxes.size(), "boxes"), &options));
  }
  /** From the caller's own landmarks, VAV_LANDMARKS points a face: one face each, in order. */
  Faces analyze_landmarks(const Image &image, const std::vector<vav_point> &landmarks,
                          const AnalyzeOptions &options = {}) const {
    if (landmarks.size() % VAV_LANDMARKS != 0) detail::refuse("landmarks", "not a multiple of VAV_LANDMARKS points");
    return Faces(detail::make(vav_engine_analyze_landmarks, get(), image.get(), landmarks.data(),
                              detail::count(landmarks.size() / VAV_LANDMARKS, "landmarks"), &options));
  }
  /**
   * `chips` holds count × VAV_CHIP_SIZE² RGB pixels; gives count × VAV_EMBEDDING_DIM floats. Nothing is checked: a chip
   * that shows no face gives numbers that mean nothing.
   */
  std::vector<float> embed_chips(const std::uint8_t *chips, std::int32_t count) const {
    std::vector<float> out(count > 0 ? static_cast<std::size_t>(count) * VAV_EMBEDDING_DIM : 0);
    detail::call(vav_engine_embed_chips, out.data(), get(), chips, count);
    return out;
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
