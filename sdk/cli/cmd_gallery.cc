// `visavis gallery`: what a gallery holds, and whether it is sound; further commands in gallery_commands.h.
#include <iostream>

#include "commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "gallery_commands.h"

namespace visavis::cli {
namespace {

int info(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery.get(), &info);
  if (context.json) {
    print_json({{"gallery", path},
                {"persons", info.persons},
                {"templates", info.templates},
                {"created_at", utc_time(info.created_at)},
                {"schema_version", info.schema_version},
                {"model_sha256", info.model_sha256},
                {"recipe", info.recipe}});
    return kDone;
  }
  std::cout << path << '\n'
            << "  persons    " << info.persons << '\n'
            << "  templates  " << info.templates << '\n'
            << "  created    " << utc_time(info.created_at) << '\n'
            << "  schema     " << info.schema_version << '\n'
            << "  model      " << info.model_sha256 << '\n'
            << "  recipe     " << info.recipe << '\n';
  return kDone;
}

int check_file(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  const CheckReport report = make<CheckReport>(vav_gallery_check, gallery.get());
  const int32_t count = vav_check_report_count(report.get());
  Json problems = Json::array();
  for (int32_t i = 0; i < count; ++i) problems.push_back(vav_check_report_problem(report.get(), i));
  if (context.json) {
    print_json({{"gallery", path}, {"sound", count == 0}, {"problems", problems}});
  } else if (count == 0) {
    std::cout << path << ": sound\n";
  } else {
    for (int32_t i = 0; i < count; ++i) std::cout << path << ": " << vav_check_report_problem(report.get(), i) << '\n';
  }
  return count == 0 ? kDone : kFailed;
}

}  // namespace

void add_gallery(CLI::App& app, Context& context) {
  auto* command = app.add_subcommand("gallery", "Looks after a gallery file");
  command->require_subcommand(1);
  const auto path = std::make_shared<std::string>();
  add_gallery_option(command, *path);

  auto* info_command = command->add_subcommand("info", "What the gallery holds and which model made it");
  info_command->footer("Example:\n  visavis gallery info -g people.vav");
  info_command->callback([&context, path] { context.action = [&context, path] { return info(context, *path); }; });

  auto* check_command = command->add_subcommand("check", "Reads the whole file and reports what is wrong with it");
  check_command->footer("Exit code 3 when there are problems.\nExample:\n  visavis gallery check -g people.vav");
  check_command->callback(
      [&context, path] { context.action = [&context, path] { return check_file(context, *path); }; });

  add_gallery_people(command, context, path);
  add_gallery_files(command, context, path);
}

}  // namespace visavis::cli
