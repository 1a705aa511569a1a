// The photos of a person, looked at together and beside the gallery they are to go to.
#pragma once

#include <cstdint>
#include <vector>

#include "decide/photos.h"
#include "pipeline/identification.h"

namespace visavis {

struct PhotosQuestion {
  std::vector<Embedding> faces;  // as in PhotosOfOne
  std::vector<PhotoVerdict> known;
  Asked asked;                    // when two faces are one person's; nothing: as for what a person looks at
  bool all_of_person = false;     // as in PhotosOfOne
  bool lookalikes = true;         // look for other persons of the gallery
  float lookalike_threshold = 0;  // as for find_duplicates
};

struct Assessment {
  Limits limits;                                 // of two faces; all 0 where nothing decides, since all_of_person
  Limits lookalike_limits = {.comparisons = 0};  // all 0 where nobody was looked for
  AssessedPhotos result;
  std::vector<int64_t> templates;  // the ids of the person's
  std::vector<std::vector<Match>>
      lookalikes;  // of each photo, nearest first; of those that are accepted or different_face

  int64_t count(PhotoVerdict verdict) const;
  // As many photos show another face as the one that was taken: nothing tells which is right.
  bool undecided() const;
  // The person has templates, and no photo shows their face.
  bool wrong_person() const;
};

// Photos of somebody new, and no gallery to look in. Errors as limits_for, and INVALID_ARGUMENT for a face that is none of
// the models.
Assessment assess(const ModelRates& models, PhotosQuestion question);

// Photos of `person`, 0 for somebody new. Nothing is written. Errors also NOT_FOUND, and those of the gallery. What another
// process changes meanwhile may be seen in the lookalikes and not in the templates.
Assessment assess(Gallery& gallery, int64_t person, PhotosQuestion question);

}  // namespace visavis
