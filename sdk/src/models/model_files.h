// The files of the models: finds them, checks them, and keeps what was loaded from them for all who share the handle.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/manifest.h"

namespace visavis {

class ModelFiles {
 public:
  // Looks in `directory` first ("" = nowhere), then in the cache of the user unless skipped, then beside the library.
  ModelFiles(const std::string& directory, bool skip_user_cache);

  // The models of the manifest, and those that were added.
  const std::vector<ModelEntry>& entries() const { return entries_; }
  // Error MODEL_UNKNOWN.
  const ModelEntry& entry(const std::string& id) const;
  // Before anybody else has the handle.
  void add(ModelEntry model) { entries_.push_back(std::move(model)); }

  // Where a file of this name, or the model's, is, unchecked; "" = nowhere.
  std::string find(const std::string& file) const;
  std::string find(const ModelEntry& model) const { return find(model.file); }

  // Errors MODEL_NOT_FOUND, MODEL_ALTERED; they name the file, the directories, the expected hash and what to do.
  void verify(const ModelEntry& model) const;

  // Checks the file at `path` and copies it to directory(), atomically.
  void install(const ModelEntry& model, const std::string& path) const;

  // Writes a file into directory(), which is made when it is not there; atomically. Error INVALID_ARGUMENT: there is none.
  void write(const std::string& file, std::span<const uint8_t> bytes) const;

  // The directory that install() writes to; "" = there is none.
  const std::string& directory() const { return places_.front(); }

  // What `parse` makes of the model's checked bytes: made by the first caller, shared by all after it who ask for the
  // same `variant` (what runs it, and how).
  template <class T>
  std::shared_ptr<const T> load(const char* id, int variant,
                                const std::function<std::unique_ptr<T>(const std::vector<char>&)>& parse) const {
    return std::static_pointer_cast<const T>(load_any(
        id, variant, [&](const std::vector<char>& bytes) -> std::shared_ptr<const void> { return parse(bytes); }));
  }

 private:
  void require_directory(const std::string& file) const;
  std::vector<char> read_checked(const ModelEntry& model) const;
  std::shared_ptr<const void> load_any(
      const std::string& id, int variant,
      const std::function<std::shared_ptr<const void>(const std::vector<char>&)>& parse) const;

  struct Loaded {
    std::mutex mutex;  // held while loading: others wait for that one model only
    std::shared_ptr<const void> object;
  };

  std::vector<ModelEntry> entries_ = manifest_models();
  std::vector<std::string> places_;
  mutable std::mutex loaded_mutex_;
  mutable std::map<std::pair<std::string, int>, Loaded> loaded_;
};

}  // namespace visavis
