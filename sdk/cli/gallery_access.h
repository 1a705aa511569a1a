// Galleries and persons as the command line names them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "command_line.h"
#include "context.h"
#include "handles.h"
#include "output.h"
#include "threshold.h"
#include "times.h"

namespace visavis::cli {

// -g, the same for every command.
Option add_gallery_option(Command* command, std::string& path);

// With the key of --unlock, if there is one.
Gallery open_gallery(const Context& context, const std::string& path, const vav_models* models, vav_gallery_mode mode);
// For asking who somebody is: read-only, unless the gallery writes down what is decided.
Gallery open_to_search(const Context& context, const std::string& path, const vav_models* models);

// The same, and who is matched is to be noted in it: left out, and said, when it may only be read.
Gallery open_to_note(const Context& context, const std::string& path, const vav_models* models);

// The threshold that decides where none is given: the gallery's own, else the library's.
float threshold_of(vav_gallery* gallery, const Threshold& asked = {});

// A person with texts of its own.
struct Person {
  int64_t id = 0;
  std::string name;
  std::optional<std::string> external_id;
  std::string metadata;
  int32_t templates = 0;
  int64_t created_at = 0;
  int64_t updated_at = 0;
  bool enabled = true;
  std::optional<std::string> consent_ref;
  int64_t consent_at = 0, valid_from = 0, valid_until = 0, expires_at = 0, last_seen_at = 0;  // 0 = none
  std::vector<std::string> groups;
};

std::vector<Person> list_persons(vav_gallery* gallery, const vav_person_query& query);

// `text` is id:N, ext:ID, name:NAME, a number alone (an id) or any other text (a name). What could be two persons, by
// one reading or by two, is a Failure that says how to tell them apart. In find_person.cc.
Person find_person(vav_gallery* gallery, const std::string& text);
Person find_person(vav_gallery* gallery, int64_t id);

// What `--person` and the like say in the help.
inline constexpr const char* kPersonHelp =
    "The person: id:N, ext:ID (external id) or name:NAME; a number alone is an id, another text a name";

// The text, when the gallery can keep it; `what` is said of it when it is no UTF-8, when nothing of it would be seen,
// or when it is too long: WrongUse.
std::string checked_text(const std::string& text, const std::string& what);
std::string checked_name(const std::string& text);
// --group and the like, each time it is given.
inline void check_texts(const std::vector<std::string>& texts, const std::string& what) {
  for (const std::string& text : texts) checked_text(text, what);
}

Json person_json(const Person& person);

// Undone unless committed.
class Transaction {
 public:
  explicit Transaction(vav_gallery* gallery) : gallery_(gallery) { call(vav_gallery_begin, gallery); }
  ~Transaction() {
    if (gallery_) vav_gallery_rollback(gallery_, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    call(vav_gallery_commit, gallery_);
    gallery_ = nullptr;
  }

 private:
  vav_gallery* gallery_;
};

}  // namespace visavis::cli
