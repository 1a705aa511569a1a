/* C++ layer: models, the files that the manifest names. */
#ifndef VISAVIS_MODELS_HPP
#define VISAVIS_MODELS_HPP

#include <cstdint>
#include <optional>
#include <string>

#include "visavis/base.hpp"
#include "visavis/models.h"

namespace visavis {
inline namespace cpp {

/** Where to look for models. */
struct ModelsOptions {
  std::string directory;        /* UTF-8, looked in first; "" = none */
  bool skip_user_cache = false; /* look only in `directory` and beside the library */
};

/** One model as the manifest describes it. */
struct ModelInfo {
  std::string id;
  std::string file;                /* file name */
  std::int64_t size;               /* bytes */
  std::string sha256;              /* 64 hexadecimal digits */
  std::string license;             /* SPDX identifier */
  std::string source;              /* who published it */
  std::string purpose;             /* what it does, in one line */
  bool optional;                   /* never fetched or loaded unless asked for */
  std::optional<std::string> path; /* where it was found just now, not yet checked */
};

/** The models: found now, read, checked and loaded when first needed. Engines and galleries keep them alive. */
class Models : public detail::List<Models, vav_models, vav_models_destroy, vav_models_count> {
 public:
  using List::List;
  /** Looks in `directory` first when it is not empty, then in the usual places. */
  explicit Models(const std::string &directory = std::string()) : Models(ModelsOptions{directory, false}) {}
  explicit Models(const ModelsOptions &options) : List(open(options)) {}

  ModelInfo operator[](std::int32_t index) const {
    const auto plain = detail::item<vav_model_info>(vav_models_get_info, get(), index);
    return {detail::copied(plain.id),      detail::copied(plain.file),    plain.size,
            detail::copied(plain.sha256),  detail::copied(plain.license), detail::copied(plain.source),
            detail::copied(plain.purpose), plain.optional == 1,           detail::maybe(plain.path)};
  }
  /** Compares the file with the manifest. Codes: MODEL_UNKNOWN, MODEL_NOT_FOUND, MODEL_ALTERED. */
  void verify(const std::string &id) const { detail::call(vav_models_verify, get(), detail::text(id, "id")); }
  /** Checks the file at `path` and copies it into directory(). Nothing is written unless it is the manifest's. */
  void install(const std::string &id, const std::string &path) const {
    detail::call(vav_models_install, get(), detail::text(id, "id"), detail::text(path, "path"));
  }
  /** Where install() writes; "" when there is no home. */
  std::string directory() const { return detail::copied(vav_models_get_directory(get())); }
  /** The manifest this library was built with: JSON, static text. */
  static const char *manifest() noexcept { return vav_models_manifest(); }

 private:
  static vav_models *open(const ModelsOptions &options) {
    auto plain = sized<vav_models_options>();
    plain.skip_user_cache = options.skip_user_cache;
    plain.directory = options.directory.empty() ? nullptr : detail::text(options.directory, "directory");
    return detail::make(vav_models_open, &plain);
  }
};

}  // namespace cpp
}  // namespace visavis

#endif
