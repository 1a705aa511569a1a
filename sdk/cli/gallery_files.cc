// `visavis gallery backup|export|import|compact`: the file as a whole.
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "encodings.h"
#include "engine.h"
#include "enroll_writer.h"
#include "gallery_access.h"
#include "gallery_commands.h"
#include "incoming.h"
#include "interrupt.h"
#include "progress.h"

namespace visavis::cli {
namespace {

struct FileOptions {
  std::string file;
  bool force = false;
  bool skip_known = false;
};

// To the end, with a bar; Ctrl-C leaves nothing behind.
void run_job(const Context& context, const Job& job, const std::string& what) {
  constexpr int32_t kPiece = 100;  // ms
  std::optional<Progress> bar;
  int64_t shown = 0;
  for (vav_job_progress progress = VAV_JOB_PROGRESS_INIT; progress.finished == 0;) {
    stop_if_interrupted();
    call(vav_job_run, job.get(), kPiece, &progress);
    if (!bar) bar.emplace(context, progress.total, what);
    bar->advance(progress.done - shown);
    shown = progress.done;
  }
}

void tell(const Context& context, const Json& object, const std::string& text) {
  if (context.json) {
    print_json(object);
  } else if (!context.quiet) {
    out() << text << '\n';
  }
}

int backup(const Context& context, const std::string& path, const FileOptions& options) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  run_job(context, make<Job>(vav_gallery_start_backup, gallery.get(), options.file.c_str(), int32_t{options.force}),
          "copying");
  tell(context, {{"gallery", path}, {"backup", options.file}}, "Backed up " + path + " to " + options.file + ".");
  return kDone;
}

int export_all(const Context& context, const std::string& path, const FileOptions& options) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  run_job(context, make<Job>(vav_gallery_start_export, gallery.get(), options.file.c_str(), int32_t{options.force}),
          "exporting");
  tell(context, {{"gallery", path}, {"export", options.file}},
       "Exported " + path + " to " + options.file +
           ". It holds names and faces for everybody to read who gets it: only its owner may, by its mode 0600.");
  return kDone;
}

// Each name is a person, of the gallery or new; in one transaction.
Json import_encodings(vav_gallery* gallery, const std::string& file, const Encodings& collection) {
  std::map<std::string, EnrollWriter::Batch> by_name;
  for (size_t i = 0; i < collection.names.size(); ++i) {
    auto& batch = by_name[collection.names[i]];
    batch.target.name = collection.names[i];
    EnrollFace& face = batch.faces.emplace_back();
    face.image = file;
    face.embedding = collection.encodings[i];
  }
  std::vector<EnrollWriter::Batch> batches;
  for (auto& [name, batch] : by_name) batches.push_back(std::move(batch));
  EnrollWriter writer(gallery);
  writer.look_for_others(false);  // `gallery duplicates` does it for all at once
  writer.write(batches);
  int64_t templates = 0;
  for (const auto& batch : batches)
    for (const auto& line : batch.lines) templates += line.result == EnrollWriter::Result::kEnrolled;
  return {{"persons_added", writer.persons_added()}, {"templates", templates}};
}

vav_gallery_info info_of(vav_gallery* gallery) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery, &info);
  return info;
}

bool is_export(const std::string& file) {
  constexpr std::string_view kStart = "visavis-export ";
  require_file(file);
  std::ifstream in(file, std::ios::binary);
  std::string start(kStart.size(), '\0');
  if (!in) throw Failure(file + ": cannot be opened", VAV_E_FILE_NOT_FOUND);
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  return start == kStart;
}

// A gallery that was made for an import which then failed goes again.
class NewGallery {
 public:
  explicit NewGallery(const std::string& path) : path_(path) {
    std::error_code unknown;
    is_new_ = !std::filesystem::exists(path, unknown) && !unknown;
  }
  ~NewGallery() {
    if (!is_new_ || kept_) return;
    gallery.reset();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  NewGallery(const NewGallery&) = delete;
  NewGallery& operator=(const NewGallery&) = delete;
  vav_gallery_mode mode() const { return is_new_ ? VAV_GALLERY_MUST_BE_NEW : VAV_GALLERY_MUST_EXIST; }
  void keep() { kept_ = true; }
  Gallery gallery;

 private:
  std::string path_;
  bool is_new_ = false, kept_ = false;
};

int import_file(const Context& context, const std::string& path, const FileOptions& options) {
  const bool ours = is_export(options.file);
  // Both before a gallery is made for it.
  const std::optional<Encodings> encodings = ours ? std::nullopt : std::optional(read_encodings(options.file));
  NewGallery target(path);
  target.gallery = open_gallery(context, path, open_models(context).get(), target.mode());
  const Gallery& gallery = target.gallery;
  Json counts;
  if (ours) {
    const vav_gallery_info before = info_of(gallery.get());
    run_job(context,
            make<Job>(vav_gallery_start_import, gallery.get(), options.file.c_str(), int32_t{options.skip_known}),
            "importing");
    const vav_gallery_info after = info_of(gallery.get());
    counts = {{"persons_added", after.persons - before.persons}, {"templates", after.templates - before.templates}};
  } else {
    counts = import_encodings(gallery.get(), options.file, *encodings);
  }
  target.keep();
  Json object = {{"gallery", path}, {"imported", options.file}};
  object.update(counts);
  tell(context, object,
       "Imported " + counts["templates"].dump() + " templates and " + counts["persons_added"].dump() +
           " new persons into " + path + ".");
  return kDone;
}

// A backup put in the place of a gallery; opened first, so that it is one, and of these models.
int restore(const Context& context, const std::string& path, const FileOptions& options) {
  if (std::error_code error; std::filesystem::equivalent(path, options.file, error))
    throw WrongUse(options.file + " is the gallery itself");
  const Gallery backup = open_gallery(context, options.file, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  const CheckReport report = make<CheckReport>(vav_gallery_check, backup.get());
  if (vav_check_report_count(report.get()) > 0)
    throw Failure(options.file + " is not sound (" + vav_check_report_problem(report.get(), 0) +
                  "): nothing was restored");
  run_job(context, make<Job>(vav_gallery_start_backup, backup.get(), path.c_str(), int32_t{options.force}),
          "restoring");
  tell(context, {{"gallery", path}, {"restored", options.file}}, "Restored " + path + " from " + options.file + ".");
  return kDone;
}

int compact(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_MUST_EXIST);
  const auto before = std::filesystem::file_size(path);
  call(vav_gallery_compact, gallery.get());
  const auto after = std::filesystem::file_size(path);
  tell(context, {{"gallery", path}, {"bytes_before", before}, {"bytes_after", after}},
       path + ": " + std::to_string(before) + " bytes, now " + std::to_string(after) + ".");
  return kDone;
}

}  // namespace

void add_gallery_files(Command* command, Context& context, const GalleryPath& path) {
  const auto options = std::make_shared<FileOptions>();
  const auto add = [&](const char* name, const char* help, auto* run) {
    auto* verb = command->add_subcommand(name, help);
    verb->callback([&context, path, options, run] {
      context.action = [&context, path, options, run] { return run(context, *path, *options); };
    });
    return verb;
  };
  auto* backup_command = add("backup", "Copies the gallery while others go on using it", backup);
  backup_command->add_option("file", options->file, "The new file").required().type_name("FILE");
  backup_command->add_flag("--force", options->force, "Replace a file that is there");
  backup_command->footer("Example:\n  visavis gallery backup -g people.vav monday.vav");

  auto* restore_command = add("restore", "Puts a backup in the place of the gallery", restore);
  restore_command->add_option("file", options->file, "The backup").required().type_name("FILE");
  restore_command->add_flag("--force", options->force, "Replace the gallery that is there");
  restore_command->footer("Example:\n  visavis gallery restore -g people.vav monday.vav --force");

  auto* export_command = add("export", "Writes everything into one file for another system", export_all);
  export_command->add_option("file", options->file, "The new file").required().type_name("FILE");
  export_command->add_flag("--force", options->force, "Replace a file that is there");
  export_command->footer(
      "The file holds names and faces, unencrypted: keep it as you keep the gallery.\n"
      "Example:\n  visavis gallery export -g people.vav people.export");

  auto* import_command = add("import", "Adds what an exported file, an .npz or a JSON of encodings holds", import_file);
  import_command->add_option("file", options->file, "What to import, told by its content").required().type_name("FILE");
  import_command->add_flag(
      "--skip-known", options->skip_known,
      "Of an export: leave out persons whose external id is in the gallery; else nothing is imported");
  import_command->footer(
      "All of it or nothing. Encodings of face_recognition, without pickle:\n"
      "  np.savez(\"faces.npz\", names=np.array(names, dtype=str), encodings=np.array(encodings))\n"
      "Example:\n  visavis gallery import -g people.vav people.export");

  auto* compact_command = command->add_subcommand("compact", "Gives the room of what was removed back to the disk");
  compact_command->footer("Example:\n  visavis gallery compact -g people.vav");
  compact_command->callback(
      [&context, path] { context.action = [&context, path] { return compact(context, *path); }; });
}

}  // namespace visavis::cli
