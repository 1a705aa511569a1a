// Joins two persons in such a way that nobody is let in who was not before: of each limit the stricter one stays.
#include "commands/person_merge.h"

#include <algorithm>
#include <ctime>
#include <limits>

#include "engine.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

struct MergeOptions {
  std::string from, into;
  bool force_different = false;
};

float nearest(const Templates& a, const Templates& b) {
  const std::vector<float> others = b.embeddings();
  float least = std::numeric_limits<float>::infinity();
  for (const Template& one : a) least = std::min(least, std::ranges::min(compare_many(one.embedding, others)));
  return least;
}

std::string named(const Person& person) { return person.name + " (id " + std::to_string(person.id) + ")"; }

using Time = std::optional<int64_t>;

// The earlier of two times that end something.
Time earlier(const Time& a, const Time& b) { return a && b ? std::min(a, b) : a ? a : b; }

// The limits of the person who stays.
struct Limits {
  bool enabled;
  Time valid_from, valid_until, expires_at;
};

Limits stricter_of(const Person& from, const Person& into) {
  return {from.enabled && into.enabled, std::max(from.valid_from, into.valid_from),
          earlier(from.valid_until, into.valid_until), earlier(from.expires_at, into.expires_at)};
}

// A change for the person who stays: in words for people, and its key for programs.
struct Change {
  std::string key, words;
};

std::vector<Change> tightened(const Person& into, const Limits& after) {
  const int64_t now = int64_t{std::time(nullptr)} * 1000;
  std::vector<Change> changes;
  if (into.enabled && !after.enabled) changes.push_back({"enabled", "disabled, and is never found"});
  const auto time = [&](const char* key, const char* words, const Time& before, const Time& t) {
    if (before != t) changes.push_back({key, words + utc_time(*t)});
  };
  time("valid_from", "valid from ", into.valid_from, after.valid_from);
  time("valid_until", "valid until ", into.valid_until, after.valid_until);
  time("expires_at", "expires ", into.expires_at, after.expires_at);
  if (into.expires_at != after.expires_at && *after.expires_at <= now)
    changes.back().words += ", which is over: visavis gallery purge removes them";
  return changes;
}

// What is lost with the person who goes.
std::vector<Change> lost(const Person& from, const Person& into) {
  std::vector<Change> changes;
  if (from.external_id && into.external_id)
    changes.push_back({"external_id", "the external id '" + *from.external_id + "'"});
  if (from.consent_ref || from.consent_at)
    changes.push_back({"consent", "the consent" + (from.consent_ref ? " '" + *from.consent_ref + "'" : "") +
                                      (from.consent_at ? " of " + utc_time(*from.consent_at) : "")});
  if (from.metadata != "{}") changes.push_back({"metadata", "the metadata " + from.metadata});
  return changes;
}

// Gives `into` the templates and groups of `from`, the external id if `into` has none, and the stricter limits.
void move_all(Gallery& gallery, const Person& from, const Person& into, const Templates& templates,
              const Limits& limits) {
  for (const Template& one : templates) {
    const int64_t id = gallery.add_template(into.id, one.embedding, {one.quality, one.source});
    if (const auto chip = kept_chip(gallery, one.id)) gallery.keep_chip(id, *chip);
  }
  for (const std::string& group : from.groups) gallery.join_group(into.id, group);
  gallery.remove_person(from.id);
  PersonFields fields;
  fields.name = into.name;  // always a change, so that updated_at changes
  if (from.external_id && !into.external_id) fields.external_id = from.external_id;
  if (!limits.enabled) fields.enabled = false;
  fields.valid_from = limits.valid_from.value_or(0);
  fields.valid_until = limits.valid_until.value_or(0);
  fields.expires_at = limits.expires_at.value_or(0);
  gallery.update_person(into.id, fields);
}

Json keys(const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& change : changes) list.push_back(change.key);
  return list;
}

int merge(const Context& context, const std::string& path, const MergeOptions& options) {
  Gallery gallery = open_gallery(context, path, open_models_alone(context), VAV_GALLERY_MUST_EXIST);
  Transaction transaction(gallery);  // nobody can change the two meanwhile
  const Person from = find_person(gallery, options.from);
  const Person into = find_person(gallery, options.into);
  if (from.id == into.id) throw WrongUse("both are the person with the id " + std::to_string(from.id));
  const Templates moved = gallery.templates(from.id), kept = gallery.templates(into.id);
  const bool both = !moved.empty() && !kept.empty();
  if (both && !options.force_different && nearest(moved, kept) > threshold_of(context, gallery))
    throw Failure(named(from) + " and " + named(into) +
                  " do not look like the same person; --force-different merges them anyway");
  const Limits limits = stricter_of(from, into);
  if (limits.valid_until && limits.valid_from >= limits.valid_until)
    throw Failure(named(from) + " and " + named(into) +
                  " are never valid at the same time: change one of them first, with visavis person edit --valid-from "
                  "or --valid-until");
  move_all(gallery, from, into, moved, limits);
  transaction.commit();
  const Person after = find_person(gallery, into.id);
  const std::vector<Change> stricter = tightened(into, limits), gone = lost(from, into);
  if (context.json) {
    Json object = person_json(after);
    object["stricter"] = keys(stricter);
    object["lost"] = keys(gone);
    print_json(object);
    return kDone;
  }
  // --quiet does not leave this out, as it would a summary: because of it somebody may stand before a closed door.
  for (const Change& change : stricter)
    err() << "visavis: note: " << named(after) << " is now " << change.words << ", as " << from.name << " was\n";
  for (const Change& change : gone)
    err() << "visavis: note: " << change.words << " of " << named(from) << " is gone: that of " << named(after)
          << " stays\n";
  if (!context.quiet)
    out() << named(from) << " is now part of " << named(after) << ", who has " << after.templates
          << (after.templates == 1 ? " template." : " templates.") << '\n';
  return kDone;
}

}  // namespace

void add_person_merge(Command* command, Context& context, const std::shared_ptr<std::string>& gallery) {
  const auto options = std::make_shared<MergeOptions>();
  auto* verb = command->add_subcommand("merge", "Make two persons one: templates, groups and the stricter limits");
  verb->add_option("from", options->from, "The person who is removed").required().type_name("FROM");
  verb->add_option("into", options->into, "The person who stays, with name, consent and metadata")
      .required()
      .type_name("INTO");
  verb->add_flag("--force-different", options->force_different, "Merge also persons who do not look alike");
  verb->footer(
      "The result is disabled if either is, valid only while both are, and expires when the first of them does.\n"
      "Example:\n  visavis person merge -g people.vav id:7 id:3");
  verb->callback([&context, gallery, options] {
    context.action = [&context, gallery, options] { return merge(context, *gallery, *options); };
  });
}

}  // namespace visavis::cli
