// From frames to one decision for each visit: k of n frames must agree. Knows no camera, no clock and no relay, so that
// it can be tested by feeding it sightings.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

// What one frame showed. person 0: a face that nobody in the gallery is near enough to.
struct Sighting {
  std::int64_t person = 0;
  std::string name;
};

struct Decision {
  bool grant = false;
  std::int64_t person = 0;
  std::string reason;
};

class DoorPolicy {
 public:
  struct Settings {
    int agree = 3;         // k: this many frames must show the same person …
    int frames = 5;        // n: … within this many frames with a face, or the visit ends in DENY
    double cool_down = 2;  // seconds without a face until the next visit can begin: one decision for each visit
  };

  DoorPolicy() = default;
  explicit DoorPolicy(const Settings& settings) : settings_(settings) {}

  // To be called with the time of every frame, before what it shows. Ends a visit when the face has been gone for long.
  std::optional<Decision> tick(double seconds) {
    if (!visiting_ || seconds - last_face_ < settings_.cool_down) return std::nullopt;
    return end();
  }

  // A frame with a face: begins a visit, or adds to one and may bring its decision.
  std::optional<Decision> face(double seconds, const Sighting& sighting) {
    visiting_ = true;
    last_face_ = seconds;
    if (decided_) return std::nullopt;
    ++seen_;
    if (sighting.person == 0) ++strangers_;
    const int votes = sighting.person == 0 ? 0 : ++votes_[sighting.person];
    if (votes >= settings_.agree) return decide({true, sighting.person, sighting.name + ", " + of_frames(votes)});
    if (seen_ < settings_.frames) return std::nullopt;
    if (strangers_ == seen_) return decide({false, 0, "unknown person, " + of_frames(strangers_)});
    return decide({false, 0, "the frames do not agree on one person"});
  }

  // Something went wrong: whoever stands there is refused now, whatever the frames before said.
  Decision failure(double seconds, const std::string& what) {
    visiting_ = true;
    last_face_ = seconds;
    return decide({false, 0, "error: " + what});
  }

  // The last visit is over, at the end of a video too. A visit always gets its decision.
  std::optional<Decision> end() {
    std::optional<Decision> decision;
    if (visiting_ && !decided_) decision = Decision{false, 0, "left after " + of_frames(seen_)};
    *this = DoorPolicy(settings_);
    return decision;
  }

 private:
  Decision decide(Decision decision) {
    decided_ = true;
    return decision;
  }
  std::string of_frames(int count) const {
    return std::to_string(count) + " of " + std::to_string(settings_.frames) + " frames";
  }

  Settings settings_;
  bool visiting_ = false;
  bool decided_ = false;
  double last_face_ = 0;
  int seen_ = 0;
  int strangers_ = 0;
  std::map<std::int64_t, int> votes_;
};
