/* The C API for C++17 and later: objects that clean up after themselves, exceptions instead of codes. Header only. */
#ifndef VISAVIS_VISAVIS_HPP
#define VISAVIS_VISAVIS_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/visavis.h"

/*
 * Every class owns one object of the C API, can be moved and not copied, and gives the C pointer with get(). What the C
 * headers say of units, codes, threads and lifetimes holds here too: a text or pointer that a method returns is
 * borrowed from its object. Plain structs are the C ones; sized<vav_detect_options>() is one ready to fill in. An
 * options pointer may always be null.
 */
namespace visavis {
inline namespace cpp {

/** A picture, upright. Share it between threads freely. */
class Image : public detail::Owner<vav_image, vav_image_destroy> {
 public:
  using Owner::Owner;
  static Image load(const std::string &path, const vav_image_options *options = nullptr) {
    return Image(detail::make(vav_image_load, path.c_str(), options));
  }
  static Image decode(const void *bytes, std::size_t size, const vav_image_options *options = nullptr) {
    return Image(detail::make(vav_image_decode, bytes, size, options));
  }
  /** Looks at the caller's pixels, see vav_image_wrap: upright RGB is not copied and must outlive the image. */
  static Image wrap(const vav_pixels &pixels) { return Image(detail::make(vav_image_wrap, &pixels)); }
  std::int32_t width() const { return vav_image_width(get()); }
  std::int32_t height() const { return vav_image_height(get()); }
  std::int32_t orientation() const { return vav_image_orientation(get()); }
  vav_image_source source() const { return vav_image_get_source(get()); }
  const char *warning() const { return vav_image_get_warning(get()); }
  vav_pixels pixels() const { return detail::item<vav_pixels>(vav_image_get_pixels, get()); }
};

/** The models: found now, read, checked and loaded when first needed. Engines and galleries keep them alive. */
class Models : public detail::Owner<vav_models, vav_models_destroy> {
 public:
  using Owner::Owner;
  /** Looks in `directory` first when it is not empty, then in the usual places. */
  explicit Models(const std::string &directory = std::string()) : Owner(open(directory)) {}
  explicit Models(const vav_models_options &options) : Owner(detail::make(vav_models_open, &options)) {}
  std::int32_t size() const { return vav_models_count(get()); }
  vav_model_info operator[](std::int32_t index) const {
    return detail::item<vav_model_info>(vav_models_get_info, get(), index);
  }
  detail::Iterator<Models> begin() const { return {this, 0}; }
  detail::Iterator<Models> end() const { return {this, size()}; }
  void verify(const std::string &id) const { detail::call(vav_models_verify, get(), id.c_str()); }
  void install(const std::string &id, const std::string &path) const {
    detail::call(vav_models_install, get(), id.c_str(), path.c_str());
  }
  const char *directory() const { return vav_models_get_directory(get()); }

 private:
  static vav_models *open(const std::string &directory) {
    vav_models_options options = sized<vav_models_options>();
    options.directory = directory.empty() ? nullptr : directory.c_str();
    return detail::make(vav_models_open, &options);
  }
};

/** The faces of one picture. */
class Faces : public detail::Owner<vav_faces, vav_faces_destroy> {
 public:
  using Owner::Owner;
  std::int32_t size() const { return vav_faces_count(get()); }
  bool empty() const { return size() == 0; }
  vav_face operator[](std::int32_t index) const { return detail::item<vav_face>(vav_faces_get, get(), index); }
  detail::Iterator<Faces> begin() const { return {this, 0}; }
  detail::Iterator<Faces> end() const { return {this, size()}; }
  /** Index of the largest; -1 when there is none. */
  std::int32_t largest() const { return vav_faces_largest(get()); }
  /** Whether this one can be compared, and if not, why. */
  vav_comparability comparability(std::int32_t index) const { return vav_faces_comparability(get(), index); }
  /** VAV_EMBEDDING_DIM floats; null when the face cannot be compared or the embedding was not asked for. */
  const float *embedding(std::int32_t index) const { return vav_faces_embedding(get(), index); }
  /** VAV_CHIP_SIZE² RGB pixels, or null when not computed. */
  const std::uint8_t *chip(std::int32_t index) const { return vav_faces_chip(get(), index); }
};

/** Picture in, faces out. Safe from any number of threads at once: make one and share it. */
class Engine : public detail::Owner<vav_engine, vav_engine_destroy> {
 public:
  using Owner::Owner;
  explicit Engine(const Models &models, const vav_engine_options *options = nullptr)
      : Owner(detail::make(vav_engine_create, models.get(), options)) {}
  const char *backend() const { return vav_engine_get_backend(get()); }
  void warm_up(vav_detector detector, std::uint32_t what) const {
    detail::call(vav_engine_warm_up, get(), detector, what);
  }
  Faces detect(const Image &image, const vav_detect_options *options = nullptr) const {
    return Faces(detail::make(vav_engine_detect, get(), image.get(), options));
  }
  /** Boxes, landmarks and embeddings in one call, unless the options say otherwise. */
  Faces analyze(const Image &image, const vav_detect_options *detect = nullptr,
                const vav_analyze_options *options = nullptr) const {
    return Faces(detail::make(vav_engine_analyze, get(), image.get(), detect, options));
  }
  /** One result for each picture, in order. */
  std::vector<Faces> analyze(const std::vector<const Image *> &images, const vav_detect_options *detect = nullptr,
                             const vav_analyze_options *options = nullptr) const {
    std::vector<const vav_image *> in;
    for (const Image *image : images) in.push_back(image ? image->get() : nullptr);
    std::vector<vav_faces *> out(images.size());
    std::vector<Faces> faces;
    faces.reserve(images.size()); /* before the call, so that nothing throws while `out` owns */
    detail::call(vav_engine_analyze_batch, out.data(), get(), in.data(), static_cast<std::int32_t>(in.size()), detect,
                 options);
    for (vav_faces *result : out) faces.emplace_back(result);
    return faces;
  }
  Faces analyze_boxes(const Image &image, const std::vector<vav_box> &boxes,
                      const vav_analyze_options *options = nullptr) const {
    return Faces(detail::make(vav_engine_analyze_boxes, get(), image.get(), boxes.data(),
                              static_cast<std::int32_t>(boxes.size()), options));
  }
  /** VAV_LANDMARKS points a face. */
  Faces analyze_landmarks(const Image &image, const std::vector<vav_point> &landmarks,
                          const vav_analyze_options *options = nullptr) const {
    if (landmarks.size() % VAV_LANDMARKS != 0)
      throw Exception(VAV_E_INVALID_ARGUMENT, "landmarks: not a multiple of VAV_LANDMARKS points");
    return Faces(detail::make(vav_engine_analyze_landmarks, get(), image.get(), landmarks.data(),
                              static_cast<std::int32_t>(landmarks.size() / VAV_LANDMARKS), options));
  }
  /** `chips` holds count × VAV_CHIP_SIZE² RGB pixels; gives count × VAV_EMBEDDING_DIM floats. */
  std::vector<float> embed_chips(const std::uint8_t *chips, std::int32_t count) const {
    std::vector<float> out(count > 0 ? static_cast<std::size_t>(count) * VAV_EMBEDDING_DIM : 0);
    detail::call(vav_engine_embed_chips, out.data(), get(), chips, count);
    return out;
  }
};

/**
 * A vav_decision that is compared and never taken for yes or no: UNKNOWN is not zero, so that `if (decision)` would let
 * everybody in. It does not compile.
 */
class Decision {
 public:
  Decision(vav_decision value) : value_(value) {}
  operator vav_decision() const { return value_; }
  explicit operator bool() const = delete;

 private:
  vav_decision value_;
};

/** The outcome of a 1:1 comparison: ask same(). Of verify it is false also for who may not be let in now. */
struct Comparison : vav_comparison {
  Comparison() : vav_comparison(sized<vav_comparison>()) {}
  bool same() const { return decision == VAV_DECISION_MATCH; }
};

/** Compares two embeddings; a threshold of 0 is the default. */
inline Comparison compare(const float *a, const float *b, float threshold = 0) {
  Comparison out;
  detail::call(vav_compare, static_cast<vav_comparison *>(&out), a, b, threshold);
  return out;
}

/** What a gallery check found: one line for each problem. */
class CheckReport : public detail::Owner<vav_check_report, vav_check_report_destroy> {
 public:
  using Owner::Owner;
  std::int32_t size() const { return vav_check_report_count(get()); }
  const char *operator[](std::int32_t index) const { return vav_check_report_problem(get(), index); }
  detail::Iterator<CheckReport> begin() const { return {this, 0}; }
  detail::Iterator<CheckReport> end() const { return {this, size()}; }
};

/** A list of persons, by id. */
class Persons : public detail::Owner<vav_persons, vav_persons_destroy> {
 public:
  using Owner::Owner;
  std::int32_t size() const { return vav_persons_count(get()); }
  vav_person operator[](std::int32_t index) const { return detail::item<vav_person>(vav_persons_get, get(), index); }
  detail::Iterator<Persons> begin() const { return {this, 0}; }
  detail::Iterator<Persons> end() const { return {this, size()}; }
};

/** The templates of one person, by id. */
class Templates : public detail::Owner<vav_templates, vav_templates_destroy> {
 public:
  using Owner::Owner;
  std::int32_t size() const { return vav_templates_count(get()); }
  vav_template operator[](std::int32_t index) const {
    return detail::item<vav_template>(vav_templates_get, get(), index);
  }
  detail::Iterator<Templates> begin() const { return {this, 0}; }
  detail::Iterator<Templates> end() const { return {this, size()}; }
};

/** One candidate of an identification. */
struct Match {
  std::int64_t person;
  std::int64_t template_id;
  float distance;   /* Euclidean, smaller is closer */
  const char *name; /* borrowed from the Matches */
};

/** The nearest persons, nearest first, and the decision. */
class Matches : public detail::Owner<vav_matches, vav_matches_destroy> {
 public:
  using Owner::Owner;
  Decision decision() const { return vav_matches_decision(get()); }
  /** The nearest within the threshold is somebody who may not be let in now: nobody is named in their place. */
  bool inactive() const { return vav_matches_inactive(get()) == 1; }
  float threshold() const { return vav_matches_threshold(get()); }
  std::int32_t size() const { return vav_matches_count(get()); }
  Match operator[](std::int32_t index) const {
    return {vav_matches_person(get(), index), vav_matches_template(get(), index), vav_matches_distance(get(), index),
            vav_matches_name(get(), index)};
  }
  detail::Iterator<Matches> begin() const { return {this, 0}; }
  detail::Iterator<Matches> end() const { return {this, size()}; }
};

/** Persons and their templates in one file. Safe from any number of threads at once. */
class Gallery : public detail::Owner<vav_gallery, vav_gallery_destroy> {
 public:
  using Owner::Owner;
  Gallery(const std::string &path, const Models &models, const vav_gallery_options *options = nullptr)
      : Owner(detail::make(vav_gallery_open, path.c_str(), models.get(), options)) {}
  vav_gallery_info info() const { return detail::item<vav_gallery_info>(vav_gallery_get_info, get()); }
  CheckReport check() const { return CheckReport(detail::make(vav_gallery_check, get())); }

  std::int64_t add_person(const vav_person_fields &fields) {
    std::int64_t id = 0;
    detail::call(vav_gallery_add_person, &id, get(), &fields);
    return id;
  }
  std::int64_t add_person(const std::string &name) {
    vav_person_fields fields = sized<vav_person_fields>();
    fields.name = name.c_str();
    return add_person(fields);
  }
  void update_person(std::int64_t person, const vav_person_fields &fields) {
    detail::call(vav_gallery_update_person, get(), person, &fields);
  }
  void remove_person(std::int64_t person) { detail::call(vav_gallery_remove_person, get(), person); }
  Persons persons(const vav_person_query *query = nullptr) const {
    return Persons(detail::make(vav_gallery_list_persons, get(), query));
  }

  std::int64_t add_template(std::int64_t person, const float *embedding, const vav_template_fields *fields = nullptr) {
    std::int64_t id = 0;
    detail::call(vav_gallery_add_template, &id, get(), person, embedding, fields);
    return id;
  }
  void remove_template(std::int64_t template_id) { detail::call(vav_gallery_remove_template, get(), template_id); }
  Templates templates(std::int64_t person) const {
    return Templates(detail::make(vav_gallery_list_templates, get(), person));
  }

  void join_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_join_group, get(), person, group.c_str());
  }
  void leave_group(std::int64_t person, const std::string &group) {
    detail::call(vav_gallery_leave_group, get(), person, group.c_str());
  }
  std::int64_t purge_expired(std::int64_t now = 0) {
    std::int64_t removed = 0;
    detail::call(vav_gallery_purge_expired, &removed, get(), now);
    return removed;
  }

  Matches identify(const float *embedding, const vav_identify_options *options = nullptr) const {
    return Matches(detail::make(vav_gallery_identify, get(), embedding, options));
  }
  /** One result for each of `count` embeddings, which lie one after the other. */
  std::vector<Matches> identify_batch(const float *embeddings, std::int32_t count,
                                      const vav_identify_options *options = nullptr) const {
    std::vector<vav_matches *> made(static_cast<std::size_t>(count > 0 ? count : 0));
    detail::call(vav_gallery_identify_batch, made.data(), get(), embeddings, count, options);
    std::vector<Matches> matches;
    matches.reserve(made.size());
    for (vav_matches *one : made) matches.emplace_back(one);
    return matches;
  }
  Matches find_duplicates(const float *embedding, std::int64_t ignore = 0, float threshold = 0) const {
    return Matches(detail::make(vav_gallery_find_duplicates, get(), embedding, ignore, threshold));
  }
  Comparison verify(std::int64_t person, const float *embedding, float threshold = 0) const {
    Comparison out;
    detail::call(vav_gallery_verify, static_cast<vav_comparison *>(&out), get(), person, embedding, threshold);
    return out;
  }
  Comparison verify(std::int64_t person, const float *embedding, const vav_identify_options &options) const {
    Comparison out;
    detail::call(vav_gallery_verify_with, static_cast<vav_comparison *>(&out), get(), person, embedding, &options);
    return out;
  }
  /** The gallery's own, which decides wherever none is given; 0 = none. */
  void set_threshold(float threshold) { detail::call(vav_gallery_set_threshold, get(), threshold); }
};

/** Many changes as one: what was not committed when this goes out of scope is undone. */
class Transaction {
 public:
  explicit Transaction(Gallery &gallery) : gallery_(gallery.get()) { detail::call(vav_gallery_begin, gallery_); }
  Transaction(const Transaction &) = delete;
  Transaction &operator=(const Transaction &) = delete;
  ~Transaction() {
    if (gallery_) vav_gallery_rollback(gallery_, nullptr);
  }
  void commit() {
    detail::call(vav_gallery_commit, gallery_);
    gallery_ = nullptr;
  }

 private:
  vav_gallery *gallery_;
};

}  // namespace cpp
}  // namespace visavis

#endif
