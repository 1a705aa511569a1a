// One open gallery used through the C ABI, with a ledger of what it acknowledged.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger.h"
#include "visavis/visavis.h"

namespace visavis::reliability {

// How the galleries of a run are opened.
struct Opening {
  vav_gallery_mode mode = VAV_GALLERY_OPEN_OR_CREATE;
  int32_t busy_timeout_ms = 0;
  bool encrypted = false;  // by a key that is always the same
};

// What was said when a call failed.
struct Failure {
  vav_status code = VAV_OK;
  std::string message = {};
};

using Face = std::array<float, VAV_EMBEDDING_DIM>;
// The same for the same key and number, and far from all others.
Face face(const std::string& key, int number);

// What the gallery's own check finds, or why it could not look; nothing when all is well.
std::vector<std::string> check_problems(vav_gallery* gallery);

class Hand {
 public:
  explicit Hand(Ledger& ledger) : ledger_(ledger) {}

  // VAV_OK, or what went wrong is in failures().
  bool open(const std::string& path, const Opening& opening = {});
  void close() { gallery_.reset(); }
  vav_gallery* gallery() { return gallery_.get(); }

  // ---- Changes; false = it failed and is in doubt ----
  bool add(const std::string& key, const std::set<int>& faces);            // in one transaction
  bool add_piecemeal(const std::string& key, const std::set<int>& faces);  // each step by itself
  bool rename(const std::string& key, const std::string& name);
  bool add_face(const std::string& key, int number);
  bool remove_face(const std::string& key, int number);
  bool remove(const std::string& key);
  bool forget(const std::string& key);
  bool begin_and_roll_back(const std::string& key);
  bool reencrypt();
  bool keep_chips(const std::string& key);  // of all templates of a person, and looks at them
  bool cancel_move();                       // staged, and thought better of
  // To other models and back. One that stopped on the way is brought back by open().
  bool move_there_and_back();
  // The persons of an exported file, which nobody else is like.
  static std::vector<std::string> imported_keys() { return {"i0", "i1", "i2"}; }
  bool write_export(const std::string& path);  // of a gallery with just these
  bool import(const std::string& path);
  // A random one of these, on one of `people` persons; `exported` is a file to import.
  bool something(unsigned random, int people, const std::string& exported);

  // Everything is as the ledger says: by lists, by search, and by the gallery's own check. One line per problem.
  std::vector<std::string> verify();

  const std::vector<Failure>& failures() const { return failures_; }
  void forget_failures() { failures_.clear(); }

 private:
  struct Close {
    void operator()(vav_gallery* gallery) const { vav_gallery_destroy(gallery); }
  };
  bool ok(vav_status status, const vav_error& err);
  bool open_with(const char* set, vav_status& status);
  bool stage(const char* set, const std::map<int64_t, Face>& faces);
  bool move_to(const char* set);
  bool come_home();
  std::optional<State> look(const std::string& key, int64_t& person);
  int64_t person_of(const std::string& key);
  bool run(vav_job* job);
  void verify_search(std::vector<std::string>& problems, const std::string& key, const State& state, int64_t person);

  Ledger& ledger_;
  bool encrypted_ = false;
  std::string path_;
  Opening opening_;
  std::map<int64_t, Face> home_;  // the faces of all templates, before they moved
  std::unique_ptr<vav_gallery, Close> gallery_;
  std::vector<Failure> failures_;
};

}  // namespace visavis::reliability
