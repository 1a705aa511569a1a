// The files of the models: finds them, checks them, and keeps what was loaded from them for all who share the handle.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "models/manifest.h"

namespace visavis {

class ModelFiles {
 public:
  // Looks in `directory` first ("" = nowhere), then in the cache of the user unless skipped, then beside the library.
  ModelFiles(std::string directory, bool skip_user_cache);

  // Where the model's file is, unchecked; "" = nowhere.
  std::string find(const ModelEntry& model) const;

  // Errors MODEL_NOT_FOUND, MODEL_ALTERED; they name the file, the directories, the expected hash and what to do.
  void verify(const ModelEntry& model) const;

  // Checks the file at `path` and copies it to directory(), atomically.
  void install(const ModelEntry& model, const std::string& path) const;

  // The directory that install() writes to; "" = there is none.
  const std::string& directory() const { return places_.front(); }

  // What `parse` makes of the model's checked bytes: made by the first caller, shared by all after it who ask for the
  // same `variant` (the backend it is made for).
  template <class T>
  std::shared_ptr<const T> load(const char* id, int variant,
                                const std::function<std::unique_ptr<T>(const std::vector<char>&)>& parse) const {
    return std::static_pointer_cast<const T>(load_any(
        id, variant, [&](const std::vector<char>& bytes) -> std::shared_ptr<const void> { return parse(bytes); }));
  }

 private:
  std::vector<char> read_checked(const ModelEntry& model) const;
  std::shared_ptr<const void> load_any(
      const std::string& id, int variant,
      const std::function<std::shared_ptr<const void>(const std::vector<char>&)>& parse) const;

  struct Loaded {
    std::mutex mutex;  // held while loading: others wait for that one model only
    std::shared_ptr<const void> object;
  };

  std::vector<std::string> places_;
  mutable std::mutex loaded_mutex_;
  mutable std::map<std::pair<std::string, int>, Loaded> loaded_;
};

}  // namespace visavis
