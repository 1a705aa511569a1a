// What a gallery must hold: every acknowledged change, and of an unacknowledged one all or nothing.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace visavis::reliability {

// A person, known by an external id. Faces are numbers, see face().
struct State {
  bool there = false;
  std::string name = {};
  std::set<int> faces = {};
  friend auto operator<=>(const State&, const State&) = default;
};

class Ledger {
 public:
  // Called with each line that `replay` understands: how a process that is about to be killed tells what it does.
  std::function<void(const std::string& line)> tell;

  // A change is about to be tried: from now on either state is right …
  void will(const std::string& key, const State& after);
  // … and once it is acknowledged, only the later.
  void did(const std::string& key);
  void replay(const std::string& line);

  bool certain(const std::string& key) const { return may_.count(key) == 0 || may_.at(key).size() == 1; }
  // Only when certain.
  State now(const std::string& key) const { return may_.count(key) ? *may_.at(key).begin() : State{}; }
  std::vector<std::string> keys() const;

  // Whether `found` is right; from then on it is the only right one.
  bool settle(const std::string& key, const State& found);
  std::string describe(const std::string& key) const;

 private:
  std::map<std::string, std::set<State>> may_;
  std::map<std::string, State> tried_;
};

std::string describe(const State& state);

}  // namespace visavis::reliability
