// A template made anew by other models out of one picture: the models before say which face is the template's.
#pragma once

#include <limits>

#include "pipeline/engine.h"

namespace visavis {

// How one engine looks for faces.
struct Look {
  DetectorKind kind;
  DetectOptions options;
  bool clip = false;
};

// The numbers are those of vav_remake_result.
enum class RemakeResult : int32_t { not_evaluated = 0, done = 1, no_face = 2, not_comparable = 3, different_face = 4 };

struct Remade {
  RemakeResult result = RemakeResult::not_evaluated;
  Comparability why = Comparability::not_evaluated;         // of a face that is not comparable
  float distance = std::numeric_limits<float>::infinity();  // of the nearest face to the template, by the models before
  Box place = {0, 0, 0, 0};                                 // of that face
  bool same_picture = false;                                // no other picture can be as near
  Embedding embedding;                                      // only if it is done
};

// What is looked at.
struct RemakeSource {
  ImageView image;
  bool kept_chip = false;  // cut_kept_chip() has made it: one face in the middle, which a detector may miss
};

// A face that is farther than `threshold` from the template is another person's. Both engines run on the caller's thread.
Remade remake(const Engine& before, const Look& look_before, const Engine& after, const Look& look_after,
              const RemakeSource& source, const Embedding& of_template, float threshold);

}  // namespace visavis
