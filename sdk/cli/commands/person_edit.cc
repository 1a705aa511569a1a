// `visavis person edit`: times, consent, groups, and whether searches may find the person.
#include "commands/person_edit.h"

#include <algorithm>

#include "engine.h"
#include "gallery_access.h"
#include "json_input.h"
#include "names.h"
#include "printable.h"

namespace visavis::cli {
namespace {

struct EditOptions {
  std::string person;
  bool enable = false, disable = false;
  std::optional<std::string> name, external_id, metadata, consent;
  std::string consent_at, valid_from, valid_until, expires;
  std::vector<std::string> join, leave;
};

// "" means no change, "none" removes the time.
int64_t time_field(const std::string& text, Day day) {
  if (text.empty()) return 0;
  return text == "none" ? int64_t{VAV_TIME_NONE} : parse_time(text, day);
}

bool has_any(const EditOptions& options) {
  return options.enable || options.disable || options.name || options.external_id || options.metadata ||
         options.consent || !options.consent_at.empty() || !options.valid_from.empty() ||
         !options.valid_until.empty() || !options.expires.empty() || !options.join.empty() || !options.leave.empty();
}

void check_metadata(const std::string& text) {
  constexpr int kDeepest = 100;
  const std::string none = "--metadata is '" + shortened(text) + "', which is no JSON object, such as {\"badge\": 7}";
  Json metadata;
  try {
    metadata = read_json(text, kDeepest);
  } catch (const NoJson& problem) {
    throw WrongUse(none + "; it " + problem.what());
  } catch (const std::runtime_error& problem) {
    throw WrongUse(std::string("--metadata ") + problem.what());
  }
  if (!metadata.is_object()) throw WrongUse(none);
}

void check(const EditOptions& options) {
  if (!has_any(options)) throw WrongUse("nothing to change: say what, such as --disable or --join staff");
  if (options.name) checked_name(*options.name);
  if (options.external_id && !options.external_id->empty()) checked_text(*options.external_id, "--external-id");
  if (options.consent && !options.consent->empty()) checked_text(*options.consent, "--consent");
  if (options.metadata) check_metadata(*options.metadata);
  check_texts(options.join, "--join");
  for (const std::string& group : options.leave)
    if (!is_blank(group)) checked_text(group, "--leave");  // a blank one may be in a gallery that came from elsewhere
  for (const std::string& group : options.join)
    if (std::ranges::find(options.leave, normal_form(group), normal_form) != options.leave.end())
      throw WrongUse("--join and --leave both name the group '" + shortened(group) + "': say one of them");
}

int edit(const Context& context, const std::string& path, const EditOptions& options) {
  check(options);
  PersonFields fields;
  fields.name = options.name;
  fields.external_id = options.external_id;
  fields.metadata = options.metadata;
  fields.consent_ref = options.consent;
  if (options.enable || options.disable) fields.enabled = options.enable;
  fields.consent_at = time_field(options.consent_at, Day::kBegins);
  fields.valid_from = time_field(options.valid_from, Day::kBegins);
  fields.valid_until = time_field(options.valid_until, Day::kIsOver);
  fields.expires_at = time_field(options.expires, Day::kIsOver);
  Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  const Person person = find_person(gallery, options.person);
  Transaction transaction(gallery);
  gallery.update_person(person.id, fields);
  for (const std::string& group : options.join) gallery.join_group(person.id, group);
  for (const std::string& group : options.leave) gallery.leave_group(person.id, group);
  transaction.commit();
  const Person after = find_person(gallery, person.id);
  const std::vector<NamedPerson> alike =
      options.name ? tell_like_names(gallery, *options.name, person.id) : std::vector<NamedPerson>();
  if (context.json) {
    Json object = person_json(after);
    add_like_names(object, alike);
    print_json(object);
  } else if (!context.quiet) {
    out() << "Changed " << after.name << " (id " << after.id << ").\n";
  }
  return kDone;
}

}  // namespace

void add_person_edit(Command* command, Context& context, const std::shared_ptr<std::string>& gallery) {
  const std::string kTimeHelp = std::string(kTimeForms) + ", or none";
  const auto options = std::make_shared<EditOptions>();
  auto* verb = command->add_subcommand("edit", "Change the fields of a person");
  verb->add_option("person", options->person, kPersonHelp).required().type_name("P");
  const Option enable = verb->add_flag("--enable", options->enable, "Searches find the person");
  verb->add_flag("--disable", options->disable, "The person stays in the gallery, but no search finds them")
      .excludes(enable);
  verb->add_option("--name", options->name, "The name").type_name("NAME");
  verb->add_option("--external-id", options->external_id, "Your own key; \"\" removes it")
      .type_name("ID")
      .may_be_empty();
  verb->add_option("--metadata", options->metadata, "One JSON object").type_name("JSON");
  verb->add_option("--consent", options->consent, "Where you keep the consent; \"\" removes it")
      .type_name("REF")
      .may_be_empty();
  verb->add_option("--consent-at", options->consent_at, "When the consent was given: " + kTimeHelp).type_name("TIME");
  verb->add_option("--valid-from", options->valid_from, "Searches find the person from this time on: " + kTimeHelp)
      .type_name("TIME");
  verb->add_option("--valid-until", options->valid_until,
                   "Searches find the person until this time, or until a date is over: " + kTimeHelp)
      .type_name("TIME");
  verb->add_option("--expires", options->expires, "As --valid-until, and purge removes the person: " + kTimeHelp)
      .type_name("TIME");
  verb->add_option("--join", options->join, "Make the person a member of this group; may be given several times")
      .type_name("GROUP");
  verb->add_option("--leave", options->leave, "End the membership in this group; may be given several times")
      .type_name("GROUP");
  verb->footer(
      "Example:\n  visavis person edit -g people.vav Ada --valid-until 2026-12-31 --join staff --consent \"form 7\"");
  verb->callback([&context, gallery, options] {
    context.action = [&context, gallery, options] { return edit(context, *gallery, *options); };
  });
}

}  // namespace visavis::cli
