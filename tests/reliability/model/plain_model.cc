// Each answer is put together from the whole state, every time.
#include "plain_model.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>

#include "visavis/visavis.h"

namespace visavis::reliability {

std::string text_of(float distance) {
  char text[16];
  std::snprintf(text, sizeof text, "%08x", std::bit_cast<uint32_t>(distance));
  return text;
}

// The distance itself is not what is tested here.
float distance_between(int face, int other) {
  static std::map<std::pair<int, int>, float> known;
  const auto [found, is_new] = known.try_emplace({face, other}, 0.0f);
  if (is_new) {
    vav_comparison result = VAV_COMPARISON_INIT;
    vav_compare(&result, face_at(face, VAV_EMBEDDING_DIM).data(), face_at(other, VAV_EMBEDDING_DIM).data(),
                VAV_EMBEDDING_DIM, 1.2f, nullptr);
    found->second = result.distance;
  }
  return found->second;
}

std::vector<int64_t> PlainModel::persons() const {
  std::vector<int64_t> ids;
  for (const auto& [id, person] : (writer_ ? working_ : committed_).persons) ids.push_back(id);
  return ids;
}

std::vector<int64_t> PlainModel::templates() const {
  std::vector<int64_t> ids;
  for (const auto& [id, person] : (writer_ ? working_ : committed_).persons)
    for (const auto& [one, face] : person.templates) ids.push_back(one);
  return ids;
}

std::optional<int> PlainModel::face_of(int64_t person) const {
  const State& state = writer_ ? working_ : committed_;
  const auto found = state.persons.find(person);
  if (found == state.persons.end() || found->second.templates.empty()) return std::nullopt;
  return found->second.templates.begin()->second;
}

bool PlainModel::active(const Person& person, int64_t now) {
  return person.enabled && (person.from == 0 || now >= person.from) && (person.until == 0 || now < person.until) &&
         (person.expires == 0 || now < person.expires);
}

bool PlainModel::among(int64_t id, const Person& person, const Command& c) {
  if (c.only != 0 && id != c.only && id != c.only2) return false;
  if (c.group < 0) return true;
  return person.groups.contains(same_group(c.group)) || (c.group2 >= 0 && person.groups.contains(same_group(c.group2)));
}

std::optional<PlainModel::Near> PlainModel::nearest(int64_t id, const Person& person, int face, int best_of) {
  std::vector<Near> all;
  for (const auto& [template_id, other] : person.templates)
    all.push_back({distance_between(face, other), template_id, id});
  if (all.empty()) return std::nullopt;
  std::sort(all.begin(), all.end());
  const size_t count = std::min(all.size(), static_cast<size_t>(std::max(best_of, 1)));
  double sum = 0;
  for (size_t i = 0; i < count; ++i) sum += all[i].distance;
  return Near{static_cast<float>(sum / static_cast<double>(count)), all[0].template_id, id};
}

int PlainModel::threshold_of(const State& state, const Command& c) {
  return c.threshold != 0 ? c.threshold : state.threshold;
}

std::string PlainModel::identify(const State& state, const Command& c, int face) const {
  const float threshold = static_cast<float>(threshold_of(state, c)) / 100;
  std::vector<Near> found;
  std::optional<Near> inactive;
  for (const auto& [id, person] : state.persons) {
    const auto near = nearest(id, person, face, c.best_of);
    if (!near) continue;
    if (!among(id, person, c) || (c.inactive == 0 && !active(person, c.now))) {
      if (near->distance <= threshold && (!inactive || *near < *inactive)) inactive = near;
    } else if (c.within == 0 || near->distance <= threshold) {
      found.push_back(*near);
    }
  }
  std::sort(found.begin(), found.end());
  found.resize(std::min(found.size(), static_cast<size_t>(c.count == 0 ? 5 : c.count)));
  if (inactive && !found.empty() && inactive->distance > found.front().distance) inactive.reset();
  const bool match = !inactive && !found.empty() && found.front().distance <= threshold;
  std::string answer = match ? "MATCH" : inactive ? "UNKNOWN inactive" : "UNKNOWN";
  for (const Near& one : found)
    answer += " " + std::to_string(one.person) + ":" + std::to_string(one.template_id) + ":" + text_of(one.distance) +
              ":" + kNames[state.persons.at(one.person).name];
  return answer;
}

std::string PlainModel::verify(const State& state, const Command& c) const {
  const auto found = state.persons.find(c.person);
  if (found == state.persons.end()) return "VAV_E_NOT_FOUND";
  const auto near = nearest(c.person, found->second, c.face, c.best_of);
  if (!near) return "NOT_EVALUATED " + text_of(INFINITY);
  const bool match = near->distance <= static_cast<float>(threshold_of(state, c)) / 100;
  const bool eligible = among(c.person, found->second, c) && (c.inactive != 0 || active(found->second, c.now));
  return std::string(!match ? "UNKNOWN" : eligible ? "MATCH" : "INACTIVE") + " " + text_of(near->distance);
}

const PlainModel::Person* PlainModel::State::owner(int64_t template_id) const {
  for (const auto& [id, person] : persons)
    if (person.has(template_id)) return &person;
  return nullptr;
}

std::string PlainModel::move(size_t handle, State& state, bool leaves_behind) {
  bool all = true, any = false;
  for (const auto& [id, person] : state.persons)
    for (const auto& [one, face] : person.templates) any = true, all = all && state.staged.contains(one);
  if ((!state.moving && any) || (!all && !leaves_behind)) return "VAV_E_WRONG_STATE";
  for (auto& [id, person] : state.persons) {
    std::erase_if(person.templates, [&](const auto& one) { return !state.staged.contains(one.first); });
    for (auto& [one, face] : person.templates) face = state.staged.at(one);
  }
  state.staged.clear();
  state.moving = false;
  state.threshold = 60;  // set anew by who has moved
  stale_ = opened_;
  stale_.erase(handle);
  return "";
}

std::string PlainModel::read(size_t handle, const Command& c) {
  const State& state = state_of(handle);
  std::string answer;
  switch (c.call) {
    case Call::identify:
    case Call::identify_batch:
    case Call::verify:
      if (state.audit && writer_ == handle) return "VAV_E_WRONG_STATE";
      if (c.call == Call::verify && !state.persons.contains(c.person)) return "VAV_E_NOT_FOUND";
      if (state.audit && writer_) return "VAV_E_GALLERY_BUSY";  // the entry cannot be written
      if (c.call == Call::verify) return verify(state, c);
      if (c.call == Call::identify) return identify(state, c, c.face);
      for (int i = 0; i < 3; ++i) answer += identify(state, c, (c.face + 7 * i) % kFaces) + " | ";
      return answer;
    case Call::find_duplicates: {
      Command everybody;
      everybody.threshold = c.threshold;
      everybody.inactive = everybody.within = 1;
      everybody.count = 101;
      return identify(state, everybody, c.face);
    }
    case Call::list_duplicates: {
      const float threshold = static_cast<float>(threshold_of(state, c)) / 100;
      for (auto a = state.persons.begin(); a != state.persons.end(); ++a)
        for (auto b = std::next(a); b != state.persons.end(); ++b) {
          std::optional<float> least;
          for (const auto& [i, face] : a->second.templates)
            for (const auto& [j, other] : b->second.templates) {
              if (face >= kFaces || other >= kFaces) continue;  // far from everybody
              const float distance = distance_between(face, other);
              if (distance <= threshold && (!least || distance < *least)) least = distance;
            }
          if (least) answer += std::to_string(a->first) + "-" + std::to_string(b->first) + ":" + text_of(*least) + " ";
        }
      return answer;
    }
    case Call::list_persons:
      for (const auto& [id, person] : state.persons) {
        if (id <= c.person || (c.name >= 0 && same_name(person.name) != same_name(c.name)) ||
            (c.external >= 0 && person.external != c.external) ||
            (c.group >= 0 && !person.groups.contains(same_group(c.group))))
          continue;
        answer += std::to_string(id) + ":" + kNames[person.name] + ":" +
                  (person.external >= 0 ? external_id(person.external) : "") + ":" + (person.enabled ? "1" : "0") +
                  ":" + std::to_string(person.from) + ":" + std::to_string(person.until) + ":" +
                  std::to_string(person.expires) + ":" + std::to_string(person.templates.size()) + ":" +
                  std::to_string(person.groups.size()) + " ";
      }
      return answer;
    case Call::list_templates: {
      const auto found = state.persons.find(c.person);
      if (found == state.persons.end()) return "VAV_E_NOT_FOUND";
      for (const auto& [id, face] : found->second.templates)
        answer += std::to_string(id) + ":" + std::to_string(face) + " ";
      return answer;
    }
    case Call::list_groups: {
      std::map<int, int> groups;
      for (const auto& [id, person] : state.persons)
        for (const int group : person.groups) ++groups[group];
      for (const auto& [group, members] : groups) answer += std::to_string(group) + ":" + std::to_string(members) + " ";
      return answer;
    }
    case Call::info: {
      size_t templates = 0;
      for (const auto& [id, person] : state.persons) templates += person.templates.size();
      return std::to_string(state.persons.size()) + " " + std::to_string(templates) + " " +
             std::to_string(state.threshold) + " " + (state.audit ? "audit" : "");
    }
    case Call::list_unstaged: {
      std::map<int64_t, int64_t> left;
      for (const auto& [id, person] : state.persons)
        for (const auto& [one, face] : person.templates)
          if (!state.staged.contains(one)) left[one] = id;
      for (const auto& [one, person] : left) answer += std::to_string(one) + ":" + std::to_string(person) + " ";
      return answer;
    }
    case Call::move_status: {
      size_t templates = 0;
      for (const auto& [id, person] : state.persons) templates += person.templates.size();
      return std::string(state.moving ? "moving " : "") + std::to_string(state.staged.size()) + " " +
             std::to_string(templates) + " " + std::to_string(state.chips.size());
    }
    case Call::get_chip: {
      const auto found = state.chips.find(c.template_id);
      return found == state.chips.end() ? "VAV_E_NOT_FOUND" : std::to_string(found->second);
    }
    case Call::verify_audit:
      return "sound";
    case Call::check:
      return "";
    default:
      return "?";
  }
}

std::string PlainModel::apply(State& state, const Command& c) {
  const auto taken = [&](int external, int64_t by) {
    return external >= 0 && std::ranges::any_of(state.persons, [&](const auto& one) {
             return one.first != by && one.second.external == external;
           });
  };
  const auto set = [&](Person& person) {
    if (c.name >= 0) person.name = c.name;
    if (c.external >= 0) person.external = c.external;
    if (c.enabled != 0) person.enabled = c.enabled == 1;
    if (c.from != 0) person.from = std::max<int64_t>(c.from, 0);  // -1 takes away
    if (c.until != 0) person.until = std::max<int64_t>(c.until, 0);
    if (c.expires != 0) person.expires = std::max<int64_t>(c.expires, 0);
  };
  const auto found = state.persons.find(c.person);
  const bool known = found != state.persons.end();
  switch (c.call) {
    case Call::add_person: {
      if (taken(c.external, 0)) return "VAV_E_ALREADY_EXISTS";
      Person person;
      set(person);
      state.persons[++state.last_person] = person;
      return std::to_string(state.last_person);
    }
    case Call::update_person:
      if (!known) return "VAV_E_NOT_FOUND";
      if (taken(c.external, c.person)) return "VAV_E_ALREADY_EXISTS";
      set(found->second);
      return "";
    case Call::remove_person:
    case Call::forget_person:
      if (!known) return "VAV_E_NOT_FOUND";
      state.persons.erase(found);
      return "";
    case Call::add_template:
      if (!known) return "VAV_E_NOT_FOUND";
      found->second.templates[++state.last_template] = c.face;
      return std::to_string(state.last_template);
    case Call::remove_template:
      for (auto& [id, person] : state.persons)
        if (person.templates.erase(c.template_id) > 0) return "";
      return "VAV_E_NOT_FOUND";
    case Call::join_group:
      if (!known) return "VAV_E_NOT_FOUND";
      found->second.groups.insert(same_group(c.group));
      return "";
    case Call::leave_group:
      if (!known) return "VAV_E_NOT_FOUND";
      found->second.groups.erase(same_group(c.group));
      return "";
    case Call::purge_expired:
      return std::to_string(std::erase_if(
          state.persons, [&](const auto& one) { return one.second.expires != 0 && one.second.expires <= c.now; }));
    case Call::set_threshold:
      state.threshold = c.threshold;
      return "";
    case Call::set_audit:
      state.audit = c.on == 1;
      return "";
    case Call::stage:
      if (!state.owner(c.template_id)) return "VAV_E_NOT_FOUND";
      state.staged[c.template_id] = c.face;
      state.moving = true;
      return "";
    case Call::stage_rest:
      for (const auto& [id, person] : state.persons)
        for (const auto& [one, face] : person.templates)
          if (state.staged.try_emplace(one, face).second) state.moving = true;
      return "";
    case Call::cancel_move:
      state.staged.clear();
      state.moving = false;
      return "";
    case Call::keep_chip:
      if (!state.owner(c.template_id)) return "VAV_E_NOT_FOUND";
      state.chips[c.template_id] = c.face;
      return "";
    case Call::remove_chips:
      state.chips.clear();
      return "";
    case Call::import: {
      Person person;
      person.name = 0;
      person.enabled = c.enabled != 2;
      person.templates[++state.last_template] = c.face;
      if (c.group >= 0) person.groups.insert(same_group(c.group));
      state.persons[++state.last_person] = person;
      return "";
    }
    case Call::import_offset:
      return "VAV_E_GALLERY_CORRUPT";
    default:
      return "";
  }
}

std::string PlainModel::change(size_t handle, const Command& c) {
  const bool alone = c.call == Call::forget_person || c.call == Call::set_audit || c.call == Call::compact ||
                     c.call == Call::rekey || c.call == Call::begin || c.call == Call::move;
  const bool by_job = c.call == Call::import || c.call == Call::import_offset;  // with a connection of its own
  if (writer_ == handle && (alone || by_job)) return "VAV_E_WRONG_STATE";
  if (writer_ && writer_ != handle) return "VAV_E_GALLERY_BUSY";
  State& state = writer_ ? working_ : committed_;
  const std::string answer = c.call == Call::move ? move(handle, state, c.on == 1) : apply(state, c);
  const auto is_gone = [&](const auto& one) { return !state.owner(one.first); };
  std::erase_if(state.staged, is_gone);
  std::erase_if(state.chips, is_gone);
  return answer;
}

bool PlainModel::changes(Call call) {
  switch (call) {
    case Call::identify:
    case Call::identify_batch:
    case Call::verify:
    case Call::find_duplicates:
    case Call::list_duplicates:
    case Call::list_persons:
    case Call::list_templates:
    case Call::list_groups:
    case Call::info:
    case Call::list_unstaged:
    case Call::move_status:
    case Call::get_chip:
    case Call::verify_audit:
    case Call::check:
      return false;
    default:
      return true;
  }
}

std::string PlainModel::perform(size_t handle, const Command& c) {
  opened_.insert(handle);
  if (c.call == Call::reopen) stale_.erase(handle);
  const bool ends = c.call == Call::commit || c.call == Call::rollback;  // of a transaction that there is not
  if (stale_.contains(handle) && !ends) {
    const bool looks_first = !changes(c.call) || c.call == Call::compact || c.call == Call::stage_rest ||
                             c.call == Call::import || c.call == Call::import_offset;
    return writer_ && writer_ != handle && !looks_first ? "VAV_E_GALLERY_BUSY" : "VAV_E_GALLERY_RECIPE";
  }
  switch (c.call) {
    case Call::begin: {
      const std::string answer = change(handle, c);
      if (answer.empty()) working_ = committed_, writer_ = handle;
      return answer;
    }
    case Call::commit:
    case Call::rollback:
      if (writer_ != handle) return "VAV_E_WRONG_STATE";
      if (c.call == Call::commit) committed_ = working_;
      writer_.reset();
      return "";
    case Call::reopen:  // closing rolls back
      if (writer_ == handle) writer_.reset();
      return "";
    default:
      return changes(c.call) ? change(handle, c) : read(handle, c);
  }
}

}  // namespace visavis::reliability
