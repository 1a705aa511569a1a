// `visavis person …`: who is in a gallery. Lists, shows, renames and removes; the other verbs have files of their own.
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <limits>

#include "commands/commands.h"
#include "commands/person_data.h"
#include "commands/person_edit.h"
#include "commands/person_merge.h"
#include "engine.h"
#include "gallery_access.h"
#include "interrupt.h"
#include "names.h"

namespace visavis::cli {
namespace {

struct PersonOptions {
  std::string gallery;
  std::string person;
  std::vector<std::string> persons;
  std::string name;
  std::optional<std::string> only_name, group;
  int64_t limit = 0;
  int64_t after = 0;
  bool yes = false;
  int32_t timeout = 10;  // seconds
};

Gallery open(const Context& context, const PersonOptions& options, vav_gallery_mode mode) {
  return open_gallery(context, options.gallery, open_models_alone(context), mode);
}

// Why searches do not find the person now; "" if they do.
const char* state_of(const Person& person) {
  const int64_t now = int64_t{std::time(nullptr)} * 1000;
  if (!person.enabled) return "disabled";
  if (person.expires_at && *person.expires_at <= now) return "expired";
  if (person.valid_until && *person.valid_until <= now) return "no longer valid";
  if (person.valid_from > now) return "not yet valid";
  return "";
}

void print_line(const Person& person) {
  out() << person.id << '\t' << person.name << '\t' << person.templates
        << (person.templates == 1 ? " template" : " templates");
  if (person.external_id) out() << "\text:" << *person.external_id;
  for (const std::string& group : person.groups) out() << "\tgroup:" << group;
  const auto time = [](const char* what, const std::optional<int64_t>& t) {
    if (t) out() << '\t' << std::string(what) << utc_time(*t);
  };
  time("from ", person.valid_from);
  time("until ", person.valid_until);
  time("expires ", person.expires_at);
  time("seen ", person.last_seen_at);
  if (const char* state = state_of(person); *state) out() << '\t' << std::string(state);
  out() << '\n';
}

int list(const Context& context, const PersonOptions& options) {
  constexpr int64_t kPage = 1000;  // small, so that the first lines come at once and memory stays small
  if (options.only_name) checked_name(*options.only_name);
  if (options.group) checked_text(*options.group, "--group");
  const Gallery gallery = open(context, options, VAV_GALLERY_READ_ONLY);
  PersonQuery query;
  query.after = options.after;
  query.name = options.only_name;
  query.group = options.group;
  int64_t left = options.limit > 0 ? options.limit : std::numeric_limits<int64_t>::max();
  while (left > 0) {
    stop_if_interrupted();
    query.limit = int32_t(std::min(left, kPage));
    const std::vector<Person> page = list_persons(gallery, query);
    for (const Person& person : page) {
      if (context.json) {
        print_json(person_json(person));
      } else {
        print_line(person);
      }
    }
    if (int32_t(page.size()) < query.limit) return kDone;
    query.after = page.back().id;
    left -= query.limit;
  }
  if (!context.quiet && !context.json) err() << "There may be more: --after " << query.after << '\n';
  return kDone;
}

Json template_json(const Template& entry) {
  return {{"id", entry.id},
          {"created_at", utc_time(entry.created_at)},
          {"source", or_null(entry.source)},
          {"quality", entry.quality ? Json(short_number(*entry.quality)) : Json(nullptr)}};
}

void print_person(const Person& person) {
  out() << "id           " << person.id << '\n' << "name         " << person.name << '\n';
  if (person.external_id) out() << "external id  " << *person.external_id << '\n';
  out() << "created      " << utc_time(person.created_at) << '\n'
        << "updated      " << utc_time(person.updated_at) << '\n';
  const auto time = [](const char* what, const std::optional<int64_t>& t) {
    if (t) out() << what << utc_time(*t) << '\n';
  };
  if (!person.enabled) out() << "disabled     is never found\n";
  for (const std::string& group : person.groups) out() << "group        " << group << '\n';
  time("valid from   ", person.valid_from);
  time("valid until  ", person.valid_until);
  if (person.consent_ref) out() << "consent      " << *person.consent_ref << '\n';
  time("consented    ", person.consent_at);
  time("expires      ", person.expires_at);
  time("last seen    ", person.last_seen_at);
  if (person.metadata != "{}") out() << "metadata     " << person.metadata << '\n';
  out() << "templates    " << person.templates << '\n';
}

int show(const Context& context, const PersonOptions& options) {
  const Gallery gallery = open(context, options, VAV_GALLERY_READ_ONLY);
  const Person person = find_person(gallery, options.person);
  const Templates templates = gallery.templates(person.id);
  Json object = person_json(person);
  Json& lines = object["templates"] = Json::array();
  if (!context.json) print_person(person);
  for (const Template& entry : templates) {
    lines.push_back(template_json(entry));
    if (context.json) continue;
    out() << "  " << entry.id << '\t' << utc_time(entry.created_at) << '\t' << entry.source.value_or("-");
    if (entry.quality) out() << "\tquality " << *entry.quality;
    out() << '\n';
  }
  if (context.json) print_json(object);
  return kDone;
}

int rename(const Context& context, const PersonOptions& options) {
  checked_name(options.name);
  Gallery gallery = open(context, options, VAV_GALLERY_MUST_EXIST);
  const Person before = find_person(gallery, options.person);
  PersonFields fields;
  fields.name = options.name;
  gallery.update_person(before.id, fields);
  const std::vector<NamedPerson> alike = tell_like_names(gallery, options.name, before.id);
  if (context.json) {
    Json object = person_json(find_person(gallery, before.id));
    add_like_names(object, alike);
    print_json(object);
  } else if (!context.quiet) {
    out() << before.name << " (id " << before.id << ") is now " << options.name << ".\n";
  }
  return kDone;
}

std::string described(const Person& person) {
  return person.name + " (id " + std::to_string(person.id) + ", " + std::to_string(person.templates) +
         (person.templates == 1 ? " template)" : " templates)");
}

// Only a person at a terminal can be asked. A script means what it says.
void confirm(const std::vector<Person>& persons) {
  if (!isatty(STDIN_FILENO)) return;
  for (const Person& person : persons) err() << "  " << described(person) << '\n';
  err() << "Remove for good? [y/N] ";
  err().flush();
  std::string answer;
  std::getline(std::cin, answer);
  stop_if_interrupted();
  if (answer != "y" && answer != "Y" && answer != "yes")
    throw Failure("nothing was removed (with --yes it is not asked)");
}

// Each person once.
std::vector<Person> find_all(const Gallery& gallery, const PersonOptions& options) {
  std::vector<Person> persons;
  for (const std::string& text : options.persons) {
    const Person person = find_person(gallery, text);
    if (std::ranges::none_of(persons, [&](const Person& other) { return other.id == person.id; })) {
      persons.push_back(person);
    }
  }
  return persons;
}

int remove(const Context& context, const PersonOptions& options) {
  Gallery gallery = open(context, options, VAV_GALLERY_MUST_EXIST);
  const std::vector<Person> persons = find_all(gallery, options);
  if (!options.yes) confirm(persons);
  Transaction transaction(gallery);  // all of them or none
  for (const Person& person : persons) gallery.remove_person(person.id);
  transaction.commit();
  for (const Person& person : persons) {
    if (context.json) {
      print_json({{"removed", {{"id", person.id}, {"name", person.name}, {"templates", person.templates}}}});
    } else if (!context.quiet) {
      out() << "Removed " << described(person) << ".\n";
    }
  }
  return kDone;
}

int forget(const Context& context, const PersonOptions& options) {
  Gallery gallery = open(context, options, VAV_GALLERY_MUST_EXIST);
  const std::vector<Person> persons = find_all(gallery, options);
  if (!options.yes) confirm(persons);
  bool all_done = true;
  for (const Person& person : persons) {
    const EraseReceipt receipt = gallery.forget_person(person.id, 1000 * options.timeout);
    const bool done = receipt.erasure.done();
    all_done = all_done && done;
    if (context.json) {
      print_json({{"forgotten",
                   {{"id", person.id},
                    {"templates", receipt.templates},
                    {"requested_at", utc_time(receipt.requested_at)},
                    {"erased_at", done ? Json(utc_time(receipt.erased_at.value_or(0))) : Json(nullptr)}}}});
    } else if (!context.quiet) {
      out() << "Person " << person.id
            << (done ? " is gone from every byte of the gallery."
                     : " is removed; an older state is still being read, the rest follows with the next change.")
            << '\n';
    }
  }
  return all_done ? kDone : kNegative;
}

}  // namespace

void add_person(Command& app, Context& context) {
  auto* command = app.add_subcommand("person", "List, show, change and remove the persons of a gallery");
  command->require_subcommand();
  const auto options = std::make_shared<PersonOptions>();
  add_gallery_option(command, options->gallery);
  const auto does = [&context, options](Command* verb, int (*run)(const Context&, const PersonOptions&)) {
    verb->callback(
        [&context, options, run] { context.action = [&context, options, run] { return run(context, *options); }; });
  };

  auto* list_command = command->add_subcommand("list", "List the persons of the gallery, by id");
  list_command->add_option("--limit", options->limit, "The most persons to list; 0 (default) = all")
      .range(0, 9e15)
      .option_text("N");
  list_command->add_option("--after", options->after, "Only larger ids; for the next page, the last id of this one")
      .range(0, 9e15)
      .option_text("ID");
  list_command->add_option("--name", options->only_name, "Only persons with exactly this name").type_name("NAME");
  list_command->add_option("--group", options->group, "Only members of this group").type_name("GROUP");
  list_command->footer("Example:\n  visavis person list -g people.vav --limit 20");
  does(list_command, list);

  auto* show_command = command->add_subcommand("show", "Show one person with all templates");
  show_command->add_option("person", options->person, kPersonHelp).required().type_name("P");
  show_command->footer("Example:\n  visavis person show -g people.vav Ada");
  does(show_command, show);

  auto* rename_command = command->add_subcommand("rename", "Change the name of a person");
  rename_command->add_option("person", options->person, kPersonHelp).required().type_name("P");
  rename_command->add_option("name", options->name, "The new name").required().type_name("NAME");
  rename_command->footer("Example:\n  visavis person rename -g people.vav 3 \"Ada Lovelace\"");
  does(rename_command, rename);

  const std::shared_ptr<std::string> gallery(options, &options->gallery);
  add_person_edit(command, context, gallery);
  add_person_data(command, context, gallery);
  add_person_merge(command, context, gallery);

  auto* remove_command = command->add_subcommand("remove", "Remove persons and all their templates");
  remove_command->add_option("person", options->persons, kPersonHelp).required().type_name("P");
  remove_command->add_flag("--yes", options->yes, "Do not ask for confirmation (it is asked for only on a terminal)");
  remove_command->footer("Example:\n  visavis person remove -g people.vav 3 --yes");
  does(remove_command, remove);

  auto* forget_command =
      command->add_subcommand("forget", "Remove persons and overwrite every byte of them in the file");
  forget_command->add_option("person", options->persons, kPersonHelp).required().type_name("P");
  forget_command->add_flag("--yes", options->yes, "Do not ask for confirmation (it is asked for only on a terminal)");
  forget_command
      ->add_option("--timeout", options->timeout, "How many seconds to wait for others who still read (default 10)")
      .range(0, 3600)
      .option_text("S");
  forget_command->footer(
      "Exit code 1 if somebody still reads an older state: the next change does the rest.\n"
      "Example:\n  visavis person forget -g people.vav 3 --yes");
  does(forget_command, forget);
}

}  // namespace visavis::cli
