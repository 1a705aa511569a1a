// `visavis gallery backup|restore|export|compact`: the file as a whole.
#include <filesystem>

#include "commands/gallery_commands.h"
#include "commands/gallery_job.h"
#include "engine.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

struct FileOptions {
  std::string file;
  bool force = false;
};

int backup(const Context& context, const std::string& path, const FileOptions& options) {
  const Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_READ_ONLY);
  run_job(context, gallery.start_backup(options.file, options.force), "copying");
  tell(context, {{"gallery", path}, {"backup", options.file}}, "Backed up " + path + " to " + options.file + ".");
  return kDone;
}

int export_all(const Context& context, const std::string& path, const FileOptions& options) {
  const Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_READ_ONLY);
  run_job(context, gallery.start_export(options.file, options.force), "exporting");
  tell(context, {{"gallery", path}, {"export", options.file}},
       "Exported " + path + " to " + options.file +
           ". It is not encrypted: whoever gets it can read names and faces. Only its owner may read it (mode 0600).");
  return kDone;
}

// Puts a backup in the place of a gallery. Opens the backup first, to see that it is a gallery of these models.
int restore(const Context& context, const std::string& path, const FileOptions& options) {
  if (std::error_code error; std::filesystem::equivalent(path, options.file, error))
    throw WrongUse(options.file + " is the gallery itself");
  Context of_backup = context;
  if (context.set_of_gallery) of_backup.model_set = model_set_of(options.file);
  const Gallery backup = open_gallery(context, options.file, open_models_alone(of_backup), VAV_GALLERY_READ_ONLY);
  if (const CheckReport report = backup.check(); !report.empty())
    throw Failure(options.file + " is not sound (" + report[0] + "): nothing was restored");
  run_job(context, backup.start_backup(path, options.force), "restoring");
  tell(context, {{"gallery", path}, {"restored", options.file}}, "Restored " + path + " from " + options.file + ".");
  return kDone;
}

int compact(const Context& context, const std::string& path) {
  Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  const auto before = std::filesystem::file_size(path);
  gallery.compact();
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
  auto* backup_command = add("backup", "Copy the gallery while others use it", backup);
  backup_command->add_option("file", options->file, "The new file").required().type_name("FILE");
  backup_command->add_flag("--force", options->force, "Replace the file if it exists");
  backup_command->footer("Example:\n  visavis gallery backup -g people.vav monday.vav");

  auto* restore_command = add("restore", "Replace the gallery by a backup", restore);
  restore_command->add_option("file", options->file, "The backup").required().type_name("FILE");
  restore_command->add_flag("--force", options->force, "Replace the gallery if it exists");
  restore_command->footer("Example:\n  visavis gallery restore -g people.vav monday.vav --force");

  auto* export_command = add("export", "Write everything into one file for another system", export_all);
  export_command->add_option("file", options->file, "The new file").required().type_name("FILE");
  export_command->add_flag("--force", options->force, "Replace the file if it exists");
  export_command->footer(
      "The file holds names and faces and is not encrypted: keep it as safe as the gallery.\n"
      "Example:\n  visavis gallery export -g people.vav people.export");

  auto* compact_command = command->add_subcommand("compact", "Give the space of removed data back to the disk");
  compact_command->footer("Example:\n  visavis gallery compact -g people.vav");
  compact_command->callback(
      [&context, path] { context.action = [&context, path] { return compact(context, *path); }; });
}

}  // namespace visavis::cli
