// `visavis person template remove` and `visavis person export`: a person's templates, and all that is stored about the
// person.
#include "commands/person_data.h"

#include <algorithm>

#include "commands/audit_words.h"
#include "engine.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

struct DataOptions {
  std::string person;
  std::vector<std::string> templates;
};

Gallery open(const Context& context, const std::string& path, vav_gallery_mode mode) {
  return open_gallery(context, path, open_models_alone(context), mode);
}

int64_t template_id(const std::string& text) {
  const bool plain =
      !text.empty() && text.size() < 19 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain)
    throw WrongUse("a template is given by its id, a number that visavis person show prints, not '" + text + "'");
  return std::stoll(text);
}

int remove_templates(const Context& context, const std::string& path, const DataOptions& options) {
  Gallery gallery = open(context, path, VAV_GALLERY_MUST_EXIST);
  Transaction transaction(gallery);  // all of them or none
  for (const std::string& text : options.templates) gallery.remove_template(template_id(text));
  transaction.commit();
  for (const std::string& text : options.templates) {
    if (context.json) {
      print_json({{"removed", {{"template", template_id(text)}}}});
    } else if (!context.quiet) {
      out() << "Removed the template " << text << ".\n";
    }
  }
  return kDone;
}

Json templates_json(const Gallery& gallery, int64_t person) {
  Json list = Json::array();
  for (const Template& entry : gallery.templates(person)) {
    Json numbers = Json::array();
    for (const float number : entry.embedding) numbers.push_back(short_number(number));
    list.push_back({{"id", entry.id},
                    {"created_at", utc_time(entry.created_at)},
                    {"source", or_null(entry.source)},
                    {"quality", entry.quality ? Json(short_number(*entry.quality)) : Json(nullptr)},
                    {"embedding", std::move(numbers)}});
  }
  return list;
}

// The entries of the audit log about the person.
Json audit_json(const Gallery& gallery, int64_t person) {
  constexpr int32_t kPage = 10'000;
  Json list = Json::array();
  for (int64_t after = 0;;) {
    const AuditEntries entries = gallery.audit_entries(after, kPage);
    for (const AuditEntry& entry : entries) {
      after = entry.number;
      if (entry.person != person && entry.near_person != person) continue;
      list.push_back({{"number", entry.number},
                      {"time", utc_time(entry.time)},
                      {"event", event_name(entry.event)},
                      {"template", or_null(entry.template_id)},
                      {"label", entry.label}});
    }
    if (entries.size() < kPage) return list;
  }
}

int export_person(const Context& context, const std::string& path, const DataOptions& options) {
  const Gallery gallery = open(context, path, VAV_GALLERY_READ_ONLY);
  const Person person = find_person(gallery, options.person);
  Json object = person_json(person);
  object["templates"] = templates_json(gallery, person.id);
  object["audit"] = audit_json(gallery, person.id);
  print_json(object);
  return kDone;
}

}  // namespace

void add_person_data(Command* command, Context& context, const std::shared_ptr<std::string>& gallery) {
  const auto options = std::make_shared<DataOptions>();
  const auto does = [&context, gallery, options](Command* verb, auto* run) {
    verb->callback([&context, gallery, options, run] {
      context.action = [&context, gallery, options, run] { return run(context, *gallery, *options); };
    });
  };
  auto* template_command = command->add_subcommand("template", "Change the templates of persons");
  template_command->require_subcommand();
  auto* remove_command = template_command->add_subcommand("remove", "Remove templates: all that are named, or none");
  remove_command->add_option("template", options->templates, "Ids of templates, as visavis person show tells them")
      .required()
      .type_name("ID");
  remove_command->footer("Example:\n  visavis person template remove -g people.vav 17");
  does(remove_command, remove_templates);

  auto* export_command = command->add_subcommand("export", "Print everything that is stored about one person, as JSON");
  export_command->add_option("person", options->person, kPersonHelp).required().type_name("P");
  export_command->footer(
      "Includes templates and audit entries: what the person has a right to know.\n"
      "Example:\n  visavis person export -g people.vav Ada > ada.json");
  does(export_command, export_person);
}

}  // namespace visavis::cli
