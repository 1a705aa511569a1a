// One function of the C API for each kind of command.
#include "actor.h"

#include <sodium.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <vector>

#include "plain_model.h"

namespace visavis::reliability {
namespace {

vav_person_fields fields_of(const Command& c, std::string& external) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  if (c.name >= 0) fields.name = kNames[c.name];
  if (c.external >= 0) external = external_id(c.external), fields.external_id = external.c_str();
  fields.enabled = c.enabled;
  fields.valid_from = c.from;
  fields.valid_until = c.until;
  fields.expires_at = c.expires;
  return fields;
}

int group_number(const std::string& name) {
  for (int i = 0; i < kGroupCount; ++i)
    if (name == kGroups[i]) return same_group(i);
  return -1;
}

vav_models* models_of(const char* set) {
  vav_models* models = nullptr;
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.set = set;
  vav_models_open(&models, &options, nullptr);
  return models;
}
vav_models* dlib() {
  static vav_models* const models = models_of("dlib");
  return models;
}
vav_models* others() {
  static vav_models* const models = models_of("opencv-zoo");
  return models;
}

// What the other models give for a face: the same, of the norm 1.
std::vector<float> other_face(int32_t number) {
  std::vector<float> face = face_at(number, VAV_EMBEDDING_DIM);
  double squares = 0;
  for (const float value : face) squares += double{value} * double{value};
  for (float& value : face) value = static_cast<float>(value / std::sqrt(squares));
  return face;
}
int other_number(const float* embedding) {
  const float scale = 1.3f / embedding[3];
  if (embedding[2] != 0) return static_cast<int>(std::lround(scale * embedding[2] / 1.3f)) + kFaces - 3;
  return static_cast<int>(std::lround(scale * embedding[0] / 0.15f)) +
         kGrid * static_cast<int>(std::lround(scale * embedding[1] / 0.15f));
}

// A picture that shows a number.
vav_image* picture_of(int32_t number) {
  uint8_t pixels[3 * 9 * 9];
  for (size_t i = 0; i < sizeof pixels; ++i) pixels[i] = static_cast<uint8_t>(number >> (i % 3 * 8));
  vav_pixels view = VAV_PIXELS_INIT;
  view.format = VAV_PIXEL_BGR;  // which is copied
  view.width = view.height = 9;
  view.data[0] = pixels;
  vav_image* image = nullptr;
  vav_image_wrap(&image, &view, nullptr);
  return image;
}

constexpr float kFirstThreshold = 0.6f;

int face_number(const float* embedding) {
  for (int face = 0; face < kFaces; ++face)
    if (std::memcmp(face_at(face, VAV_EMBEDDING_DIM).data(), embedding, VAV_EMBEDDING_DIM * sizeof(float)) == 0)
      return face;
  return static_cast<int>(std::lround(embedding[2] / 1.3f)) + kFaces - 3;
}

}  // namespace

Actor::Actor(std::string path, std::string folder, bool encrypted)
    : path_(std::move(path)), folder_(std::move(folder)), encrypted_(encrypted) {
  if (const std::string failed = open(); !failed.empty()) std::fprintf(stderr, "open: %s\n", failed.c_str());
  // Without a threshold of its own, what matches would depend on how many templates there are.
  if (vav_gallery_set_threshold(gallery_.get(), kFirstThreshold, nullptr))
    std::fprintf(stderr, "the threshold cannot be set\n");
}

std::string Actor::open(const vav_models* models) {
  gallery_.reset();
  vav_error err = VAV_ERROR_INIT;
  if (!models) models = dlib();
  static const uint8_t kKey[VAV_KEY_SIZE] = {9, 8, 7};
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  key.key = kKey;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.busy_timeout_ms = 1;
  options.durability = VAV_DURABILITY_NORMAL;  // what is on disk is not what is tested here
  if (encrypted_) options.key = &key;
  vav_gallery* gallery = nullptr;
  const vav_status status = vav_gallery_open(&gallery, path_.c_str(), models, &options, &err);
  gallery_.reset(gallery);
  return status ? std::string(vav_status_name(status)) + ": " + err.message : "";
}

std::string Actor::matches(vav_matches* found) {
  std::string answer = vav_matches_decision(found) == VAV_DECISION_MATCH ? "MATCH" : "UNKNOWN";
  if (vav_matches_inactive(found)) answer += " inactive";
  for (int32_t i = 0; i < vav_matches_count(found); ++i)
    answer += " " + std::to_string(vav_matches_person(found, i)) + ":" +
              std::to_string(vav_matches_template(found, i)) + ":" + text_of(vav_matches_distance(found, i)) + ":" +
              vav_matches_name(found, i);
  vav_matches_destroy(found);
  return answer;
}

// An export as any program could write it.
std::string Actor::import(const Command& c, float offset) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_error err = VAV_ERROR_INIT;
  if (const vav_status status = vav_gallery_get_info(gallery_.get(), &info, &err)) return name(status);
  std::string file = std::string("visavis-export 1\n{\"model_sha256\": \"") + info.model_sha256 +
                     "\", \"scoring\": \"" + info.recipe +
                     "\", \"exported_at\": 1, \"persons\": 1, \"templates\": 1}\n";
  const auto record = [&](char kind, const std::string& payload) {
    const auto size = static_cast<uint32_t>(payload.size());
    file += kind;
    for (int k = 0; k < 4; ++k) file += static_cast<char>(size >> (8 * k));
    file += payload;
  };
  const std::string group = c.group >= 0 ? "\"" + std::string(kGroups[c.group]) + "\"" : "";
  std::string person = "{\"id\": 1, \"name\": \"";
  person += kNames[0];
  person += "\", \"external_id\": null, \"metadata\": \"{}\", \"created_at\": 1, \"updated_at\": 1, \"enabled\": ";
  person += c.enabled == 2 ? "false" : "true";
  person += ", \"groups\": [" + group + "]}";
  record('P', person);
  const auto face = face_at(c.face, VAV_EMBEDDING_DIM);
  std::string payload(reinterpret_cast<const char*>(face.data()), face.size() * sizeof(float));
  payload.append(reinterpret_cast<const char*>(&offset), sizeof offset);
  record('T', payload + "{\"id\": 1, \"quality\": null, \"source\": null, \"created_at\": 1}");
  unsigned char hash[32];
  crypto_generichash(hash, sizeof hash, reinterpret_cast<const unsigned char*>(file.data()), file.size(), nullptr, 0);
  record('E', std::string(reinterpret_cast<const char*>(hash), sizeof hash));
  const std::string path = folder_ + "/import-" + std::to_string(getpid()) + ".vx";
  std::ofstream(path, std::ios::binary) << file;
  vav_job* job = nullptr;
  vav_status status = vav_gallery_start_import(&job, gallery_.get(), path.c_str(), 0, &err);
  if (!status) status = vav_job_run(job, 0, nullptr, &err);
  vav_job_destroy(job);
  return name(status);
}

// Every template that is not staged gets the face that it has, as the models `to` give it.
vav_status Actor::stage_rest(const vav_models* to, bool back) {
  std::vector<vav_unstaged> page(100'000);
  int32_t count = 0;
  vav_status status =
      vav_gallery_list_unstaged(page.data(), &count, static_cast<int32_t>(page.size()), gallery_.get(), 0, nullptr);
  page.resize(static_cast<size_t>(count));
  std::map<int64_t, int64_t> left;
  for (const vav_unstaged& one : page) left[one.template_id] = one.person;
  // Who has a transaction open refuses this as any other change, also where there is nothing to do.
  if (status == VAV_OK && left.empty() && !back) {
    status = vav_gallery_stage(gallery_.get(), to, INT64_MAX, other_face(0).data(), VAV_EMBEDDING_DIM, nullptr);
    if (status == VAV_E_NOT_FOUND) status = VAV_OK;
  }
  while (status == VAV_OK && !left.empty()) {
    vav_templates* list = nullptr;
    status = vav_gallery_list_templates(&list, gallery_.get(), left.begin()->second, nullptr);
    for (int32_t i = 0; i < vav_templates_count(list) && status == VAV_OK; ++i) {
      vav_template one = VAV_TEMPLATE_INIT;
      vav_templates_get(list, i, &one, nullptr);
      if (left.erase(one.id) == 0) continue;
      const std::vector<float> face =
          back ? face_at(other_number(one.embedding), VAV_EMBEDDING_DIM) : other_face(face_number(one.embedding));
      status = vav_gallery_stage(gallery_.get(), to, one.id, face.data(), VAV_EMBEDDING_DIM, nullptr);
    }
    vav_templates_destroy(list);
  }
  return status;
}

std::string Actor::move(bool leaves_behind) {
  if (const vav_status status = vav_gallery_move(gallery_.get(), others(), leaves_behind, nullptr)) return name(status);
  if (const std::string failed = open(others()); !failed.empty()) return "moved, and not opened: " + failed;
  vav_status status = stage_rest(dlib(), true);
  if (status == VAV_OK) status = vav_gallery_move(gallery_.get(), dlib(), 0, nullptr);
  if (status != VAV_OK) return "no way back: " + name(status);
  const std::string failed = open();
  return failed.empty() ? name(vav_gallery_set_threshold(gallery_.get(), kFirstThreshold, nullptr)) : failed;
}

std::string Actor::perform(const Command& c) {
  vav_gallery* const gallery = gallery_.get();
  vav_error err = VAV_ERROR_INIT;
  std::string external, answer;
  int64_t id = 0;
  const vav_person_fields fields = fields_of(c, external);
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.max_candidates = c.count;
  options.threshold = static_cast<float>(c.threshold) / 100;
  options.only_within_threshold = c.within;
  options.best_of = c.best_of;
  options.include_inactive = c.inactive;
  options.note_seen = c.seen;
  options.now = c.now;
  const char* const groups[] = {c.group >= 0 ? kGroups[c.group] : "", c.group2 >= 0 ? kGroups[c.group2] : ""};
  if (c.group >= 0) options.groups = groups, options.group_count = c.group2 >= 0 ? 2 : 1;
  const int64_t only[] = {c.only, c.only2};
  if (c.only != 0) options.persons = only, options.person_count = 2;
  const auto face = face_at(c.face, VAV_EMBEDDING_DIM);
  switch (c.call) {
    case Call::add_person: {
      const vav_status status = vav_gallery_add_person(&id, gallery, &fields, &err);
      return status ? name(status) : std::to_string(id);
    }
    case Call::update_person:
      return name(vav_gallery_update_person(gallery, c.person, &fields, &err));
    case Call::remove_person:
      return name(vav_gallery_remove_person(gallery, c.person, &err));
    case Call::forget_person: {
      vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
      return name(vav_gallery_forget_person(&receipt, gallery, c.person, 1, &err));
    }
    case Call::add_template: {
      const vav_status status =
          vav_gallery_add_template(&id, gallery, c.person, face.data(), VAV_EMBEDDING_DIM, nullptr, &err);
      return status ? name(status) : std::to_string(id);
    }
    case Call::remove_template:
      return name(vav_gallery_remove_template(gallery, c.template_id, &err));
    case Call::join_group:
      return name(vav_gallery_join_group(gallery, c.person, kGroups[c.group], &err));
    case Call::leave_group:
      return name(vav_gallery_leave_group(gallery, c.person, kGroups[c.group], &err));
    case Call::purge_expired: {
      const vav_status status = vav_gallery_purge_expired(&id, gallery, c.now, &err);
      return status ? name(status) : std::to_string(id);
    }
    case Call::identify: {
      vav_matches* found = nullptr;
      const vav_status status = vav_gallery_identify(&found, gallery, face.data(), VAV_EMBEDDING_DIM, &options, &err);
      return status ? name(status) : matches(found);
    }
    case Call::identify_batch: {
      std::vector<float> faces;
      for (int i = 0; i < 3; ++i) {
        const auto one = face_at((c.face + 7 * i) % kFaces, VAV_EMBEDDING_DIM);
        faces.insert(faces.end(), one.begin(), one.end());
      }
      vav_matches* found[3] = {};
      const vav_status status =
          vav_gallery_identify_batch(found, gallery, faces.data(), VAV_EMBEDDING_DIM, 3, &options, &err);
      if (status) return name(status);
      for (vav_matches* one : found) answer += matches(one) + " | ";
      return answer;
    }
    case Call::verify: {
      vav_comparison result = VAV_COMPARISON_INIT;
      const vav_status status =
          vav_gallery_verify_with(&result, gallery, c.person, face.data(), VAV_EMBEDDING_DIM, &options, &err);
      if (status) return name(status);
      static const char* const kWords[] = {"NOT_EVALUATED", "MATCH", "UNKNOWN", "INACTIVE"};
      return std::string(kWords[result.decision]) + " " + text_of(result.distance);
    }
    case Call::find_duplicates: {
      vav_matches* found = nullptr;
      const vav_status status =
          vav_gallery_find_duplicates(&found, gallery, face.data(), VAV_EMBEDDING_DIM, 0, options.threshold, &err);
      return status ? name(status) : matches(found);
    }
    case Call::list_duplicates: {
      vav_duplicates* list = nullptr;
      vav_duplicate_query query = VAV_DUPLICATE_QUERY_INIT;
      query.threshold = options.threshold;
      query.limit = 1'000'000;
      if (const vav_status status = vav_gallery_list_duplicates(&list, gallery, &query, &err)) return name(status);
      std::map<std::pair<int64_t, int64_t>, float> pairs;
      for (int32_t i = 0; i < vav_duplicates_count(list); ++i) {
        vav_duplicate pair = VAV_DUPLICATE_INIT;
        vav_duplicates_get(list, i, &pair, &err);
        pairs[{pair.person, pair.other}] = pair.distance;
      }
      vav_duplicates_destroy(list);
      for (const auto& [pair, distance] : pairs)
        answer += std::to_string(pair.first) + "-" + std::to_string(pair.second) + ":" + text_of(distance) + " ";
      return answer;
    }
    case Call::list_persons: {
      vav_person_query query = VAV_PERSON_QUERY_INIT;
      query.limit = 1'000'000;
      query.after = c.person;
      query.name = fields.name;
      query.external_id = fields.external_id;
      if (c.group >= 0) query.group = kGroups[c.group];
      vav_persons* list = nullptr;
      if (const vav_status status = vav_gallery_list_persons(&list, gallery, &query, &err)) return name(status);
      for (int32_t i = 0; i < vav_persons_count(list); ++i) {
        vav_person one = VAV_PERSON_INIT;
        vav_persons_get(list, i, &one, &err);
        answer += std::to_string(one.id) + ":" + one.name + ":" + (one.external_id ? one.external_id : "") + ":" +
                  std::to_string(one.enabled) + ":" + std::to_string(one.valid_from) + ":" +
                  std::to_string(one.valid_until) + ":" + std::to_string(one.expires_at) + ":" +
                  std::to_string(one.templates) + ":" + std::to_string(one.groups) + " ";
      }
      vav_persons_destroy(list);
      return answer;
    }
    case Call::list_templates: {
      vav_templates* list = nullptr;
      if (const vav_status status = vav_gallery_list_templates(&list, gallery, c.person, &err)) return name(status);
      for (int32_t i = 0; i < vav_templates_count(list); ++i) {
        vav_template one = VAV_TEMPLATE_INIT;
        vav_templates_get(list, i, &one, &err);
        answer += std::to_string(one.id) + ":" + std::to_string(face_number(one.embedding)) + " ";
      }
      vav_templates_destroy(list);
      return answer;
    }
    case Call::list_groups: {
      vav_groups* list = nullptr;
      if (const vav_status status = vav_gallery_list_groups(&list, gallery, &err)) return name(status);
      std::map<int, int64_t> members;
      for (int32_t i = 0; i < vav_groups_count(list); ++i)
        members[group_number(vav_groups_name(list, i))] += vav_groups_persons(list, i);
      vav_groups_destroy(list);
      for (const auto& [group, count] : members) answer += std::to_string(group) + ":" + std::to_string(count) + " ";
      return answer;
    }
    case Call::info: {
      vav_gallery_info info = VAV_GALLERY_INFO_INIT;
      if (const vav_status status = vav_gallery_get_info(gallery, &info, &err)) return name(status);
      return std::to_string(info.persons) + " " + std::to_string(info.templates) + " " +
             std::to_string(std::lround(info.threshold * 100)) + " " + (info.audit ? "audit" : "");
    }
    case Call::check: {
      vav_check_report* report = nullptr;
      if (const vav_status status = vav_gallery_check(&report, gallery, &err)) return name(status);
      for (int32_t i = 0; i < vav_check_report_count(report); ++i)
        answer += std::string(vav_check_report_problem(report, i)) + "; ";
      vav_check_report_destroy(report);
      return answer;
    }
    case Call::begin:
      return name(vav_gallery_begin(gallery, &err));
    case Call::commit:
      return name(vav_gallery_commit(gallery, &err));
    case Call::rollback:
      return name(vav_gallery_rollback(gallery, &err));
    case Call::set_threshold:
      return name(vav_gallery_set_threshold(gallery, options.threshold, &err));
    case Call::set_audit:
      return name(vav_gallery_set_audit(gallery, c.on, &err));
    case Call::verify_audit: {
      vav_audit_report report = VAV_AUDIT_REPORT_INIT;
      if (const vav_status status = vav_gallery_verify_audit(&report, gallery, nullptr, &err)) return name(status);
      return report.sound ? "sound" : "unsound at " + std::to_string(report.first_wrong);
    }
    case Call::import:
      return import(c, 0);
    case Call::import_offset:
      return import(c, -2);
    case Call::compact:
      return name(vav_gallery_compact(gallery, &err));
    case Call::rekey: {
      vav_rekey_options rekey = VAV_REKEY_OPTIONS_INIT;
      rekey.reencrypt = 1;
      return name(vav_gallery_rekey(gallery, &rekey, &err));
    }
    case Call::stage:
      return name(
          vav_gallery_stage(gallery, others(), c.template_id, other_face(c.face).data(), VAV_EMBEDDING_DIM, &err));
    case Call::stage_rest:
      return name(stage_rest(others(), false));
    case Call::list_unstaged: {
      std::vector<vav_unstaged> page(100'000);
      int32_t count = 0;
      if (const vav_status status =
              vav_gallery_list_unstaged(page.data(), &count, static_cast<int32_t>(page.size()), gallery, 0, &err))
        return name(status);
      page.resize(static_cast<size_t>(count));
      for (const vav_unstaged& one : page)
        answer += std::to_string(one.template_id) + ":" + std::to_string(one.person) + " ";
      return answer;
    }
    case Call::move_status: {
      vav_move_status status = VAV_MOVE_STATUS_INIT;
      if (const vav_status failed = vav_gallery_get_move(gallery, others(), &status, &err)) return name(failed);
      return std::string(status.under_way && status.to_these ? "moving " : "") + std::to_string(status.staged) + " " +
             std::to_string(status.templates) + " " + std::to_string(status.kept_chips);
    }
    case Call::cancel_move:
      return name(vav_gallery_cancel_move(gallery, &err));
    case Call::move:
      return move(c.on == 1);
    case Call::keep_chip: {
      vav_image* chip = picture_of(c.face);
      const vav_status status = vav_gallery_keep_chip(gallery, c.template_id, chip, &err);
      vav_image_destroy(chip);
      return name(status);
    }
    case Call::get_chip: {
      vav_image* chip = nullptr;
      if (const vav_status status = vav_gallery_get_chip(&chip, gallery, c.template_id, &err)) return name(status);
      vav_pixels pixels = VAV_PIXELS_INIT;
      vav_image_get_pixels(chip, &pixels, &err);
      const uint8_t* at = pixels.data[0];
      answer = std::to_string(65536 * at[0] + 256 * at[1] + at[2]);
      vav_image_destroy(chip);
      return answer;
    }
    case Call::remove_chips:
      return name(vav_gallery_remove_chips(gallery, &err));
    case Call::reopen:
      return open();
    case Call::count:
      break;
  }
  return "?";
}

}  // namespace visavis::reliability
