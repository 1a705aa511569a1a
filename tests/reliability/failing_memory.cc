// Every call of the gallery's API, once for every allocation of it that can fail, the libraries' included:
// `failing_memory FOLDER plain|encrypted [STEP [EACH]]` (the first EACH, 200; of the many beyond each STEP-th).
// The call says OUT_OF_MEMORY and changes nothing, no lock is kept, and the same call works when memory is back.
#include "failing_memory.h"

#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "failing_malloc.h"
#include "sample.h"
#include "scratch.h"

namespace visavis::reliability {

vav_error err = VAV_ERROR_INIT;

namespace {

constexpr int kPeople = 12;

int64_t add_person(World& world) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = "for one try";
  int64_t person = 0, id = 0;
  vav_gallery_add_person(&person, world.gallery, &fields, &err);
  vav_gallery_add_template(&id, world.gallery, person, face("try", 0).data(), VAV_EMBEDDING_DIM, nullptr, &err);
  return person;
}

// What the second handle sees, and whether it may write.
std::string seen(World& world) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  if (vav_gallery_get_info(world.other, &info, &err) != VAV_OK) return std::string("info: ") + err.message;
  vav_groups* groups = nullptr;
  vav_gallery_list_groups(&groups, world.other, &err);
  vav_move_status move = VAV_MOVE_STATUS_INIT;
  vav_gallery_get_move(world.other, nullptr, &move, &err);
  std::string text = std::to_string(info.persons) + " persons, " + std::to_string(info.templates) + " templates, " +
                     std::to_string(vav_groups_count(groups)) + " groups, " + std::to_string(move.staged) +
                     (move.under_way ? " staged, " : " staged for no move, ") + std::to_string(move.kept_chips) +
                     " chips";
  vav_groups_destroy(groups);
  return text;
}

// For one try; those that were not removed serve the next.
int64_t last_person = 0, last_template = 0;

std::vector<Call> calls() {
  static int64_t out = 0;
  const auto job = [](auto start, const char* name) {
    return [=](World& world) {
      vav_job* job = nullptr;
      const std::string file = world.folder + "/" + name;
      struct stat before = {}, after = {};
      const bool was_there = stat(file.c_str(), &before) == 0;
      vav_status status = start(&job, world.gallery, file.c_str(), 1, &err);
      if (status == VAV_OK) status = vav_job_run(job, 0, nullptr, &err);
      vav_job_destroy(job);
      const bool same = (stat(file.c_str(), &after) == 0) == was_there && before.st_ino == after.st_ino;
      if (status == VAV_OK || same) return status;
      std::snprintf(err.message, sizeof err.message, "failure is told, but the file is in its place");
      return vav_status{VAV_E_INTERNAL};
    };
  };
  const Act prepare_person = [](World& world) {
    vav_persons* there = nullptr;
    vav_person_query query = VAV_PERSON_QUERY_INIT;
    query.person = last_person;
    if (last_person) vav_gallery_list_persons(&there, world.gallery, &query, &err);
    if (vav_persons_count(there) == 0) last_person = add_person(world);
    vav_persons_destroy(there);
    return last_person ? VAV_OK : VAV_E_INTERNAL;
  };
  return {
      {"models",
       [](World&) {
         vav_models* models = nullptr;
         const vav_status status = vav_models_open(&models, nullptr, &err);
         vav_models_destroy(models);
         return status;
       }},
      {"open",
       [](World& world) {
         vav_gallery* gallery = nullptr;
         const vav_status status = world.open(&gallery, world.path, VAV_GALLERY_MUST_EXIST);
         vav_gallery_destroy(gallery);
         return status;
       }},
      {"open read-only",
       [](World& world) {
         vav_gallery* gallery = nullptr;
         const vav_status status = world.open(&gallery, world.path, VAV_GALLERY_READ_ONLY);
         vav_gallery_destroy(gallery);
         return status;
       }},
      {"create",
       [](World& world) {
         vav_gallery* gallery = nullptr;
         const vav_status status = world.open(&gallery, world.folder + "/new.vav", VAV_GALLERY_OPEN_OR_CREATE);
         vav_gallery_destroy(gallery);
         return status;
       },
       [](World& world) {  // what a try leaves is nothing, or a whole gallery
         const std::string path = world.folder + "/new.vav";
         vav_gallery* gallery = nullptr;
         const vav_status status = world.open(&gallery, path, VAV_GALLERY_READ_ONLY);
         vav_gallery_destroy(gallery);
         for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
         return status == VAV_E_FILE_NOT_FOUND ? vav_status{VAV_OK} : status;
       }},
      {"info",
       [](World& world) {
         vav_gallery_info info = VAV_GALLERY_INFO_INIT;
         return vav_gallery_get_info(world.gallery, &info, &err);
       }},
      {"add person",
       [](World& world) {
         vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
         fields.name = "A name that is too long to be stored in a string object itself";
         fields.metadata = "{\"a\": [1, 2, {\"b\": \"c\"}]}";
         return vav_gallery_add_person(&out, world.gallery, &fields, &err);
       }},
      {"update person",
       [](World& world) {
         vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
         fields.name = "Another name that is too long to be stored in a string object";
         fields.valid_until = 4'000'000'000'000;
         return vav_gallery_update_person(world.gallery, 1, &fields, &err);
       }},
      {"update within",  // a transaction; the part that failed is not in it
       [](World& world) {
         vav_status status = vav_gallery_begin(world.gallery, &err);
         if (status != VAV_OK) return status;
         vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
         fields.name = "Another name that is too long to be stored in a string object";
         status = vav_gallery_update_person(world.gallery, 6, &fields, &err);
         if (status == VAV_OK || vav_gallery_commit(world.gallery, nullptr) != VAV_OK)
           vav_gallery_rollback(world.gallery, nullptr);
         return status;
       },
       [](World& world) {
         vav_persons* there = nullptr;
         vav_person_query query = VAV_PERSON_QUERY_INIT;
         query.person = 6;
         vav_person person = VAV_PERSON_INIT;
         vav_status status = vav_gallery_list_persons(&there, world.other, &query, &err);
         if (status == VAV_OK) status = vav_persons_get(there, 0, &person, &err);
         if (status == VAV_OK && std::string(person.name) != "p6") {
           std::snprintf(err.message, sizeof err.message, "what failed has changed the name");
           status = VAV_E_INTERNAL;
         }
         vav_persons_destroy(there);
         return status;
       }},
      {"join group", [](World& world) { return vav_gallery_join_group(world.gallery, 2, "day", &err); },
       [](World& world) { return vav_gallery_leave_group(world.gallery, 2, "day", &err); }},
      {"leave group", [](World& world) { return vav_gallery_leave_group(world.gallery, 3, "night", &err); },
       [](World& world) { return vav_gallery_join_group(world.gallery, 3, "night", &err); }},
      {"add template",
       [](World& world) {
         return vav_gallery_add_template(&last_template, world.gallery, 4, face("more", 1).data(), VAV_EMBEDDING_DIM,
                                         nullptr, &err);
       }},
      {"remove template",
       [](World& world) {
         const vav_status status = vav_gallery_remove_template(world.gallery, last_template, &err);
         if (status == VAV_OK) last_template = 0;
         return status;
       },
       [](World& world) {
         if (last_template) return vav_status{VAV_OK};
         return vav_gallery_add_template(&last_template, world.gallery, 4, face("more", 1).data(), VAV_EMBEDDING_DIM,
                                         nullptr, &err);
       }},
      {"remove person", [](World& world) { return vav_gallery_remove_person(world.gallery, last_person, &err); },
       prepare_person},
      {"forget person",
       [](World& world) {
         vav_erase_receipt receipt = VAV_ERASE_RECEIPT_INIT;
         return vav_gallery_forget_person(&receipt, world.gallery, last_person, 0, &err);
       },
       prepare_person},
      {"purge", [](World& world) { return vav_gallery_purge_expired(&out, world.gallery, 0, &err); }},
      {"list persons",
       [](World& world) {
         vav_persons* persons = nullptr;
         const vav_status status = vav_gallery_list_persons(&persons, world.gallery, nullptr, &err);
         vav_persons_destroy(persons);
         return status;
       }},
      {"list templates",
       [](World& world) {
         vav_templates* templates = nullptr;
         const vav_status status = vav_gallery_list_templates(&templates, world.gallery, 4, &err);
         vav_templates_destroy(templates);
         return status;
       }},
      {"identify",
       [](World& world) {
         vav_matches* matches = nullptr;
         const vav_status status =
             vav_gallery_identify(&matches, world.gallery, face("p3", 0).data(), VAV_EMBEDDING_DIM, nullptr, &err);
         vav_matches_destroy(matches);
         return status;
       },
       [](World& world) {  // so that the index has something to take up
         vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
         fields.enabled = VAV_SWITCH_ON;
         return vav_gallery_update_person(world.other, 5, &fields, &err);
       }},
      {"verify",
       [](World& world) {
         vav_comparison comparison = VAV_COMPARISON_INIT;
         return vav_gallery_verify(&comparison, world.gallery, 3, face("p3", 0).data(), VAV_EMBEDDING_DIM, 0, &err);
       }},
      {"verify with",
       [](World& world) {
         vav_comparison comparison = VAV_COMPARISON_INIT;
         vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
         options.note_seen = 1;
         return vav_gallery_verify_with(&comparison, world.gallery, 3, face("p3", 0).data(), VAV_EMBEDDING_DIM,
                                        &options, &err);
       }},
      {"identify batch",
       [](World& world) {
         std::vector<float> both;
         for (const char* who : {"p3", "p4"}) {
           const Face one = face(who, 0);
           both.insert(both.end(), one.begin(), one.end());
         }
         vav_matches* matches[2] = {};
         const vav_status status =
             vav_gallery_identify_batch(matches, world.gallery, both.data(), VAV_EMBEDDING_DIM, 2, nullptr, &err);
         for (vav_matches* each : matches) vav_matches_destroy(each);
         return status;
       }},
      {"list groups",
       [](World& world) {
         vav_groups* groups = nullptr;
         const vav_status status = vav_gallery_list_groups(&groups, world.gallery, &err);
         vav_groups_destroy(groups);
         return status;
       }},
      {"set threshold", [](World& world) { return vav_gallery_set_threshold(world.gallery, 0.5f, &err); },
       [](World& world) { return vav_gallery_set_threshold(world.gallery, 0, &err); }},
      {"finish erasing",
       [](World& world) {
         vav_erasure erasure = 0;
         return vav_gallery_finish_erasing(&erasure, world.gallery, 0, &err);
       }},
      {"find duplicates",
       [](World& world) {
         vav_matches* matches = nullptr;
         const vav_status status =
             vav_gallery_find_duplicates(&matches, world.gallery, face("p3", 0).data(), VAV_EMBEDDING_DIM, 0, 0, &err);
         vav_matches_destroy(matches);
         return status;
       }},
      {"list duplicates",
       [](World& world) {
         vav_duplicates* pairs = nullptr;
         const vav_status status = vav_gallery_list_duplicates(&pairs, world.gallery, nullptr, &err);
         vav_duplicates_destroy(pairs);
         return status;
       }},
      {"audit on", [](World& world) { return vav_gallery_set_audit(world.gallery, 1, &err); }},
      {"list audit",
       [](World& world) {
         vav_audit_entries* entries = nullptr;
         const vav_status status = vav_gallery_list_audit(&entries, world.gallery, 0, 10, &err);
         vav_audit_entries_destroy(entries);
         return status;
       }},
      {"verify audit",
       [](World& world) {
         vav_audit_report report = VAV_AUDIT_REPORT_INIT;
         const vav_status status = vav_gallery_verify_audit(&report, world.gallery, nullptr, &err);
         if (status == VAV_OK && !report.sound) return vav_status{VAV_E_INTERNAL};
         return status;
       }},
      {"audit off", [](World& world) { return vav_gallery_set_audit(world.gallery, 0, &err); }},
      {"check",
       [](World& world) {
         vav_check_report* report = nullptr;
         vav_status status = vav_gallery_check(&report, world.gallery, &err);
         if (status == VAV_OK && vav_check_report_count(report) > 0) {
           status = VAV_E_GALLERY_CORRUPT;  // it is sound
           std::snprintf(err.message, sizeof err.message, "%s", vav_check_report_problem(report, 0));
         }
         vav_check_report_destroy(report);
         return status;
       }},
      {"compact", [](World& world) { return vav_gallery_compact(world.gallery, &err); }},
      {"backup", job(vav_gallery_start_backup, "copy.vav")},
      {"export", job(vav_gallery_start_export, "people.export")},
      {"import", job(vav_gallery_start_import, "people.export")},  // all known: nobody is added
      {"rekey",
       [](World& world) {
         if (!world.encrypted) return vav_status{VAV_OK};
         vav_rekey_options options = VAV_REKEY_OPTIONS_INIT;
         options.reencrypt = 1;
         return vav_gallery_rekey(world.gallery, &options, &err);
       }},
  };
}

// False when the call makes fewer allocations than that.
bool one_try(World& world, Report& report, const Call& call, long nth, bool forever) {
  const std::string where =
      std::string(call.name) + ", allocation " + std::to_string(nth) + (forever ? " and all that follow" : "");
  if (call.prepare)
    if (const vav_status status = call.prepare(world); status != VAV_OK)
      report.problem(where, std::string("cannot be prepared: ") + vav_status_name(status) + " " + err.message);
  const std::string before = seen(world);
  fail_allocation(nth, forever);
  vav_status status = VAV_E_OUT_OF_MEMORY;
  try {
    status = call.act(world);
  } catch (const std::bad_alloc&) {  // it was an allocation of this program
  }
  const bool has_failed = allocations_work_again();
  if (status != VAV_OK && status != VAV_E_OUT_OF_MEMORY)
    report.problem(where, std::string(vav_status_name(status)) + " " + err.message);
  if (!has_failed) return false;
  if (const std::string after = seen(world); status != VAV_OK && after != before)
    report.problem(where, "there were " + before + ", and there are " + after);
  if (vav_gallery_begin(world.other, &err) != VAV_OK)
    report.problem(where, std::string("a lock is kept: ") + err.message);
  else
    vav_gallery_rollback(world.other, &err);
  vav_matches* matches = nullptr;
  if (vav_gallery_identify(&matches, world.gallery, face("p7", 0).data(), VAV_EMBEDDING_DIM, nullptr, &err) != VAV_OK)
    report.problem(where, std::string("the next answer: ") + vav_status_name(err.code) + " " + err.message);
  else if (vav_matches_decision(matches) != VAV_DECISION_MATCH || vav_matches_person(matches, 0) != 7)
    report.problem(where, "the next answer is wrong");
  vav_matches_destroy(matches);
  return true;
}

int run(const std::string& folder, bool encrypted, Sample sample) {
  const Scratch scratch(folder);
  Report report;
  World world;
  world.folder = folder + "/";
  world.path = scratch.file();
  world.folder = world.path.substr(0, world.path.rfind('/'));
  world.encrypted = encrypted;
  if (vav_models_open(&world.models, nullptr, &err) != VAV_OK ||
      world.open(&world.gallery, world.path, VAV_GALLERY_OPEN_OR_CREATE) != VAV_OK ||
      world.open(&world.other, world.path, VAV_GALLERY_MUST_EXIST) != VAV_OK || !prepare_move(world))
    return std::fprintf(stderr, "%s\n", err.message), 2;
  for (int i = 1; i <= kPeople; ++i) {
    const std::string name = "p" + std::to_string(i);
    vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
    fields.name = fields.external_id = name.c_str();
    int64_t person = 0, id = 0;
    vav_gallery_add_person(&person, world.gallery, &fields, &err);
    vav_gallery_add_template(&id, world.gallery, person, face(name, 0).data(), VAV_EMBEDDING_DIM, nullptr, &err);
  }
  std::vector<Call> all = calls();
  for (const Call& call : moving_calls()) all.push_back(call);
  for (const Call& call : all)
    for (const bool forever : {false, true}) {
      long nth = 1;
      while (one_try(world, report, call, nth, forever)) nth = sample.after(nth);
      std::printf("%-16s %s, up to allocation %ld\n", call.name, forever ? "for ever" : "once    ", nth - 1);
    }
  report.problems("check", check_problems(world.other));
  vav_gallery_destroy(world.gallery);
  vav_gallery_destroy(world.other);
  end_move(world);
  vav_models_destroy(world.models);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  const visavis::reliability::Sample sample = visavis::reliability::sample_from(argc, argv, 3, 200);
  if (argc < 3 || sample.step == 0)
    return std::fprintf(stderr, "usage: failing_memory FOLDER plain|encrypted [STEP [EACH]]\n"), 2;
  return visavis::reliability::run(argv[1], std::string(argv[2]) == "encrypted", sample);
}
