// What a gallery stores and finds, as plain structs. Times are milliseconds since 1970-01-01 UTC.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/secret_memory.h"
#include "crypto/key_wrap.h"
#include "types/calibration.h"
#include "types/face.h"
#include "types/recipe.h"

namespace visavis {

enum class GalleryMode : int32_t { open_or_create = 0, must_exist = 1, must_be_new = 2, read_only = 3 };

enum class Durability : int32_t { full = 0, normal = 1 };

// A caller's function that says whether to go on; none: always.
struct KeepGoing {
  int32_t (*ask)(void*) = nullptr;
  void* user = nullptr;
  bool operator()() const { return !ask || ask(user) != 0; }
  // Error CANCELLED.
  void require(const std::string& path) const {
    if (!(*this)())
      throw Error(VAV_E_CANCELLED,
                  path + ": stopped, as the caller's keep_going asked; what was not finished is undone");
  }
};

struct GalleryOptions {
  GalleryMode mode = GalleryMode::open_or_create;
  int busy_timeout_ms = 5000;
  Durability durability = Durability::full;
  std::shared_ptr<const KeySource> key = {};  // none: a plain gallery
  std::string audit_label = {};               // who uses this handle, for the audit log
  int threads = 1;                            // for one search, and for reading the gallery at the first
  KeepGoing keep_going = {};
  float compat_threshold = 0;                           // of the models; 0: as the recipe says
  std::shared_ptr<const Calibration> calibration = {};  // the user's table of error rates; none: the library's
};

inline constexpr size_t kMostText = 1024;  // bytes, of names, external ids, consent references, groups and sources
inline constexpr size_t kMostMetadata = 1 << 20;  // bytes

inline constexpr int64_t kNoTime = -1;
// The latest time that is stored, given or imported; the earliest is 0. A double holds it exactly.
inline constexpr int64_t kLatestTime = int64_t{1} << 53;

// Such times are refused: they leave no moment at which a person could be found.
inline bool is_never_valid(const std::optional<int64_t>& from, const std::optional<int64_t>& until) {
  return from && until && *from >= *until;
}

// What to set; an absent field stays as it is (a new person: none, "{}", enabled). An external id or a consent
// reference of "" is none, and so is kNoTime.
struct PersonFields {
  std::optional<std::string> name = {}, external_id = {}, metadata = {};
  std::optional<bool> enabled = {};                          // false: is no candidate
  std::optional<int64_t> valid_from = {}, valid_until = {};  // is a candidate from … until before …
  std::optional<std::string> consent_ref = {};
  std::optional<int64_t> consent_at = {};
  std::optional<int64_t> expires_at = {};  // no candidate from then on, and to be purged
  std::optional<std::vector<std::string>> groups = {};

  ~PersonFields() {
    wipe(name);
    wipe(external_id);
    wipe(metadata);
    wipe(consent_ref);
    if (groups) wipe(*groups);
  }
};

struct Person {
  int64_t id = 0;
  std::string name;
  std::optional<std::string> external_id;
  std::string metadata;
  int64_t created_at = 0, updated_at = 0;
  bool enabled = true;
  std::optional<int64_t> valid_from, valid_until;
  std::optional<std::string> consent_ref;
  std::optional<int64_t> consent_at, expires_at, last_seen_at;
  int64_t templates = 0;  // how many
  std::vector<std::string> groups;

  // The texts about a person do not stay in freed memory.
  Person() = default;
  Person(const Person&) = default;
  Person(Person&&) noexcept = default;
  Person& operator=(const Person&) = default;
  Person& operator=(Person&&) noexcept = default;
  ~Person() {
    wipe(name);
    wipe(external_id);
    wipe(metadata);
    wipe(consent_ref);
    wipe(groups);
  }
};

struct Group {
  std::string name;
  int64_t persons = 0;  // how many
};

// Absent = any.
struct PersonQuery {
  int64_t after = 0;
  std::optional<int64_t> id = {};
  std::optional<std::string> name = {}, external_id = {}, group = {};
  int64_t limit = std::numeric_limits<int64_t>::max();
};

// When a person may be found; without any of these: always.
struct Restriction {
  int64_t person = 0;
  bool enabled = true;
  std::optional<int64_t> valid_from = {}, valid_until = {}, expires_at = {};
  bool restricted() const { return !enabled || valid_from || valid_until || expires_at; }
};

inline Restriction restriction_of(const Person& person) {
  return {person.id, person.enabled, person.valid_from, person.valid_until, person.expires_at};
}

// Which persons a search is among.
struct CandidateFilter {
  std::optional<std::vector<std::string>> groups = {};  // in at least one of these
  std::optional<std::vector<int64_t>> persons = {};     // one of these
  bool also_inactive = false;                           // also who is disabled, not valid now, or expired
  int64_t now = 0;
};

struct Search {
  size_t count = 1;
  float reach = std::numeric_limits<float>::infinity();
  int best_of = 1;  // the distance of a person is the mean of the `best_of` nearest templates
  CandidateFilter among = {};
  float threshold = 0;  // also looks for who is left out and at least as near, up to this distance; 0: does not
  float margin = 0;     // the same for who is left out and farther than the nearest by no more than this
  // Sets reach and threshold once it is known how many templates are compared; none: they stay. May be called again.
  std::function<void(Search&, int64_t comparisons)> settle = {};
};

struct TemplateFields {
  std::optional<float> quality;
  std::optional<std::string> source;

  ~TemplateFields() { wipe(source); }
};

struct Template {
  int64_t id = 0;
  TemplateFields fields;
  int64_t created_at = 0;
  Embedding embedding{};
  float offset = 0;  // the recipe's number, added to a squared distance
};

// How much of a forgotten person is gone.
struct Erasure {
  int64_t person = 0, templates = 0;
  int64_t requested_at = 0, erased_at = 0;  // 0 = not yet: somebody still reads a state in which the person was there
};

// What is in progress in a gallery, or turned on.
struct GalleryState {
  bool encrypted = false, reencrypting = false, erase_pending = false, audit = false;
};

// A move to other models: the recipe that embeddings are staged for, and how many templates have one.
struct MoveState {
  std::optional<Recipe> to = {};
  int64_t staged = 0, templates = 0, kept_chips = 0;
};

struct TemplateOwner {
  int64_t template_id = 0, person = 0;
};

struct GalleryCounts {
  int64_t persons = 0, templates = 0;
};

// A person found by its nearest template.
struct Match {
  int64_t person = 0, template_id = 0;
  float distance = 0;
  std::string name;
};

// What a search found.
struct Identified {
  std::vector<Match> matches;  // nearest first
  // Who was left out (not eligible), is within the search's threshold and farther than the first match by no more than
  // its margin.
  std::optional<Match> left_out = {};
};

// A face beside one person's templates.
struct Verified {
  std::optional<float> distance;  // of the nearest templates; nothing: the person has none
  int64_t templates = 0;          // how many they have
  int64_t template_id = 0;        // the nearest
  bool eligible = false;          // the person may be found by a search with the same filter
};

// Two persons who may be one, by their nearest templates.
struct Duplicate {
  int64_t person = 0, other = 0;  // ids, the smaller first
  float distance = 0;
  std::string name, other_name;
};

struct DuplicatePage {
  std::vector<Duplicate> pairs;
  int64_t last = 0;  // the last person looked at; 0: that was everybody
};

}  // namespace visavis
