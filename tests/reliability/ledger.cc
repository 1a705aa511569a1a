// Lines are "will KEY THERE NAME FACE FACE …" and "did KEY"; keys and names hold no blanks.
#include "ledger.h"

#include <sstream>

namespace visavis::reliability {

void Ledger::will(const std::string& key, const State& after) {
  if (may_[key].empty()) may_[key].insert(State{});
  may_[key].insert(after);
  tried_[key] = after;
  if (!tell) return;
  std::string line = "will " + key + (after.there ? " 1 " : " 0 ") + (after.name.empty() ? "-" : after.name);
  for (const int face : after.faces) line += " " + std::to_string(face);
  tell(line);
}

void Ledger::did(const std::string& key) {
  may_[key] = {tried_.at(key)};
  if (tell) tell("did " + key);
}

void Ledger::replay(const std::string& line) {
  std::istringstream in(line);
  std::string verb, key;
  in >> verb >> key;
  if (verb == "did") return did(key);
  State after;
  in >> after.there >> after.name;
  if (!after.there) after.name.clear();
  for (int face; in >> face;) after.faces.insert(face);
  will(key, after);
}

std::vector<std::string> Ledger::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, states] : may_) keys.push_back(key);
  return keys;
}

bool Ledger::settle(const std::string& key, const State& found) {
  const auto known = may_.find(key);
  if (known == may_.end()) return !found.there;
  if (known->second.count(found) == 0) return false;
  known->second = {found};
  return true;
}

std::string describe(const State& state) {
  if (!state.there) return "absent";
  std::string text = state.name + " with faces";
  for (const int face : state.faces) text += " " + std::to_string(face);
  return text;
}

std::string Ledger::describe(const std::string& key) const {
  std::string text;
  if (const auto known = may_.find(key); known != may_.end())
    for (const State& state : known->second)
      text += (text.empty() ? "" : " or ") + visavis::reliability::describe(state);
  return text.empty() ? "absent" : text;
}

}  // namespace visavis::reliability
