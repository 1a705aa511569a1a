// Opens galleries and finds persons in them.
#include "gallery_access.h"

#include <algorithm>
#include <filesystem>

#include "incoming.h"
#include "parallel.h"
#include "printable.h"
#include "secret.h"

namespace visavis::cli {
namespace {

Person copy_of(const vav_persons* list, int32_t index) {
  vav_person person = VAV_PERSON_INIT;
  call(vav_persons_get, list, index, &person);
  Person copy;
  copy.id = person.id;
  copy.name = person.name;
  if (person.external_id) copy.external_id = person.external_id;
  copy.metadata = person.metadata;
  copy.templates = person.templates;
  copy.created_at = person.created_at;
  copy.updated_at = person.updated_at;
  copy.enabled = person.enabled == 1;
  if (person.consent_ref) copy.consent_ref = person.consent_ref;
  copy.consent_at = person.consent_at;
  copy.valid_from = person.valid_from;
  copy.valid_until = person.valid_until;
  copy.expires_at = person.expires_at;
  copy.last_seen_at = person.last_seen_at;
  for (int32_t i = 0; i < person.groups; ++i) copy.groups.emplace_back(vav_persons_group(list, index, i));
  return copy;
}

Json time_json(int64_t milliseconds) { return milliseconds == 0 ? Json(nullptr) : Json(utc_time(milliseconds)); }

}  // namespace

Option add_gallery_option(Command* command, std::string& path) {
  return command->add_option("-g,--gallery", path, "The gallery file").required().type_name("GALLERY");
}

Gallery open_gallery(const Context& context, const std::string& path, const vav_models* models, vav_gallery_mode mode) {
  require_file(path);  // a FIFO would be waited for
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.mode = mode;
  options.busy_timeout_ms = 1000 * context.wait;
  options.audit_label = context.audit_label.c_str();
  options.threads = std::min(worker_count(context), 256);
  options.keep_going = [](void*) -> int32_t { return interrupted() ? 0 : 1; };
  if (context.unlock.empty()) return make<Gallery>(vav_gallery_open, path.c_str(), models, &options);
  std::error_code unknown;
  const bool is_new =
      mode != VAV_GALLERY_READ_ONLY && mode != VAV_GALLERY_MUST_EXIST && !std::filesystem::exists(path, unknown);
  const Secret secret(context.unlock, is_new);
  options.key = secret.key();
  return make<Gallery>(vav_gallery_open, path.c_str(), models, &options);
}

Gallery open_to_search(const Context& context, const std::string& path, const vav_models* models) {
  Gallery gallery = open_gallery(context, path, models, VAV_GALLERY_READ_ONLY);
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery.get(), &info);
  if (!info.audit) return gallery;
  gallery.reset();
  try {
    return open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST);
  } catch (const Failure& failure) {
    if (failure.code() != VAV_E_PERMISSION) throw;
    throw Failure(path + ": its audit log writes down every decision, but it may only be read: give the right to write",
                  failure.code());
  }
}

Gallery open_to_note(const Context& context, const std::string& path, const vav_models* models) {
  try {
    return open_gallery(context, path, models, VAV_GALLERY_MUST_EXIST);
  } catch (const Failure& failure) {
    if (failure.code() != VAV_E_PERMISSION) throw;
  }
  Gallery gallery = open_to_search(context, path, models);
  err() << "visavis: note: " << path << " may only be read: when somebody was seen is not noted\n";
  return gallery;
}

float threshold_of(vav_gallery* gallery, const Threshold& asked) {
  if (asked) return *asked;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  call(vav_gallery_get_info, gallery, &info);
  return info.threshold > 0 ? info.threshold : vav_default_threshold();
}

std::vector<Person> list_persons(vav_gallery* gallery, const vav_person_query& query) {
  const Persons list = make<Persons>(vav_gallery_list_persons, gallery, &query);
  std::vector<Person> persons;
  for (int32_t i = 0; i < vav_persons_count(list.get()); ++i) {
    persons.push_back(copy_of(list.get(), i));
  }
  return persons;
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
          {"external_id", person.external_id ? Json(*person.external_id) : Json(nullptr)},
          {"templates", person.templates},
          {"created_at", utc_time(person.created_at)},
          {"updated_at", utc_time(person.updated_at)},
          {"enabled", person.enabled},
          {"groups", person.groups},
          {"valid_from", time_json(person.valid_from)},
          {"valid_until", time_json(person.valid_until)},
          {"consent_ref", person.consent_ref ? Json(*person.consent_ref) : Json(nullptr)},
          {"consent_at", time_json(person.consent_at)},
          {"expires_at", time_json(person.expires_at)},
          {"last_seen_at", time_json(person.last_seen_at)},
          {"metadata", metadata.is_discarded() ? Json(nullptr) : metadata}};
}

}  // namespace visavis::cli
