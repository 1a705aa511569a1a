/* C++ layer: models, the files that the manifest names. */
#ifndef VISAVIS_MODELS_HPP
#define VISAVIS_MODELS_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/faces.hpp"
#include "visavis/models.h"
#include "visavis/rates.hpp"

namespace visavis {
inline namespace cpp {

/** Where to look for models. */
struct ModelsOptions {
  std::string directory;        /* where to look first, UTF-8; "" = nowhere */
  bool skip_user_cache = false; /* true: do not look in the cache of the user */
  std::string set = {};         /* which models work together: see vav_models_options.set; "" = "dlib" */
  std::string calibration = {}; /* a table of error rates of your own: see vav_models_options.calibration; "" = the library's */
};

/** One model of the manifest. */
struct ModelInfo {
  std::string id;                  /* its name, such as "dlib_face_recognition_resnet_model_v1" */
  std::string file;                /* name of the file */
  std::int64_t size;               /* size of the file in bytes */
  std::string sha256;              /* SHA-256 of the file, 64 hexadecimal digits */
  std::string license;             /* SPDX identifier */
  std::string source;              /* who published it */
  std::string purpose;             /* what it does, in one line */
  bool optional;                   /* true: the set of these models does not need it */
  std::optional<std::string> path; /* where the file was found, not yet checked; empty = it was not found */
  std::string set;                 /* the set of models that uses it, such as "opencv-zoo"; "" = none */
  std::string training_data;       /* what is known of the data it was trained on, in one line */
};

/** A model of your own; see vav_own_model. */
struct OwnModel {
  std::string name;                                   /* of the set of models it makes */
  std::int32_t input_size = 112;                      /* width and height of its pictures in px */
  bool blue_first = false;                            /* it takes blue, green, red */
  vav_metric metric = VAV_METRIC_COSINE;
  std::array<float, 3> mean = {127.5f, 127.5f, 127.5f}; /* it gets (pixel - mean) * scale */
  float scale = 1 / 127.5f;
  float threshold = 0;       /* as you measured it; 0 = not measured */
  std::string license = {};  /* of the file; "" = not said */
  std::string training_data = {}; /* what is known of it; "" = not said */
};

/** A set of models. Each file is read and checked when it is first needed. Engines and galleries keep the set alive. */
class Models : public detail::List<Models, vav_models, vav_models_destroy, vav_models_count> {
 public:
  using List::List;
  /** Looks in `directory` first, unless it is empty, then in the usual places: see vav_models_options. */
  explicit Models(const std::string &directory = std::string()) : Models(ModelsOptions{directory, false, {}}) {}
  explicit Models(const ModelsOptions &options) : List(open(options)) {}

  ModelInfo operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_model_info>(vav_models_get_info, get(), index);
    return {detail::copied(plain.id),      detail::copied(plain.file),    plain.size,
            detail::copied(plain.sha256),  detail::copied(plain.license), detail::copied(plain.source),
            detail::copied(plain.purpose), plain.optional == 1,           detail::maybe(plain.path),
            detail::copied(plain.set),     detail::copied(plain.training_data)};
  }
  /** Compares the file with the manifest. Codes: MODEL_UNKNOWN, MODEL_NOT_FOUND, MODEL_ALTERED. */
  void verify(const std::string &id) const { detail::call(vav_models_verify, get(), detail::text(id, "id")); }
  /** Compares the file at `path` with the manifest and copies it into directory(). See vav_models_install. */
  void install(const std::string &id, const std::string &path) const {
    detail::call(vav_models_install, get(), detail::text(id, "id"), detail::text(path, "path"));
  }
  /** Tries the ONNX file at `path` and adds it as a set of models of that name. See vav_models_add. */
  void add(const std::string &path, const OwnModel &model) const {
    auto plain = sized<vav_own_model>();
    plain.input_size = model.input_size;
    plain.blue_first = model.blue_first;
    plain.metric = model.metric;
    for (std::size_t i = 0; i < 3; ++i) plain.mean[i] = model.mean[i];
    plain.scale = model.scale;
    plain.threshold = model.threshold;
    plain.name = detail::text(model.name, "name");
    plain.license = detail::text(model.license, "license");
    plain.training_data = detail::text(model.training_data, "training_data");
    detail::call(vav_models_add, get(), detail::text(path, "path"), &plain);
  }
  /** Removes a model of your own. See vav_models_remove. */
  void remove(const std::string &name) const { detail::call(vav_models_remove, get(), detail::text(name, "name")); }
  /** The directory that install() and add() write to; "" without a home directory. */
  std::string directory() const { return detail::copied(vav_models_get_directory(get())); }
  /** The name of the set, such as "dlib". */
  std::string set() const { return detail::copied(vav_models_get_set(get())); }
  /** How the set makes and compares embeddings, as galleries are stamped with it. */
  std::string recipe() const { return detail::copied(vav_models_get_recipe(get())); }
  /** SHA-256 of the embedding model, 64 hexadecimal digits. */
  std::string model_sha256() const { return detail::copied(vav_models_get_model_sha256(get())); }
  /** The detectors of the set, the default one first: "hog cnn yunet", "yunet". */
  std::string detectors() const { return detail::copied(vav_models_detectors(get())); }
  /** How many floats an embedding of the set has. */
  std::int32_t embedding_dim() const noexcept { return vav_models_embedding_dim(get()); }
  /** Width and height of a chip of the set in px. */
  std::int32_t chip_size() const noexcept { return vav_models_chip_size(get()); }
  /** The threshold of a comparison of two faces where nobody says otherwise; 0 = nobody has measured one. */
  float default_threshold() const noexcept { return vav_models_default_threshold(get()); }
  /** The limits for these models; see vav_models_get_limits. `comparisons`: templates of a search; 0 = one face with one. */
  Limits limits(const Asked &asked = {}, std::int64_t comparisons = 0) const {
    return detail::item<vav_limits>(vav_models_get_limits, get(), asked.threshold, asked.false_rate, asked.preset,
                                      comparisons);
  }
  /**
   * How probable it is that faces so far from each other are of one person. `prior`: how probable before they are looked at,
   * above 0 and below 1, 0 = 0.5; for the nearest person of a search 1 / N or less. See vav_models_get_similarities.
   */
  std::vector<Similarity> similarities(const std::vector<float> &distances, float prior = 0) const {
    std::vector<float> values(distances.size());
    std::vector<vav_support> supports(distances.size());
    detail::call(vav_models_get_similarities, get(), distances.data(), std::int64_t(distances.size()), prior,
                 values.data(), supports.data());
    std::vector<Similarity> all;
    for (std::size_t i = 0; i < values.size(); ++i) all.push_back({values[i], supports[i]});
    return all;
  }
  Similarity similarity(float distance, float prior = 0) const { return similarities({distance}, prior)[0]; }
  /** The table behind the rates as JSON, borrowed from the models; "" where nobody has measured. */
  const char *calibration() const noexcept { return vav_models_get_calibration(get()); }
  /** Throws INVALID_ARGUMENT for an embedding that is none of the set. See vav_models_check_embedding. */
  void check_embedding(EmbeddingView embedding) const {
    detail::call(vav_models_check_embedding, get(), embedding.data(), embedding.length());
  }
  /** The manifest that this library was built with, as JSON. Static text. */
  static const char *manifest() noexcept { return vav_models_manifest(); }

 private:
  static vav_models *open(const ModelsOptions &options) {
    auto plain = sized<vav_models_options>();
    plain.skip_user_cache = options.skip_user_cache;
    plain.directory = options.directory.empty() ? nullptr : detail::text(options.directory, "directory");
    plain.calibration = options.calibration.empty() ? nullptr : detail::text(options.calibration, "calibration");
    plain.set = options.set.empty() ? nullptr : detail::text(options.set, "set");
    return detail::make(vav_models_open, &plain);
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
