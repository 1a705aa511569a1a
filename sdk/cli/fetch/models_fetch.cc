// Finds out what is missing, gets it from the network or from --from, installs it, and prints what it did.
#include "fetch/models_fetch.h"

#include <algorithm>
#include <map>

#include "engine.h"
#include "fetch/download.h"
#include "fetch/local_sources.h"
#include "fetch/models_state.h"
#include "fetch/unpack.h"
#include "files.h"
#include "output.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

class Fetch {
 public:
  Fetch(const Context& context, const FetchOptions& options)
      : context_(context), options_(options), manifest_(read_manifest()), models_(open_models_alone(context)) {
    models_folder_ = models_.directory();
    if (models_folder_.empty())
      throw Failure("there is no home directory to put models into: name a folder with --models DIR");
    photos_folder_ =
        options.photos_folder.empty() ? models_folder_.parent_path() / "photos" : fs::path(options.photos_folder);
  }

  int run() {
    check_options();
    std::map<std::vector<std::string>, std::vector<FileEntry>> missing;  // grouped by the archives that have them
    for (const FileEntry& file : wanted_files()) {
      if (is_there(file))
        tell(file, "already there", where(file));
      else
        missing[file.archives].push_back(file);
    }
    std::string problems;
    for (const auto& [archives, files] : missing) problems += fetch(archives, files);
    if (!problems.empty()) throw LongFailure(problems.substr(1));
    return kDone;
  }

 private:
  // Checked also if nothing is missing: what the user gives is looked at.
  void check_options() const {
    if (!options_.photos_folder.empty() && !options_.photos) throw WrongUse("--photos-dir is for --photos: give both");
    if (!options_.keep_archive.empty() && !options_.from.empty())
      throw WrongUse("--keep-archive keeps what is downloaded, and --from downloads nothing: give one of them");
    std::error_code error;
    for (const std::string& path : options_.from)
      if (!fs::exists(path, error)) throw Failure(path + ": there is no such file or folder", VAV_E_FILE_NOT_FOUND);
  }

  bool is_named(const FileEntry& file) const { return std::ranges::find(options_.ids, file.id) != options_.ids.end(); }

  // The set that uses the file, or could use it instead of another; "" = none.
  std::string set_of(const FileEntry& file) const {
    for (const ModelInfo& info : models_)
      if (info.id == file.id) return info.set;
    return "";
  }

  bool is_needed(const FileEntry& file) const {
    return std::any_of(models_.begin(), models_.end(),
                       [&](const ModelInfo& info) { return info.id == file.id && !info.optional; });
  }

  std::vector<FileEntry> wanted_files() const {
    for (const std::string& id : options_.ids)
      if (std::none_of(manifest_.files.begin(), manifest_.files.end(),
                       [&](const FileEntry& file) { return !file.photo && file.id == id; }))
        throw WrongUse("there is no model " + id + "; `visavis models list` shows them");
    std::vector<FileEntry> wanted;
    for (const FileEntry& file : manifest_.files) {
      // A file that cannot be downloaded is only taken with --from, and otherwise does not count as missing.
      const bool of_set = set_of(file) == models_.set() && !(file.archives.empty() && options_.from.empty());
      if (file.photo ? options_.photos : options_.ids.empty() ? of_set : is_named(file)) wanted.push_back(file);
    }
    return wanted;
  }

  // A model is there if the library would find and accept it; with --models, only if it is in that folder, which the
  // user asked for.
  bool is_there(const FileEntry& file) {
    if (file.photo) return file_is(photos_folder_ / file.file, file.size, file.sha256);
    try {
      models_.verify(file.id);
    } catch (const Error&) {
      return false;
    }
    std::error_code error;
    return context_.models.empty() || fs::equivalent(where(file), models_folder_ / file.file, error);
  }

  fs::path where(const FileEntry& file) const {
    if (file.photo) return photos_folder_ / file.file;
    for (const ModelInfo& info : models_)
      if (file.id == info.id && info.path) return *info.path;
    return models_folder_ / file.file;
  }

  const ArchiveEntry& archive_of(const std::string& id) const {
    return *std::ranges::find(manifest_.archives, id, &ArchiveEntry::id);
  }

  // Takes the files from the first archive that can be downloaded.
  Unpacked from_archives(const std::vector<std::string>& archives, const std::vector<FileEntry>& files,
                         const fs::path& folder) const {
    for (size_t i = 0; i < archives.size(); ++i) {
      const ArchiveEntry& archive = archive_of(archives[i]);
      if (!context_.quiet)
        err() << "Downloading " << archive.file << " (" << (archive.size + 500'000) / 1'000'000 << " MB)\n";
      try {
        const fs::path downloaded = download(context_, archive, options_.python, folder);
        keep(archive, downloaded);
        return unpack(downloaded, files, folder);
      } catch (const Failure& failure) {
        if (i + 1 == archives.size()) throw;
        err() << "visavis: " << std::string(failure.what()) << "\nTrying the next source.\n";
      }
    }
    return {};
  }

  // Gets files from one of these archives or from --from. Returns what is still missing, in words, one on each line;
  // empty: nothing.
  std::string fetch(const std::vector<std::string>& archives, const std::vector<FileEntry>& files) {
    for (const FileEntry& file : files) warn_of_license(file);
    const WorkFolder work(files.front().photo ? photos_folder_ : models_folder_);
    const Unpacked got = options_.from.empty() ? from_archives(archives, files, work.path())
                                               : take_from(options_.from, manifest_, files, work.path());
    for (const FileEntry& file : files)
      if (got.found.contains(file.id)) install(file, got.found.at(file.id));
    std::string problems;
    for (const FileEntry& file : files)
      if (!got.found.contains(file.id) && (file.photo || is_named(file) || is_needed(file)))
        problems += '\n' + describe_missing(file, got);
    return problems;
  }

  std::string describe_missing(const FileEntry& file, const Unpacked& got) const {
    if (std::find(got.altered.begin(), got.altered.end(), file.id) != got.altered.end())
      return file.file + " was found, but altered: it is not the published file (SHA-256 " + file.sha256 +
             "); nothing was installed";
    std::string places;
    for (const std::string& id : file.archives)
      places += (places.empty() ? "it is in " : ", and in ") + archive_of(id).file + " (SHA-256 " +
                archive_of(id).sha256 + ")";
    if (file.archives.empty()) places = "no archive has it; give the file (SHA-256 " + file.sha256 + ") with --from";
    return file.file + " was not found there: " + places;
  }

  // The licence of the file and the terms of its training data are two things.
  void warn_of_license(const FileEntry& file) const {
    if (file.photo || file.license == "CC0-1.0") return;
    if (set_of(file).empty())
      err() << "visavis: " << file.id << " is under " << file.license
            << ": the data it was trained on may not be used commercially. Nothing of Visavis needs it; check that "
               "your use is allowed.\n";
  }

  void keep(const ArchiveEntry& archive, const fs::path& downloaded) const {
    if (options_.keep_archive.empty()) return;
    std::error_code error;
    fs::create_directories(options_.keep_archive, error);
    copy_checked(downloaded, fs::path(options_.keep_archive) / archive.file, archive.size, archive.sha256);
  }

  void install(const FileEntry& file, const fs::path& checked) {
    const fs::path target = (file.photo ? photos_folder_ : models_folder_) / file.file;
    if (file.photo)
      fs::rename(checked, target);
    else
      models_.install(file.id, checked.string());
    tell(file, "installed", target);
    if (!file.photo && !context_.quiet && file.license != "CC0-1.0")
      err() << "  trained on " << file.training_data << '\n';
  }

  void tell(const FileEntry& file, const char* status, const fs::path& path) const {
    if (context_.json)
      print_json({{"kind", file.photo ? "photo" : "model"},
                  {"id", file.id},
                  {"status", status},
                  {"path", path.string()},
                  {"license", file.photo ? Json(nullptr) : Json(file.license)}});
    else if (!context_.quiet)
      out() << status << ": " << path.string() << (file.photo ? "" : " (" + file.license + ")") << '\n';
    out().flush();
  }

  const Context& context_;
  const FetchOptions& options_;
  const Manifest manifest_;
  const Models models_;
  fs::path models_folder_, photos_folder_;
};

}  // namespace

int fetch_models(const Context& context, const FetchOptions& options) {
  std::vector<std::string> sets;
  if (options.set.empty() && (!context.model_set.empty() || !options.ids.empty())) return Fetch(context, options).run();
  if (options.set == "all") {
    for (const ModelInfo& info : open_models_alone(context))
      if (!info.set.empty() && std::ranges::find(sets, info.set) == sets.end()) sets.push_back(info.set);
  } else if (options.set.empty()) {
    sets = {"dlib", kUsualSet};
  } else {
    sets.push_back(options.set);
  }
  FetchOptions once = options;
  for (const std::string& set : sets) {
    Context of_set = context;
    of_set.model_set = set;
    Fetch(of_set, once).run();
    once.photos = false;
  }
  return kDone;
}

}  // namespace visavis::cli
