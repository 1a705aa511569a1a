// Joins two persons so that nobody is let in by it who was not before: of each limit the stricter one stays.
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

std::string named(const Person& person) { return person.name + " (id " + std::to_string(person.id) + ")"; }

// Of two times that end something, the earlier; 0 is none.
int64_t earlier(int64_t a, int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

// What the one who stays may be afterwards.
struct Limits {
  bool enabled;
  int64_t valid_from, valid_until, expires_at;
};

Limits stricter_of(const Person& from, const Person& into) {
  return {from.enabled && into.enabled, std::max(from.valid_from, into.valid_from),
          earlier(from.valid_until, into.valid_until), earlier(from.expires_at, into.expires_at)};
}

// What the one who stays did not have: for people, and the key of it for programs.
struct Change {
  std::string key, words;
};

std::vector<Change> tightened(const Person& into, const Limits& after) {
  const int64_t now = int64_t{std::time(nullptr)} * 1000;
  std::vector<Change> changes;
  if (into.enabled && !after.enabled) changes.push_back({"enabled", "disabled, and is never found"});
  const auto time = [&](const char* key, const char* words, int64_t before, int64_t t) {
    if (before != t) changes.push_back({key, words + utc_time(t)});
  };
  time("valid_from", "valid from ", into.valid_from, after.valid_from);
  time("valid_until", "valid until ", into.valid_until, after.valid_until);
  time("expires_at", "expires ", into.expires_at, after.expires_at);
  if (into.expires_at != after.expires_at && after.expires_at <= now)
    changes.back().words += ", which is over: visavis gallery purge removes them";
  return changes;
}

// What goes with the one who goes.
std::vector<Change> lost(const Person& from, const Person& into) {
  std::vector<Change> changes;
  if (from.external_id && into.external_id)
    changes.push_back({"external_id", "the external id '" + *from.external_id + "'"});
  if (from.consent_ref || from.consent_at != 0)
    changes.push_back({"consent", "the consent" + (from.consent_ref ? " '" + *from.consent_ref + "'" : "") +
                                      (from.consent_at != 0 ? " of " + utc_time(from.consent_at) : "")});
  if (from.metadata != "{}") changes.push_back({"metadata", "the metadata " + from.metadata});
  return changes;
}

// What `into` gets: templates, groups, an external id when it has none, and the stricter limits.
void move_all(vav_gallery* gallery, const Person& from, const Person& into, const Templates& templates,
              const Limits& limits) {
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
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = into.name.c_str();  // so that there is a change, and updated_at moves, whatever else changes
  if (from.external_id && !into.external_id) fields.external_id = from.external_id->c_str();
  fields.enabled = limits.enabled ? VAV_SWITCH_KEEP : VAV_SWITCH_OFF;
  fields.valid_from = limits.valid_from;
  fields.valid_until = limits.valid_until;
  fields.expires_at = limits.expires_at;
  call(vav_gallery_update_person, gallery, into.id, &fields);
}

Json keys(const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& change : changes) list.push_back(change.key);
  return list;
}

int merge(const Context& context, const std::string& path, const MergeOptions& options) {
  const Gallery gallery = open_gallery(context, path, open_models(context).get(), VAV_GALLERY_MUST_EXIST);
  Transaction transaction(gallery.get());  // what is looked at is what is merged
  const Person from = find_person(gallery.get(), options.from);
  const Person into = find_person(gallery.get(), options.into);
  if (from.id == into.id) throw WrongUse("both are the person with the id " + std::to_string(from.id));
  const Templates moved = make<Templates>(vav_gallery_list_templates, gallery.get(), from.id);
  const Templates kept = make<Templates>(vav_gallery_list_templates, gallery.get(), into.id);
  const bool both = vav_templates_count(moved.get()) > 0 && vav_templates_count(kept.get()) > 0;
  if (both && !options.force_different && nearest(moved, kept) > threshold_of(gallery.get()))
    throw Failure(named(from) + " and " + named(into) +
                  " do not look like one person; --force-different merges them all the same");
  const Limits limits = stricter_of(from, into);
  if (limits.valid_until != 0 && limits.valid_from >= limits.valid_until)
    throw Failure(named(from) + " and " + named(into) +
                  " are never valid at the same time: change one of them first, with visavis person edit --valid-from "
                  "or --valid-until");
  move_all(gallery.get(), from, into, moved, limits);
  transaction.commit();
  const Person after = find_person(gallery.get(), into.id);
  const std::vector<Change> stricter = tightened(into, limits), gone = lost(from, into);
  if (context.json) {
    Json object = person_json(after);
    object["stricter"] = keys(stricter);
    object["lost"] = keys(gone);
    print_json(object);
    return kDone;
  }
  // What is stricter or lost is no summary that --quiet leaves out: somebody may wait at a door for it.
  for (const Change& change : stricter)
    err() << "visavis: note: " << named(after) << " is now " << change.words << ", as " << from.name << " was\n";
  for (const Change& change : gone)
    err() << "visavis: note: " << change.words << " of " << named(from) << " is gone: that of " << named(after)
          << " stays\n";
  if (!context.quiet)
    out() << named(from) << " is now part of " << named(after) << ", who has " << after.templates
          << (after.templates == 1 ? " template.\n" : " templates.\n");
  return kDone;
}

}  // namespace

void add_person_merge(Command* command, Context& context, const std::shared_ptr<std::string>& gallery) {
  const auto options = std::make_shared<MergeOptions>();
  auto* verb = command->add_subcommand("merge", "Makes two persons one: templates, groups, and the stricter limits");
  verb->add_option("from", options->from, "Who is in it twice, and goes").required().type_name("FROM");
  verb->add_option("into", options->into, "Who stays, with name, consent and metadata").required().type_name("INTO");
  verb->add_flag("--force-different", options->force_different, "Also persons who do not look like one");
  verb->footer(
      "Disabled if either is, valid only while both are, expires when the first of them does.\n"
      "Example:\n  visavis person merge -g people.vav id:7 id:3");
  verb->callback([&context, gallery, options] {
    context.action = [&context, gallery, options] { return merge(context, *gallery, *options); };
  });
}

}  // namespace visavis::cli
