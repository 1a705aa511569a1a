// A transaction of the caller's, once for every allocation and every system call on files in every call within it:
// `failing_within FOLDER plain|encrypted [STEP [EACH]]` (the first EACH, 20; then of the allocations each STEP-th, and of
// the system calls each third, or each where no EACH is given).
// What failed is undone alone, or the whole transaction is and says so until it is ended: at the end the file, another
// handle and a copy as after a crash hold all of it or nothing, as was told.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "failing_calls.h"
#include "failing_malloc.h"
#include "hand.h"
#include "sample.h"
#include "scratch.h"

namespace visavis::reliability {
namespace {

const std::string kLong(1000, 'x');
vav_error err = VAV_ERROR_INIT;

struct World {
  std::string folder;
  bool encrypted = false;
  vav_models *models = nullptr, *to = nullptr;  // and those to move to
  vav_gallery *gallery = nullptr, *other = nullptr;

  std::string file(const char* name) const { return folder + "/" + name; }
  vav_status open(vav_gallery** out, const char* name) const {
    static const uint8_t kKey[VAV_KEY_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8};
    vav_gallery_key key = VAV_GALLERY_KEY_INIT;
    key.key = kKey;
    vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
    options.busy_timeout_ms = 1;
    if (encrypted) options.key = &key;
    return vav_gallery_open(out, file(name).c_str(), models, &options, &err);
  }
  void close() {
    vav_gallery_destroy(std::exchange(gallery, nullptr));
    vav_gallery_destroy(std::exchange(other, nullptr));
  }
};

// All that a gallery holds, in words.
std::string seen(vav_gallery* gallery) {
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  vav_persons* persons = nullptr;
  vav_groups* groups = nullptr;
  vav_matches* matches = nullptr;
  vav_audit_report report = VAV_AUDIT_REPORT_INIT;
  vav_move_status move = VAV_MOVE_STATUS_INIT;
  static const Face kFace = face("within", 0);
  if (vav_gallery_get_info(gallery, &info, &err) != VAV_OK ||
      vav_gallery_get_move(gallery, nullptr, &move, &err) != VAV_OK ||
      vav_gallery_list_persons(&persons, gallery, nullptr, &err) != VAV_OK ||
      vav_gallery_list_groups(&groups, gallery, &err) != VAV_OK ||
      vav_gallery_find_duplicates(&matches, gallery, kFace.data(), VAV_EMBEDDING_DIM, 0, 0.01f, &err) != VAV_OK ||
      vav_gallery_verify_audit(&report, gallery, nullptr, &err) != VAV_OK)
    return std::string("cannot be read: ") + vav_status_name(err.code) + " " + err.message;
  std::string text = std::to_string(info.templates) + " templates, threshold " + std::to_string(info.threshold) + ", " +
                     std::to_string(report.entries) + (report.sound ? " entries" : " entries, NOT SOUND") + ", found " +
                     std::to_string(vav_matches_count(matches)) + ", " + std::to_string(move.staged) +
                     (move.under_way ? " staged, " : " staged for no move, ") + std::to_string(move.kept_chips) +
                     " chips:";
  for (int32_t i = 0; i < vav_persons_count(persons); ++i) {
    vav_person one = VAV_PERSON_INIT;
    vav_persons_get(persons, i, &one, nullptr);
    text += " " + std::to_string(one.id) + std::string(one.name).substr(0, 6) + (one.enabled ? "+" : "-") +
            std::to_string(one.templates);
  }
  for (int32_t i = 0; i < vav_groups_count(groups); ++i)
    text += " " + std::string(vav_groups_name(groups, i)) + "=" + std::to_string(vav_groups_persons(groups, i));
  vav_persons_destroy(persons);
  vav_groups_destroy(groups);
  vav_matches_destroy(matches);
  return text;
}

// The same as a new program finds it after a crash.
std::string after_crash(const World& world) {
  for (const char* end : {"", "-wal"}) {
    std::filesystem::remove(world.file("crash.vav") + end);
    if (std::filesystem::exists(world.file("people.vav") + end))
      std::filesystem::copy_file(world.file("people.vav") + end, world.file("crash.vav") + end);
  }
  vav_gallery* gallery = nullptr;
  if (world.open(&gallery, "crash.vav") != VAV_OK) return std::string("cannot be opened: ") + err.message;
  const std::string text = seen(gallery);
  vav_gallery_destroy(gallery);
  return text;
}

// ---- The calls ----

vav_person_fields with_name(const char* name) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name;
  return fields;
}

struct Call {
  const char* name;
  std::function<vav_status(vav_gallery*)> act;
  enum class Kind { read, change, notes_seen } kind = Kind::read;
};
constexpr Call::Kind kChange = Call::Kind::change;

Face unit_face(size_t place) {
  Face values{};
  values[place] = 1;
  return values;
}

vav_image* chip() {
  static uint8_t pixels[3 * 60 * 60];
  for (size_t i = 0; i < sizeof pixels; ++i) pixels[i] = static_cast<uint8_t>(i * i / 7);
  static vav_image* made = nullptr;
  vav_pixels view = VAV_PIXELS_INIT;
  view.format = VAV_PIXEL_RGB;
  view.width = view.height = 60;
  view.data[0] = pixels;
  if (!made) vav_image_wrap(&made, &view, nullptr);
  return made;
}

// They destroy what they are given, whatever happens.
std::vector<Call> calls(const vav_models* to) {
  static const Face kFace = face("within", 0), kOther = face("other", 1);
  return {
      {"add person",
       [](vav_gallery* g) {
         vav_person_fields fields = with_name(kLong.c_str());
         int64_t id = 0;
         return vav_gallery_add_person(&id, g, &fields, &err);
       },
       kChange},
      {"update person",
       [](vav_gallery* g) {
         vav_person_fields fields = with_name(kLong.c_str());
         return vav_gallery_update_person(g, 2, &fields, &err);
       },
       kChange},
      {"remove person", [](vav_gallery* g) { return vav_gallery_remove_person(g, 3, &err); }, kChange},
      {"add template",
       [](vav_gallery* g) {
         int64_t id = 0;
         return vav_gallery_add_template(&id, g, 2, kOther.data(), VAV_EMBEDDING_DIM, nullptr, &err);
       },
       kChange},
      {"remove template", [](vav_gallery* g) { return vav_gallery_remove_template(g, 2, &err); }, kChange},
      {"join group", [](vav_gallery* g) { return vav_gallery_join_group(g, 4, "day", &err); }, kChange},
      {"leave group", [](vav_gallery* g) { return vav_gallery_leave_group(g, 2, "night", &err); }, kChange},
      {"purge",
       [](vav_gallery* g) {
         int64_t removed = 0;
         return vav_gallery_purge_expired(&removed, g, 5000, &err);
       },
       kChange},
      {"set threshold", [](vav_gallery* g) { return vav_gallery_set_threshold(g, 0.8f, &err); }, kChange},
      {"stage",
       [to](vav_gallery* g) { return vav_gallery_stage(g, to, 4, unit_face(4).data(), VAV_EMBEDDING_DIM, &err); },
       kChange},
      {"cancel move", [](vav_gallery* g) { return vav_gallery_cancel_move(g, &err); }, kChange},
      {"keep chip", [](vav_gallery* g) { return vav_gallery_keep_chip(g, 4, chip(), &err); }, kChange},
      {"remove chips", [](vav_gallery* g) { return vav_gallery_remove_chips(g, &err); }, kChange},
      {"move status",
       [to](vav_gallery* g) {
         vav_move_status status = VAV_MOVE_STATUS_INIT;
         return vav_gallery_get_move(g, to, &status, &err);
       }},
      {"list unstaged",
       [](vav_gallery* g) {
         vav_unstaged page[40];
         int32_t count = 0;
         return vav_gallery_list_unstaged(page, &count, 40, g, 0, &err);
       }},
      {"kept chip",
       [](vav_gallery* g) {
         vav_image* kept = nullptr;
         const vav_status status = vav_gallery_get_chip(&kept, g, 1, &err);
         vav_image_destroy(kept);
         return status;
       }},
      {"info",
       [](vav_gallery* g) {
         vav_gallery_info info = VAV_GALLERY_INFO_INIT;
         return vav_gallery_get_info(g, &info, &err);
       }},
      {"list persons",
       [](vav_gallery* g) {
         vav_persons* persons = nullptr;
         const vav_status status = vav_gallery_list_persons(&persons, g, nullptr, &err);
         vav_persons_destroy(persons);
         return status;
       }},
      {"list templates",
       [](vav_gallery* g) {
         vav_templates* templates = nullptr;
         const vav_status status = vav_gallery_list_templates(&templates, g, 2, &err);
         vav_templates_destroy(templates);
         return status;
       }},
      {"find duplicates",
       [](vav_gallery* g) {
         vav_matches* matches = nullptr;
         const vav_status status =
             vav_gallery_find_duplicates(&matches, g, kFace.data(), VAV_EMBEDDING_DIM, 0, 0, &err);
         vav_matches_destroy(matches);
         return status;
       }},
      {"identify",
       [](vav_gallery* g) {
         vav_matches* matches = nullptr;
         vav_identify_options options = VAV_IDENTIFY_OPTIONS_INIT;
         options.note_seen = 1;
         const vav_status status = vav_gallery_identify(&matches, g, kFace.data(), VAV_EMBEDDING_DIM, &options, &err);
         vav_matches_destroy(matches);
         return status;
       },
       Call::Kind::notes_seen},
      {"verify",
       [](vav_gallery* g) {
         vav_comparison comparison = VAV_COMPARISON_INIT;
         return vav_gallery_verify(&comparison, g, 2, kFace.data(), VAV_EMBEDDING_DIM, 0, &err);
       }},
      {"verify audit",
       [](vav_gallery* g) {
         vav_audit_report report = VAV_AUDIT_REPORT_INIT;
         return vav_gallery_verify_audit(&report, g, nullptr, &err);
       }},
      {"check",
       [](vav_gallery* g) {
         vav_check_report* report = nullptr;
         vav_status status = vav_gallery_check(&report, g, &err);
         if (status == VAV_OK && vav_check_report_count(report) > 0) status = VAV_E_GALLERY_CORRUPT;
         vav_check_report_destroy(report);
         return status;
       }},
  };
}

// ---- The failures ----

struct Fault {
  std::optional<SystemCall> call;  // none: an allocation
  bool for_ever = false;

  std::string name() const { return std::string(call ? name_of(*call) : "memory") + (for_ever ? " from" : ""); }
  void set(long nth) const {
    if (call)
      fail_call(*call, nth, for_ever, *call == SystemCall::write ? ENOSPC : EIO);
    else
      fail_allocation(nth, for_ever);
  }
  // Whether anything has failed.
  bool clear() const { return call ? calls_work_again() : allocations_work_again(); }
  bool explains(vav_status status) const {
    return call ? status == VAV_E_IO || status == VAV_E_DISK_FULL : status == VAV_E_OUT_OF_MEMORY;
  }
};

std::vector<Fault> faults() {
  std::vector<Fault> all;
  for (const bool for_ever : {false, true}) {
    all.push_back({std::nullopt, for_ever});
    for (const SystemCall call : kSystemCalls) all.push_back({call, for_ever});
  }
  return all;
}

// ---- One transaction ----

vav_status under(const Fault& fault, long nth, bool& failed, const std::function<vav_status()>& act) {
  fault.set(nth);
  vav_status status = VAV_E_OUT_OF_MEMORY;
  try {
    status = act();
  } catch (const std::bad_alloc&) {  // an allocation of this program
  }
  failed = fault.clear();
  return status;
}

class Trial {
 public:
  Trial(World& world, Report& report) : world_(world), report_(report) {}

  // False when the call is over before the n-th.
  bool within(const Call& call, const Fault& fault, long nth, bool commits) {
    begin(std::string(call.name) + ", " + fault.name() + " " + std::to_string(nth) + (commits ? ", commit" : ""));
    bool failed = false;
    const vav_status status = under(fault, nth, failed, [&] { return call.act(world_.gallery); });
    const bool refused = status == VAV_E_WRONG_STATE && world_.encrypted;  // its audit log is on
    if (status != VAV_OK && !refused && !fault.explains(status)) told("the call", status);
    const vav_status after = vav_gallery_join_group(world_.gallery, 5, "late", &err);
    const bool undone = after == VAV_E_WRONG_STATE;
    // Noting who was seen never fails the answer.
    if (after != VAV_OK && !(undone && (status != VAV_OK || call.kind == Call::Kind::notes_seen)))
      told("the change after it", after);
    if (undone) expect("undone, this handle", seen(world_.gallery), base_);
    // What this handle sees now is what it will keep.
    const std::string kept = undone ? base_ : seen(world_.gallery);
    const vav_status end =
        commits ? vav_gallery_commit(world_.gallery, &err) : vav_gallery_rollback(world_.gallery, &err);
    if (end != (commits && undone ? VAV_E_WRONG_STATE : VAV_OK)) told("its end", end);
    if (!undone && commits && status != VAV_OK) expect("what was committed", kept, without_);
    end_of(commits ? kept : base_);
    return failed;
  }

  // The same of the end itself.
  bool at_end(bool commits, const Fault& fault, long nth) {
    begin(std::string(commits ? "commit" : "rollback") + ", " + fault.name() + " " + std::to_string(nth));
    vav_gallery_join_group(world_.gallery, 5, "late", &err);
    bool failed = false;
    const vav_status status = under(fault, nth, failed, [&] {
      return commits ? vav_gallery_commit(world_.gallery, &err) : vav_gallery_rollback(world_.gallery, &err);
    });
    if (status != VAV_OK && !fault.explains(status)) told("the end", status);
    if (status != VAV_OK) {
      const vav_status again = vav_gallery_rollback(world_.gallery, &err);
      if (again != VAV_OK && (commits || again != VAV_E_WRONG_STATE)) told("rolling back", again);
    }
    end_of(commits && status == VAV_OK ? without_ : base_);
    return failed;
  }

  // And of a change outside of any transaction.
  bool alone(const Call& call, const Fault& fault, long nth) {
    fresh(std::string(call.name) + " alone, " + fault.name() + " " + std::to_string(nth));
    bool failed = false;
    const vav_status status = under(fault, nth, failed, [&] { return call.act(world_.gallery); });
    if (status != VAV_OK && !fault.explains(status)) told("the call", status);
    // While the disk or memory goes on failing, nobody knows what a crash would bring back, and that is said.
    const bool unknown =
        status == VAV_E_OUT_OF_MEMORY || std::string(err.message).find("nevertheless") != std::string::npos;
    end_of(status == VAV_OK ? seen(world_.gallery) : base_, fault.for_ever && unknown);
    return failed;
  }

  // What is there when the call in the middle has failed.
  void learn() {
    begin("without a failure");
    vav_gallery_join_group(world_.gallery, 5, "late", &err);
    without_ = seen(world_.gallery);
    vav_gallery_commit(world_.gallery, &err);
    end_of(without_);
  }

 private:
  void told(const std::string& what, vav_status status) {
    report_.problem(where_, what + ": " + vav_status_name(status) + " " + err.message);
  }
  void expect(const std::string& what, const std::string& is, const std::string& expected) {
    if (is != expected) report_.problem(where_, what + ": " + is + "\n  expected " + expected);
  }

  void fresh(const std::string& where) {
    where_ = where;
    world_.close();
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(world_.file("people.vav") + end);
    std::filesystem::copy_file(world_.file("base.vav"), world_.file("people.vav"));
    for (vav_gallery** handle : {&world_.gallery, &world_.other})
      if (world_.open(handle, "people.vav") != VAV_OK) told("opening", err.code);
    if (vav_gallery_join_group(world_.other, 6, "early", &err) != VAV_OK) told("a change before", err.code);  // a log
    base_ = seen(world_.other);
  }

  void begin(const std::string& where) {
    fresh(where);
    vav_person_fields off = VAV_PERSON_FIELDS_INIT, within = with_name("within");
    off.enabled = VAV_SWITCH_OFF;
    int64_t person = 0, id = 0;
    static const Face kFace = face("within", 0);
    seen(world_.gallery);
    if (vav_gallery_begin(world_.gallery, &err) != VAV_OK ||
        vav_gallery_update_person(world_.gallery, 1, &off, &err) != VAV_OK ||
        vav_gallery_set_threshold(world_.gallery, 0.9f, &err) != VAV_OK ||
        vav_gallery_add_person(&person, world_.gallery, &within, &err) != VAV_OK ||
        vav_gallery_add_template(&id, world_.gallery, person, kFace.data(), VAV_EMBEDDING_DIM, nullptr, &err) != VAV_OK)
      told("beginning", err.code);
    seen(world_.gallery);  // the index in memory follows
  }

  void end_of(const std::string& expected, bool unknown_after_crash = false) {
    if (!unknown_after_crash) expect("after a crash", after_crash(world_), expected);
    expect("another handle", seen(world_.other), expected);
    expect("this handle", seen(world_.gallery), expected);
    for (const std::string& problem : check_problems(world_.gallery)) report_.problem(where_, "check: " + problem);
    vav_person_fields fields = with_name("last");
    int64_t person = 0;
    if (vav_gallery_add_person(&person, world_.gallery, &fields, &err) != VAV_OK) told("a change afterwards", err.code);
  }

  World& world_;
  Report& report_;
  std::string where_, base_, without_;
};

bool make_base(World& world) {
  if (world.open(&world.gallery, "base.vav") != VAV_OK) return false;
  vav_gallery* g = world.gallery;
  bool well = vav_gallery_set_threshold(g, 0.5f, &err) == VAV_OK;
  if (world.encrypted) well = well && vav_gallery_set_audit(g, 1, &err) == VAV_OK;
  for (int i = 1; i <= 12 && well; ++i) {
    const std::string name = "p" + std::to_string(i);
    vav_person_fields fields = with_name(name.c_str());
    fields.metadata = R"({"a": [1, 2, 3]})";
    if (i > 9) fields.expires_at = 1000;
    int64_t person = 0, id = 0;
    well = vav_gallery_add_person(&person, g, &fields, &err) == VAV_OK;
    for (int k = 0; k < 3 && well; ++k)
      well = vav_gallery_add_template(&id, g, person, face(name, k).data(), VAV_EMBEDDING_DIM, nullptr, &err) == VAV_OK;
  }
  for (int64_t id = 1; id <= 3 && well; ++id)
    well = vav_gallery_stage(g, world.to, id, unit_face(size_t(id)).data(), VAV_EMBEDDING_DIM, &err) == VAV_OK &&
           vav_gallery_keep_chip(g, id, chip(), &err) == VAV_OK;
  return well && vav_gallery_join_group(g, 2, "night", &err) == VAV_OK;
}

int run(const std::string& folder, bool encrypted, Sample sample, bool all_calls) {
  const Scratch scratch(folder);
  Report report;
  World world;
  world.folder = scratch.file("");
  world.encrypted = encrypted;
  vav_models_options options = VAV_MODELS_OPTIONS_INIT;
  options.set = "opencv-zoo";
  if (vav_models_open(&world.models, nullptr, &err) != VAV_OK || vav_models_open(&world.to, &options, &err) != VAV_OK ||
      !make_base(world))
    return std::fprintf(stderr, "%s\n", err.message), 2;
  world.close();
  Trial trial(world, report);
  trial.learn();
  long transactions = 0;
  const auto each = [&](const Fault& fault, const std::function<bool(long)>& once) {
    const Sample of = fault.call ? Sample{all_calls ? 1 : 3, sample.each} : sample;
    for (long nth = 1; once(nth); nth = of.after(nth)) ++transactions;
  };
  const std::vector<Call> all = calls(world.to);
  for (const Fault& fault : faults()) {
    const long before = transactions;
    for (const Call& call : all) {
      each(fault, [&](long nth) { return trial.within(call, fault, nth, nth % 2); });
      if (fault.call && !fault.for_ever)
        each(fault, [&](long nth) { return trial.within(call, fault, nth, !(nth % 2)); });
    }
    for (const bool commits : {true, false}) each(fault, [&](long nth) { return trial.at_end(commits, fault, nth); });
    for (const Call& call : all)
      if (call.kind == kChange) each(fault, [&](long nth) { return trial.alone(call, fault, nth); });
    std::printf("%-14s %4ld made to fail\n", fault.name().c_str(), transactions - before);
  }
  world.close();
  vav_image_destroy(chip());
  vav_models_destroy(world.models);
  vav_models_destroy(world.to);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  const visavis::reliability::Sample sample = visavis::reliability::sample_from(argc, argv, 3, 20);
  if (argc < 3 || sample.step == 0)
    return std::fprintf(stderr, "usage: failing_within FOLDER plain|encrypted [STEP [EACH]]\n"), 2;
  return visavis::reliability::run(argv[1], std::string(argv[2]) == "encrypted", sample, argc < 5);
}
