// Opens galleries and finds persons in them.
#include "gallery_access.h"

#include <algorithm>
#include <filesystem>

#include "engine.h"
#include "incoming.h"
#include "interrupt.h"
#include "parallel.h"
#include "printable.h"
#include "secret.h"

namespace visavis::cli {
namespace {

Json time_json(const std::optional<int64_t>& time) { return time ? Json(utc_time(*time)) : Json(nullptr); }

GalleryOptions gallery_options(const Context& context, vav_gallery_mode mode) {
  GalleryOptions options;
  options.mode = mode;
  options.busy_timeout_ms = 1000 * context.wait;
  options.audit_label = context.audit_label;
  options.threads = std::min(worker_count(context), 256);
  options.keep_going = [] {
    stop_if_interrupted();
    return true;
  };
  return options;
}

}  // namespace

Option add_gallery_option(Command* command, std::string& path) {
  return command->add_option("-g,--gallery", path, "The gallery file").required().type_name("GALLERY");
}

Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode) {
  require_file(path);  // opening a FIFO would wait
  if (context.unlock.empty()) return Gallery(path, models, gallery_options(context, mode));
  std::error_code unknown;
  const bool is_new =
      mode != VAV_GALLERY_READ_ONLY && mode != VAV_GALLERY_MUST_EXIST && !std::filesystem::exists(path, unknown);
  return open_gallery(context, path, models, mode, key_from(context.unlock, is_new));
}

Gallery open_gallery(const Context& context, const std::string& path, const Models& models, vav_gallery_mode mode,
                     const Key& key) {
  GalleryOptions options = gallery_options(context, mode);
  options.key = key;
  return Gallery(path, models, options);
}

Gallery open_to_search(const Context& context, const std::string& path, const Models& models) {
  {
    Gallery gallery = open_gallery(context, path, models, VAV_GALLERY_READ_ONLY);
    if (!gallery.info().audit) return gallery;
  }
  try {
    return open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST);
  } catch (const Error& error) {
    if (error.code() != VAV_E_PERMISSION) throw;
    throw Failure(
        path + ": its audit log must write down every decision, but the file is read-only: give the right to write",
        error.code());
  }
}

Gallery open_to_note(const Context& context, const std::string& path, const Models& models) {
  try {
    return open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST);
  } catch (const Error& error) {
    if (error.code() != VAV_E_PERMISSION) throw;
  }
  Gallery gallery = open_to_search(context, path, models);
  err() << "visavis: note: " << path << " is read-only: --note-seen stores nothing\n";
  return gallery;
}

void require_threshold(const Context& context, const Models& models, const Gallery& gallery, const Decisive& asked) {
  if (models.default_threshold() == 0 && !asked.given() && !gallery.info().threshold) comparison_limits(context, {});
}

float threshold_of(const Context& context, const Gallery& gallery, const Threshold& asked) {
  if (asked) return *asked;
  const auto own = gallery.info().threshold;
  if (own) return *own;
  // Photos of one person: somebody looks at what is refused, and a new hairstyle is no stranger.
  const Models models = open_models(context);
  const bool measured = *models.calibration() != '\0';
  return measured ? models.limits({0, 0, VAV_PRESET_PHOTOS}).threshold : comparison_limits(context, {}).threshold;
}

std::optional<Image> kept_chip(const Gallery& gallery, int64_t template_id) try {
  return gallery.kept_chip(template_id);
} catch (const Error& error) {
  if (error.code() != VAV_E_NOT_FOUND) throw;
  return std::nullopt;
}

std::vector<Person> list_persons(const Gallery& gallery, const PersonQuery& query) {
  const Persons list = gallery.persons(query);
  return {list.begin(), list.end()};
}

void tell_unknown_groups(const Gallery& gallery, const std::vector<std::string>& groups) {
  constexpr size_t kMostTold = 20;
  for (const std::string& group : groups) {
    PersonQuery members;
    members.group = group;
    members.limit = 1;
    if (!list_persons(gallery, members).empty()) continue;
    std::string known;
    const Groups list = gallery.groups();
    const std::vector<Group> all(list.begin(), list.end());
    for (size_t i = 0; i < std::min(all.size(), kMostTold); ++i) known += (i == 0 ? "" : ", ") + all[i].name;
    err() << "visavis: note: no group '" << group << "'"
          << (all.empty() ? ": the gallery has none" : ": groups are " + known) << (all.size() > kMostTold ? ", …" : "")
          << '\n';
  }
}

std::string checked_text(const std::string& text, const std::string& what) {
  constexpr size_t kMost = 1024;  // bytes the gallery stores
  if (!is_utf8(text)) throw WrongUse(what + " is not UTF-8: '" + shortened(text) + "'");
  if (is_blank(text)) throw WrongUse(what + " is blank: give one that can be read");
  if (text.size() > kMost) throw WrongUse(what + " is longer than 1,024 bytes: '" + shortened(text) + "'");
  return text;
}

std::string checked_name(const std::string& text) { return checked_text(text, "the name"); }

Json person_json(const Person& person) {
  const Json metadata = Json::parse(person.metadata, nullptr, /*allow_exceptions=*/false);
  return {{"id", person.id},
          {"name", person.name},
          {"external_id", or_null(person.external_id)},
          {"templates", person.templates},
          {"created_at", utc_time(person.created_at)},
          {"updated_at", utc_time(person.updated_at)},
          {"enabled", person.enabled},
          {"groups", person.groups},
          {"valid_from", time_json(person.valid_from)},
          {"valid_until", time_json(person.valid_until)},
          {"consent_ref", or_null(person.consent_ref)},
          {"consent_at", time_json(person.consent_at)},
          {"expires_at", time_json(person.expires_at)},
          {"last_seen_at", time_json(person.last_seen_at)},
          {"metadata", metadata.is_discarded() ? Json(nullptr) : metadata}};
}

}  // namespace visavis::cli
