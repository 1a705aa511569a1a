// What a gallery should answer: persons in a map, everything looked at one after the other, nothing kept or followed.
// Slow, and as plain as can be, so that it cannot be wrong.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "command.h"

namespace visavis::reliability {

class PlainModel {
 public:
  explicit PlainModel(size_t handles) : handles_(handles) {}

  // What handle `handle` answers.
  std::string perform(size_t handle, const Command& command);

  // For whoever thinks up commands.
  std::vector<int64_t> persons() const;
  std::vector<int64_t> templates() const;
  std::optional<int> face_of(int64_t person) const;
  bool in_transaction(size_t handle) const { return writer_ == handle; }

 private:
  struct Person {
    int name = 0, external = -1;
    bool enabled = true;
    int64_t from = 0, until = 0, expires = 0;  // 0: none
    std::set<int> groups;
    std::map<int64_t, int> templates;  // id to face
    bool has(int64_t template_id) const { return templates.contains(template_id); }
  };
  struct State {
    std::map<int64_t, Person> persons;
    int64_t last_person = 0, last_template = 0;
    int threshold = 60;
    bool audit = false;
    bool moving = false;
    std::map<int64_t, int> staged, chips;  // template to face, and to what the picture shows
    const Person* owner(int64_t template_id) const;
  };
  struct Near {
    float distance;
    int64_t template_id, person;
    friend auto operator<=>(const Near&, const Near&) = default;
  };

  State& state_of(size_t handle) { return writer_ == handle ? working_ : committed_; }
  std::string move(size_t handle, State& state, bool leaves_behind);
  static bool changes(Call call);  // all others only look
  std::string change(size_t handle, const Command& command);
  std::string apply(State& state, const Command& command);
  std::string read(size_t handle, const Command& command);
  std::string identify(const State& state, const Command& command, int face) const;
  std::string verify(const State& state, const Command& command) const;
  static bool active(const Person& person, int64_t now);
  static bool among(int64_t id, const Person& person, const Command& command);
  static std::optional<Near> nearest(int64_t id, const Person& person, int face, int best_of);
  static int threshold_of(const State& state, const Command& command);

  const size_t handles_;
  State committed_, working_;
  std::optional<size_t> writer_;  // whose transaction is open
  std::set<size_t> opened_;       // handles that have been used
  std::set<size_t> stale_;        // and those for which the gallery has moved away since
};

// As both sides print a distance.
std::string text_of(float distance);
float distance_between(int face, int other);

}  // namespace visavis::reliability
