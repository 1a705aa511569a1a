// Every byte of a model is hashed before it is parsed, and parsed from the very bytes that were hashed.
#include "models/model_files.h"

#include <algorithm>
#include <filesystem>
#include <span>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/new_file.h"
#include "base/sha256.h"
#include "models/places.h"

namespace visavis {
namespace fs = std::filesystem;
namespace {

bool is_of_manifest(const ModelEntry& model) {
  return std::ranges::any_of(manifest_models(), [&](const ModelEntry& known) { return known.id == model.id; });
}

std::string mend(const ModelEntry& model) {
  if (!is_of_manifest(model))
    return "Add it again: visavis models remove " + model.id + ", then visavis models add FILE --as " + model.id;
  return "Fetch it with: visavis models fetch " + model.id + " (without a network: add --from DIR|ARCHIVE)";
}

std::string is_another(const ModelEntry& model, const std::string& path) {
  return path + " is not the model " + (is_of_manifest(model) ? "the manifest names" : "that was added") +
         ": expected ";
}

// Error MODEL_ALTERED unless the bytes are the manifest's.
void check_bytes(const ModelEntry& model, const std::string& path, std::span<const uint8_t> bytes) {
  const std::string found = sha256_hex(bytes);
  if (found == model.sha256) return;
  throw Error(VAV_E_MODEL_ALTERED, is_another(model, path) + "SHA-256 " + model.sha256 + " (" +
                                       std::to_string(model.size) + " bytes), found " + found + " (" +
                                       std::to_string(bytes.size()) + " bytes). " + mend(model));
}

// The file's bytes, checked; one of another size is not even read to its end.
template <class Byte>
std::vector<Byte> read_and_check(const ModelEntry& model, const std::string& path) {
  std::error_code size_unknown;
  const auto kind = fs::status(path, size_unknown).type();
  if (!size_unknown && kind != fs::file_type::regular && kind != fs::file_type::not_found)
    throw Error(VAV_E_MODEL_ALTERED, path + " is not a file. " + mend(model));  // a FIFO would be waited for
  const auto size = fs::file_size(path, size_unknown);
  if (!size_unknown && size != uintmax_t(model.size))
    throw Error(VAV_E_MODEL_ALTERED, is_another(model, path) + std::to_string(model.size) + " bytes with SHA-256 " +
                                         model.sha256 + ", found " + std::to_string(size) + " bytes. " + mend(model));
  auto bytes = read_file<Byte>(path, model.size, FileKinds::ordinary);
  check_bytes(model, path, {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

}  // namespace

ModelFiles::ModelFiles(const std::string& directory, bool skip_user_cache) {
  // In full: a program may go to another folder, where somebody else's may have this name.
  if (!directory.empty()) places_.push_back(fs::absolute(directory).string());
  if (std::string cache = skip_user_cache ? "" : user_cache_directory(); !cache.empty()) places_.push_back(cache);
  if (std::string installed = installed_directory(); !installed.empty()) places_.push_back(installed);
  if (places_.empty()) places_.push_back("");
}

const ModelEntry& ModelFiles::entry(const std::string& id) const {
  for (const ModelEntry& model : entries_)
    if (model.id == id) return model;
  return manifest_model(id);  // says which there are
}

std::string ModelFiles::find(const std::string& file) const {
  for (const std::string& place : places_) {
    if (place.empty()) continue;
    const fs::path path = fs::path(place) / file;
    std::error_code ignored;
    if (fs::exists(path, ignored)) return path.string();
  }
  return "";
}

std::vector<char> ModelFiles::read_checked(const ModelEntry& model) const {
  const std::string path = find(model);
  if (path.empty()) {
    std::string looked_in;
    for (const std::string& place : places_) looked_in += (looked_in.empty() ? "" : ", ") + place;
    throw Error(VAV_E_MODEL_NOT_FOUND,
                "the model file " + model.file + " (SHA-256 " + model.sha256 + ") was not found in: " +
                    (looked_in.empty() ? "no directory, for none was given and there is no home" : looked_in) + ". " +
                    mend(model));
  }
  return read_and_check<char>(model, path);
}

void ModelFiles::verify(const ModelEntry& model) const { read_checked(model); }

void ModelFiles::install(const ModelEntry& model, const std::string& path) const {
  require_directory(model.file);
  write(model.file, read_and_check<uint8_t>(model, path));
}

void ModelFiles::require_directory(const std::string& file) const {
  if (directory().empty())
    throw Error(VAV_E_INVALID_ARGUMENT, "there is no directory to install " + file +
                                            " into: give a models directory, or set HOME or XDG_CACHE_HOME");
}

void ModelFiles::write(const std::string& file, std::span<const uint8_t> bytes) const {
  require_directory(file);
  std::error_code failed;
  fs::create_directories(directory(), failed);
  if (failed)
    throw Error(failed == std::errc::permission_denied ? VAV_E_PERMISSION : VAV_E_IO,
                "cannot create the folder " + directory() + ": " + failed.message());
  write_file_atomically((fs::path(directory()) / file).string(), bytes);
}

std::shared_ptr<const void> ModelFiles::load_any(
    const std::string& id, int variant,
    const std::function<std::shared_ptr<const void>(const std::vector<char>&)>& parse) const {
  const ModelEntry& model = entry(id);
  Loaded* slot;
  {
    std::lock_guard lock(loaded_mutex_);
    slot = &loaded_[{id, variant}];
  }
  std::lock_guard lock(slot->mutex);
  if (!slot->object) slot->object = parse(read_checked(model));
  return slot->object;
}

}  // namespace visavis
