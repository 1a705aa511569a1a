// `visavis gallery duplicates|groups|purge`: the commands about many persons at once.

#include "commands/gallery_commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "progress.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

void print_pair(const Context& context, Progress& progress, const Duplicate& pair) {
  progress.hide();
  if (context.json) {
    print_json(
        {{"distance", short_number(pair.distance)},
         {"persons", {{{"id", pair.person}, {"name", pair.name}}, {{"id", pair.other}, {"name", pair.other_name}}}}});
    return;
  }
  out() << short_number(pair.distance) << '\t' << pair.name << " (id " << pair.person << ")\t" << pair.other_name
        << " (id " << pair.other << ")\n";
  out().flush();
}

int duplicates(const Context& context, const std::string& path, const Threshold& threshold) {
  const Gallery gallery = open_gallery(context, path, open_models(context), VAV_GALLERY_READ_ONLY);
  const GalleryInfo info = gallery.info();
  Progress progress(context, info.persons, "comparing");
  DuplicateQuery query;
  query.limit = 100;  // few, so that the bar moves and Ctrl-C works soon
  query.threshold = or_default(threshold);
  int64_t pairs = 0;
  do {
    stop_if_interrupted();
    const Duplicates found = gallery.duplicates(query);
    for (const Duplicate& pair : found) print_pair(context, progress, pair);
    pairs += found.size();
    progress.advance(query.limit);
    query.after = found.last();
  } while (query.after != 0);
  progress.hide();
  if (!context.json && !context.quiet)
    err() << pairs << (pairs == 1 ? " pair" : " pairs") << " among " << info.persons << " persons.\n";
  return kDone;
}

int groups(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_READ_ONLY);
  for (const Group& group : gallery.groups()) {
    if (context.json) {
      print_json({{"group", group.name}, {"persons", group.persons}});
    } else {
      out() << group.name << '\t' << group.persons << (group.persons == 1 ? " person" : " persons") << '\n';
    }
  }
  return kDone;
}

int purge(const Context& context, const std::string& path, const std::string& now) {
  Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  const int64_t removed = gallery.purge_expired(now.empty() ? 0 : parse_time(now, Day::kBegins));
  if (context.json) {
    print_json({{"gallery", path}, {"removed", removed}});
  } else if (!context.quiet) {
    out() << "Removed " << removed << (removed == 1 ? " person" : " persons") << ".\n";
  }
  return kDone;
}

}  // namespace

void add_gallery_people(Command* command, Context& context, const GalleryPath& path) {
  auto* duplicates_command = command->add_subcommand("duplicates", "Find persons who are in the gallery twice");
  const auto threshold = std::make_shared<Threshold>();
  add_threshold_option(duplicates_command, *threshold);
  duplicates_command->footer(
      "Pairs are printed as they are found.\nExample:\n  visavis gallery duplicates -g people.vav");
  duplicates_command->callback([&context, path, threshold] {
    context.action = [&context, path, threshold] { return duplicates(context, *path, *threshold); };
  });

  auto* groups_command = command->add_subcommand("groups", "List all groups, and how many members each has");
  groups_command->footer("Example:\n  visavis gallery groups -g people.vav");
  groups_command->callback([&context, path] { context.action = [&context, path] { return groups(context, *path); }; });

  auto* purge_command = command->add_subcommand("purge", "Remove everybody who has expired");
  const auto now = std::make_shared<std::string>();
  purge_command->add_option("--now", *now, std::string("Remove who has expired by then: ") + kTimeForms)
      .type_name("TIME");
  purge_command->footer("Example:\n  visavis gallery purge -g people.vav");
  purge_command->callback(
      [&context, path, now] { context.action = [&context, path, now] { return purge(context, *path, *now); }; });
}

}  // namespace visavis::cli
