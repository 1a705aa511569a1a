// Finds out who somebody is, in one call: searches the gallery, decides, and records the decision.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "decide/preset.h"
#include "gallery/gallery.h"

namespace visavis {

// The options of an identification or a verification.
struct Question {
  Search search;  // its reach and threshold are set here, from the two members that follow
  Asked asked;
  bool only_within = false;  // no candidates beyond the threshold
  bool note_seen = false;    // sets last_seen_at of whoever matches
};

struct Identification {
  Decision decision = Decision::not_evaluated;
  Limits limits;
  std::vector<Match> matches;  // nearest first
  bool left_out = false;       // somebody left out is as near, within the threshold: nobody is recognised
};

struct Verification {
  Decision decision = Decision::not_evaluated;  // of a person without templates
  Limits limits;
  // Infinite without templates: it is never within a threshold, even if a caller does not look at the decision.
  float distance = std::numeric_limits<float>::infinity();
};

// One answer for each probe, all from one state of the gallery. The audit log's entries and the times last seen are
// written in one transaction before this returns: all of them, or none and an Error. Errors INVALID_ARGUMENT (the
// threshold, a number that is not finite), WRONG_STATE (a transaction is open, and the gallery keeps a log), and those
// of the gallery.
std::vector<Identification> identify(Gallery& gallery, const std::vector<Embedding>& probes, Question question);

// Whether the probe is this person. As identify; and Error NOT_FOUND.
Verification verify(Gallery& gallery, int64_t person, const Embedding& probe, Question question);

// Of each probe the persons within the threshold except `ignore`, whether eligible or not, at most 100. MATCH if there is
// one. 0: the gallery's own threshold, or else that of the preset `photos`, since a person looks at them. Nothing is
// recorded.
std::vector<Identification> find_duplicates(Gallery& gallery, const std::vector<Embedding>& probes, int64_t ignore,
                                            float threshold);

// How thresholds follow in a gallery.
ModelRates rates_of(const Gallery& gallery);

// The threshold of the same for all persons.
float threshold_of_duplicates(Gallery& gallery, float threshold);

}  // namespace visavis
