// `visavis gallery duplicates|groups|purge`: what concerns many persons at once.

#include "commands/gallery_commands.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "progress.h"
#include "threshold.h"

namespace visavis::cli {
namespace {

void print_pair(const Context& context, Progress& progress, const vav_duplicate& pair) {
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
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery.get(), &info);
  Progress progress(context, info.persons, "comparing");
  vav_duplicate_query query = VAV_DUPLICATE_QUERY_INIT;
  query.limit = 100;  // so that Ctrl-C and the bar come soon
  query.threshold = or_default(threshold);
  int64_t pairs = 0;
  do {
    stop_if_interrupted();
    const Duplicates found = make<Duplicates>(vav_gallery_list_duplicates, gallery.get(), &query);
    for (int32_t i = 0; i < vav_duplicates_count(found.get()); ++i, ++pairs) {
      vav_duplicate pair = VAV_DUPLICATE_INIT;
      call(vav_duplicates_get, found.get(), i, &pair);
      print_pair(context, progress, pair);
    }
    progress.advance(query.limit);
    query.after = vav_duplicates_last(found.get());
  } while (query.after != 0);
  progress.hide();
  if (!context.json && !context.quiet)
    err() << pairs << (pairs == 1 ? " pair" : " pairs") << " among " << info.persons << " persons.\n";
  return kDone;
}

int groups(const Context& context, const std::string& path) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_READ_ONLY);
  const Groups list = make<Groups>(vav_gallery_list_groups, gallery.get());
  for (int32_t i = 0; i < vav_groups_count(list.get()); ++i) {
    const char* name = vav_groups_name(list.get(), i);
    const int64_t persons = vav_groups_persons(list.get(), i);
    if (context.json) {
      print_json({{"group", name}, {"persons", persons}});
    } else {
      out() << name << '\t' << persons << (persons == 1 ? " person" : " persons") << '\n';
    }
  }
  return kDone;
}

int purge(const Context& context, const std::string& path, const std::string& now) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_MUST_EXIST);
  int64_t removed = 0;
  call(vav_gallery_purge_expired, &removed, gallery.get(), now.empty() ? int64_t{0} : parse_time(now, Day::kBegins));
  if (context.json) {
    print_json({{"gallery", path}, {"removed", removed}});
  } else if (!context.quiet) {
    out() << "Removed " << removed << (removed == 1 ? " person" : " persons") << ".\n";
  }
  return kDone;
}

}  // namespace

void add_gallery_people(Command* command, Context& context, const GalleryPath& path) {
  auto* duplicates_command = command->add_subcommand("duplicates", "Looks for persons who are in it twice");
  const auto threshold = std::make_shared<Threshold>();
  add_threshold_option(duplicates_command, *threshold);
  duplicates_command->footer(
      "Pairs are printed as they are found.\nExample:\n  visavis gallery duplicates -g people.vav");
  duplicates_command->callback([&context, path, threshold] {
    context.action = [&context, path, threshold] { return duplicates(context, *path, *threshold); };
  });

  auto* groups_command = command->add_subcommand("groups", "All groups, and how many persons each has");
  groups_command->footer("Example:\n  visavis gallery groups -g people.vav");
  groups_command->callback([&context, path] { context.action = [&context, path] { return groups(context, *path); }; });

  auto* purge_command = command->add_subcommand("purge", "Removes everybody whose time to be kept is over");
  const auto now = std::make_shared<std::string>();
  purge_command->add_option("--now", *now, std::string("As if it were then: ") + kTimeForms).type_name("TIME");
  purge_command->footer("Example:\n  visavis gallery purge -g people.vav");
  purge_command->callback(
      [&context, path, now] { context.action = [&context, path, now] { return purge(context, *path, *now); }; });
}

}  // namespace visavis::cli
