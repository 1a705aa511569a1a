// `visavis person template remove|merge|export`: a person's templates and all that is kept of them.
#include "person_data.h"

#include <algorithm>
#include <limits>

#include "audit_words.h"
#include "engine.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

using AuditEntries = std::unique_ptr<vav_audit_entries, Destroyer<vav_audit_entries_destroy>>;

struct DataOptions {
  std::string person, into;
  std::vector<std::string> templates;
  bool force_different = false;
};

Gallery open(const Context& context, const std::string& path, vav_gallery_mode mode) {
  return open_gallery(context, path, open_models(context).get(), mode);
}

int64_t template_id(const std::string& text) {
  const bool plain =
      !text.empty() && text.size() < 19 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!plain)
    throw WrongUse("a template is named by its id, a number that visavis person show tells, not '" + text + "'");
  return std::stoll(text);
}

int remove_templates(const Context& context, const std::string& path, const DataOptions& options) {
  const Gallery gallery = open(context, path, VAV_GALLERY_MUST_EXIST);
  Transaction transaction(gallery.get());  // all of them or none
  for (const std::string& text : options.templates) call(vav_gallery_remove_template, gallery.get(), template_id(text));
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

float nearest(const Templates& a, const Templates& b) {
  float least = std::numeric_limits<float>::infinity();
  for (int32_t i = 0; i < vav_templates_count(a.get()); ++i) {
    vav_template one = VAV_TEMPLATE_INIT;
    call(vav_templates_get, a.get(), i, &one);
    for (int32_t k = 0; k < vav_templates_count(b.get()); ++k) {
      vav_template other = VAV_TEMPLATE_INIT;
      call(vav_templates_get, b.get(), k, &other);
      float distance = 0;
      call(vav_compare_many, &distance, one.embedding, other.embedding, int64_t{1});
      least = std::min(least, distance);
    }
  }
  return least;
}

// What `into` gets: templates, groups, and an external id when it has none.
void move_all(vav_gallery* gallery, const Person& from, const Person& into, const Templates& templates) {
  for (int32_t i = 0; i < vav_templates_count(templates.get()); ++i) {
    vav_template entry = VAV_TEMPLATE_INIT;
    call(vav_templates_get, templates.get(), i, &entry);
    vav_template_fields fields = VAV_TEMPLATE_FIELDS_INIT;
    fields.has_quality = entry.has_quality;
    fields.quality = entry.quality;
    fields.source = entry.source;
    int64_t id = 0;
    call(vav_gallery_add_template, &id, gallery, into.id, entry.embedding, &fields);
  }
  for (const std::string& group : from.groups) call(vav_gallery_join_group, gallery, into.id, group.c_str());
  call(vav_gallery_remove_person, gallery, from.id);
  if (!from.external_id || into.external_id) return;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.external_id = from.external_id->c_str();
  call(vav_gallery_update_person, gallery, into.id, &fields);
}

int merge(const Context& context, const std::string& path, const DataOptions& options) {
  const Gallery gallery = open(context, path, VAV_GALLERY_MUST_EXIST);
  const Person from = find_person(gallery.get(), options.person);
  const Person into = find_person(gallery.get(), options.into);
  if (from.id == into.id) throw WrongUse("both are the person with the id " + std::to_string(from.id));
  const Templates moved = make<Templates>(vav_gallery_list_templates, gallery.get(), from.id);
  const Templates kept = make<Templates>(vav_gallery_list_templates, gallery.get(), into.id);
  const bool both = vav_templates_count(moved.get()) > 0 && vav_templates_count(kept.get()) > 0;
  if (both && !options.force_different && nearest(moved, kept) > threshold_of(gallery.get()))
    throw Failure(from.name + " (id " + std::to_string(from.id) + ") and " + into.name + " (id " +
                  std::to_string(into.id) +
                  ") do not look like one person; --force-different merges them all the same");
  Transaction transaction(gallery.get());
  move_all(gallery.get(), from, into, moved);
  transaction.commit();
  const Person after = find_person(gallery.get(), into.id);
  if (context.json) {
    print_json(person_json(after));
  } else if (!context.quiet) {
    out() << from.name << " (id " << from.id << ") is now part of " << after.name << " (id " << after.id
          << "), who has " << after.templates << " templates.\n";
  }
  return kDone;
}

Json templates_json(vav_gallery* gallery, int64_t person) {
  const Templates templates = make<Templates>(vav_gallery_list_templates, gallery, person);
  Json list = Json::array();
  for (int32_t i = 0; i < vav_templates_count(templates.get()); ++i) {
    vav_template entry = VAV_TEMPLATE_INIT;
    call(vav_templates_get, templates.get(), i, &entry);
    Json numbers = Json::array();
    for (int k = 0; k < VAV_EMBEDDING_DIM; ++k) numbers.push_back(short_number(entry.embedding[k]));
    list.push_back({{"id", entry.id},
                    {"created_at", utc_time(entry.created_at)},
                    {"source", entry.source ? Json(entry.source) : Json(nullptr)},
                    {"quality", entry.has_quality ? Json(short_number(entry.quality)) : Json(nullptr)},
                    {"embedding", std::move(numbers)}});
  }
  return list;
}

// What the log says of the person.
Json audit_json(vav_gallery* gallery, int64_t person) {
  constexpr int32_t kPage = 10'000;
  Json list = Json::array();
  for (int64_t after = 0;;) {
    const AuditEntries entries = make<AuditEntries>(vav_gallery_list_audit, gallery, after, kPage);
    const int32_t count = vav_audit_entries_count(entries.get());
    for (int32_t i = 0; i < count; ++i) {
      vav_audit_entry entry = VAV_AUDIT_ENTRY_INIT;
      call(vav_audit_entries_get, entries.get(), i, &entry);
      after = entry.number;
      if (entry.person != person && entry.near_person != person) continue;
      list.push_back({{"number", entry.number},
                      {"time", utc_time(entry.time)},
                      {"event", event_name(entry.event)},
                      {"label", entry.label}});
    }
    if (count < kPage) return list;
  }
}

int export_person(const Context& context, const std::string& path, const DataOptions& options) {
  const Gallery gallery = open(context, path, VAV_GALLERY_READ_ONLY);
  const Person person = find_person(gallery.get(), options.person);
  Json object = person_json(person);
  object["templates"] = templates_json(gallery.get(), person.id);
  object["audit"] = audit_json(gallery.get(), person.id);
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
  auto* template_command = command->add_subcommand("template", "Changes the templates of persons");
  template_command->require_subcommand();
  auto* remove_command = template_command->add_subcommand("remove", "Removes templates, all of them or none");
  remove_command->add_option("template", options->templates, "Ids of templates, as visavis person show tells them")
      .required()
      .type_name("ID");
  remove_command->footer("Example:\n  visavis person template remove -g people.vav 17");
  does(remove_command, remove_templates);

  auto* merge_command = command->add_subcommand("merge", "Makes two persons one: templates, groups, external id");
  merge_command->add_option("from", options->person, "Who is in it twice, and goes").required().type_name("FROM");
  merge_command->add_option("into", options->into, "Who stays, with name, dates and metadata")
      .required()
      .type_name("INTO");
  merge_command->add_flag("--force-different", options->force_different, "Also persons who do not look like one");
  merge_command->footer("Example:\n  visavis person merge -g people.vav id:7 id:3");
  does(merge_command, merge);

  auto* export_command = command->add_subcommand("export", "Prints all that is kept of one person, as JSON");
  export_command->add_option("person", options->person, kPersonHelp).required().type_name("P");
  export_command->footer(
      "With templates and audit entries: what the person may ask for.\n"
      "Example:\n  visavis person export -g people.vav Ada > ada.json");
  does(export_command, export_person);
}

}  // namespace visavis::cli
