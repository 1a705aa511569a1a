// Each change is written down before it is tried and again when it was acknowledged.
#include "hand.h"

#include <cmath>
#include <cstring>
#include <functional>
#include <random>

namespace visavis::reliability {
namespace {

constexpr float kNear = 0.05f;
constexpr int kMostFaces = 6;  // of a person, numbered from 0

struct FreePersons {
  void operator()(vav_persons* persons) const { vav_persons_destroy(persons); }
};
struct FreeTemplates {
  void operator()(vav_templates* templates) const { vav_templates_destroy(templates); }
};

}  // namespace

Face face(const std::string& key, int number) {
  // Not std::hash: another process has to come to the same face.
  uint32_t seed = 2166136261u;
  for (const char c : key + "#" + std::to_string(number)) seed = (seed ^ static_cast<unsigned char>(c)) * 16777619u;
  std::mt19937 random(seed);
  Face face;
  for (float& value : face) value = (static_cast<float>(random() % 20001) - 10000) * 2.1e-5f;
  return face;
}

bool Hand::ok(vav_status status, const vav_error& err) {
  if (status != VAV_OK) failures_.push_back({status, err.message});
  return status == VAV_OK;
}

bool Hand::open_with(const char* set, vav_status& status) {
  gallery_.reset();
  vav_error err = VAV_ERROR_INIT;
  vav_models_options of = VAV_MODELS_OPTIONS_INIT;
  of.set = set;
  vav_models* models = nullptr;
  status = vav_models_open(&models, &of, &err);
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.mode = opening_.mode;
  options.busy_timeout_ms = opening_.busy_timeout_ms;
  static const uint8_t kKey[VAV_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};
  vav_gallery_key key = VAV_GALLERY_KEY_INIT;
  key.key = kKey;
  if (encrypted_) options.key = &key;
  vav_gallery* gallery = nullptr;
  if (status == VAV_OK) status = vav_gallery_open(&gallery, path_.c_str(), models, &options, &err);
  gallery_.reset(gallery);
  vav_models_destroy(models);
  return (status == VAV_E_GALLERY_RECIPE && !home_.empty()) || ok(status, err);
}

bool Hand::open(const std::string& path, const Opening& opening) {
  path_ = path;
  opening_ = opening;
  encrypted_ = opening.encrypted;
  vav_status status = VAV_OK;
  if (!open_with("dlib", status)) return false;
  return status == VAV_OK || come_home();
}

// ---- Changes ----

bool Hand::add(const std::string& key, const std::set<int>& faces) {
  vav_error err = VAV_ERROR_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = fields.external_id = key.c_str();
  ledger_.will(key, {true, key, faces});
  int64_t person = 0, template_id = 0;
  if (!ok(vav_gallery_begin(gallery(), &err), err)) return false;
  bool done = ok(vav_gallery_add_person(&person, gallery(), &fields, &err), err);
  for (const int number : faces)
    done = done && ok(vav_gallery_add_template(&template_id, gallery(), person, face(key, number).data(),
                                               VAV_EMBEDDING_DIM, nullptr, &err),
                      err);
  done = done && ok(vav_gallery_commit(gallery(), &err), err);
  if (done)
    ledger_.did(key);
  else
    vav_gallery_rollback(gallery(), nullptr);  // WRONG_STATE when all was given up already
  return done;
}

bool Hand::add_piecemeal(const std::string& key, const std::set<int>& faces) {
  vav_error err = VAV_ERROR_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = fields.external_id = key.c_str();
  ledger_.will(key, {true, key, {}});
  int64_t person = 0;
  if (!ok(vav_gallery_add_person(&person, gallery(), &fields, &err), err)) return false;
  ledger_.did(key);
  for (const int number : faces)
    if (!add_face(key, number)) return false;
  return true;
}

bool Hand::add_face(const std::string& key, int number) {
  vav_error err = VAV_ERROR_INIT;
  const int64_t person = person_of(key);
  State after = ledger_.now(key);
  after.faces.insert(number);
  ledger_.will(key, after);
  int64_t id = 0;
  if (person == 0 ||
      !ok(vav_gallery_add_template(&id, gallery(), person, face(key, number).data(), VAV_EMBEDDING_DIM, nullptr, &err),
          err))
    return false;
  ledger_.did(key);
  return true;
}

bool Hand::rename(const std::string& key, const std::string& name) {
  vav_error err = VAV_ERROR_INIT;
  const int64_t person = person_of(key);
  State after = ledger_.now(key);
  after.name = name;
  ledger_.will(key, after);
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name.c_str();
  if (person == 0 || !ok(vav_gallery_update_person(gallery(), person, &fields, &err), err)) return false;
  ledger_.did(key);
  return true;
}

bool Hand::remove_face(const std::string& key, int number) {
  vav_error err = VAV_ERROR_INIT;
  State after = ledger_.now(key);
  after.faces.erase(number);
  ledger_.will(key, after);
  vav_templates* list = nullptr;
  const int64_t person = person_of(key);
  if (person == 0 || !ok(vav_gallery_list_templates(&list, gallery(), person, &err), err)) return false;
  const std::unique_ptr<vav_templates, FreeTemplates> templates(list);
  const Face wanted = face(key, number);
  for (int32_t i = 0; i < vav_templates_count(list); ++i) {
    vav_template one = VAV_TEMPLATE_INIT;
    vav_templates_get(list, i, &one, nullptr);
    if (std::memcmp(one.embedding, wanted.data(), sizeof wanted) != 0) continue;
    if (!ok(vav_gallery_remove_template(gallery(), one.id, &err), err)) return false;
    ledger_.did(key);
    return true;
  }
  failures_.push_back({VAV_E_NOT_FOUND, key + ": an acknowledged face is not listed"});
  return false;
}

bool Hand::remove(const std::string& key) {
  vav_error err = VAV_ERROR_INIT;
  const int64_t person = person_of(key);
  ledger_.will(key, {});
  if (person == 0 || !ok(vav_gallery_remove_person(gallery(), person, &err), err)) return false;
  ledger_.did(key);
  return true;
}

bool Hand::forget(const std::string& key) {
  vav_error err = VAV_ERROR_INIT;
  const int64_t person = person_of(key);
  ledger_.will(key, {});
  vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
  if (person == 0 || !ok(vav_gallery_forget_person(&receipt, gallery(), person, 0, &err), err)) return false;
  ledger_.did(key);
  return true;
}

bool Hand::reencrypt() {
  vav_error err = VAV_ERROR_INIT;
  vav_rekey_options options = VAV_REKEY_OPTIONS_INIT;
  options.reencrypt = 1;
  return !encrypted_ || ok(vav_gallery_rekey(gallery(), &options, &err), err);
}

bool Hand::run(vav_job* job) {
  vav_error err = VAV_ERROR_INIT;
  const bool done = ok(vav_job_run(job, 0, nullptr, &err), err);
  vav_job_destroy(job);
  return done;
}

bool Hand::write_export(const std::string& path) {
  vav_error err = VAV_ERROR_INIT;
  vav_job* job = nullptr;
  for (const std::string& key : imported_keys())
    if (!add(key, {0, 1})) return false;
  return ok(vav_gallery_start_export(&job, gallery(), path.c_str(), 1, &err), err) && run(job);
}

bool Hand::import(const std::string& path) {
  vav_error err = VAV_ERROR_INIT;
  vav_job* job = nullptr;
  for (const std::string& key : imported_keys())
    if (!ledger_.certain(key) || ledger_.now(key).there) return true;
  for (const std::string& key : imported_keys()) ledger_.will(key, {true, key, {0, 1}});
  if (!ok(vav_gallery_start_import(&job, gallery(), path.c_str(), 0, &err), err) || !run(job)) return false;
  for (const std::string& key : imported_keys()) ledger_.did(key);
  return true;
}

bool Hand::begin_and_roll_back(const std::string& key) {
  vav_error err = VAV_ERROR_INIT;
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = fields.external_id = key.c_str();
  int64_t person = 0, id = 0;
  if (!ok(vav_gallery_begin(gallery(), &err), err)) return false;
  const bool done =
      ok(vav_gallery_add_person(&person, gallery(), &fields, &err), err) &&
      ok(vav_gallery_add_template(&id, gallery(), person, face(key, 0).data(), VAV_EMBEDDING_DIM, nullptr, &err), err);
  const vav_status rolled_back = vav_gallery_rollback(gallery(), &err);
  if (!done) return false;  // then there may have been nothing left to roll back
  return ok(rolled_back, err);
}

bool Hand::something(unsigned random, int people, const std::string& exported) {
  if (random % 97 == 0) return reencrypt();
  if (random % 53 == 0) return import(exported);
  const bool of_import = random % 29 == 0;  // so that there is something to import again
  const std::string key = of_import ? imported_keys()[random / 64 % imported_keys().size()]
                                    : "p" + std::to_string(random / 64 % static_cast<unsigned>(people));
  if (!ledger_.certain(key)) return true;
  const State now = ledger_.now(key);
  const int number = static_cast<int>(random / 8 % kMostFaces);
  if (of_import) return !now.there || remove(key);
  if (!now.there) return random % 2 ? add(key, {0, number}) : add_piecemeal(key, {1, number});
  switch (random % 8) {
    case 0:
      return remove(key);
    case 1:
      return forget(key);
    case 2:
      return rename(key, "n" + std::to_string(random % 1000));
    case 3:
      return begin_and_roll_back("r" + std::to_string(random % 7));
    default:
      return now.faces.count(number) ? remove_face(key, number) : add_face(key, number);
  }
}

// ---- Looking ----

int64_t Hand::person_of(const std::string& key) {
  int64_t person = 0;
  look(key, person);
  return person;
}

// Nothing when it could not be read.
std::optional<State> Hand::look(const std::string& key, int64_t& person) {
  vav_error err = VAV_ERROR_INIT;
  person = 0;
  vav_person_query query = VAV_PERSON_QUERY_INIT;
  query.external_id = key.c_str();
  vav_persons* list = nullptr;
  if (!ok(vav_gallery_list_persons(&list, gallery(), &query, &err), err)) return std::nullopt;
  const std::unique_ptr<vav_persons, FreePersons> persons(list);
  vav_person one = VAV_PERSON_INIT;
  if (vav_persons_get(list, 0, &one, nullptr) != VAV_OK) return State{};
  State state{true, one.name, {}};
  person = one.id;
  vav_templates* found = nullptr;
  if (!ok(vav_gallery_list_templates(&found, gallery(), one.id, &err), err)) return std::nullopt;
  const std::unique_ptr<vav_templates, FreeTemplates> templates(found);
  for (int32_t i = 0; i < vav_templates_count(found); ++i) {
    vav_template stored = VAV_TEMPLATE_INIT;
    vav_templates_get(found, i, &stored, nullptr);
    int number = -1;  // no face of theirs
    for (int k = 0; k < kMostFaces; ++k)
      if (const Face own = face(key, k); std::memcmp(stored.embedding, own.data(), sizeof own) == 0) number = k;
    state.faces.insert(number);
  }
  return state;
}

void Hand::verify_search(std::vector<std::string>& problems, const std::string& key, const State& state,
                         int64_t person) {
  vav_error err = VAV_ERROR_INIT;
  vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
  options.threshold = kNear;
  options.only_within_threshold = 1;
  for (int number = 0; number < kMostFaces; ++number) {
    vav_matches* matches = nullptr;
    if (vav_gallery_identify(&matches, gallery(), face(key, number).data(), VAV_EMBEDDING_DIM, &options, &err) !=
        VAV_OK) {
      problems.push_back(key + ": identify: " + err.message);
      return;
    }
    const int64_t found = vav_matches_person(matches, 0);
    const bool expected = state.faces.count(number) > 0;
    if (found != (expected ? person : 0))
      problems.push_back(key + ": face " + std::to_string(number) + " finds person " + std::to_string(found) +
                         ", expected " + std::to_string(expected ? person : 0));
    vav_matches_destroy(matches);
  }
}

std::vector<std::string> Hand::verify() {
  std::vector<std::string> problems;
  vav_error err = VAV_ERROR_INIT;
  int64_t known = 0, faces = 0;
  for (const std::string& key : ledger_.keys()) {
    int64_t person = 0;
    const auto state = look(key, person);
    if (!state) {
      problems.push_back(key + ": cannot be read: " + failures_.back().message);
      continue;
    }
    const std::string expected = ledger_.describe(key);
    if (!ledger_.settle(key, *state)) problems.push_back(key + " is " + describe(*state) + ", expected " + expected);
    verify_search(problems, key, *state, person);
    known += state->there;
    faces += static_cast<int64_t>(state->faces.size());
  }
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  if (vav_gallery_get_info(gallery(), &info, &err) != VAV_OK)
    problems.push_back(std::string("info: ") + err.message);
  else if (info.persons != known || info.templates != faces)
    problems.push_back("holds " + std::to_string(info.persons) + " persons and " + std::to_string(info.templates) +
                       " templates, expected " + std::to_string(known) + " and " + std::to_string(faces));
  for (const std::string& problem : check_problems(gallery())) problems.push_back("check: " + problem);
  return problems;
}

std::vector<std::string> check_problems(vav_gallery* gallery) {
  vav_error err = VAV_ERROR_INIT;
  vav_check_report* report = nullptr;
  std::vector<std::string> problems;
  if (vav_gallery_check(&report, gallery, &err) != VAV_OK) problems.push_back(err.message);
  for (int32_t i = 0; i < vav_check_report_count(report); ++i) problems.push_back(vav_check_report_problem(report, i));
  vav_check_report_destroy(report);
  return problems;
}

}  // namespace visavis::reliability
