// Whose photos are whose: the one place that looks at the photos of a person together.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "types/face.h"
#include "types/recipe.h"

namespace visavis {

// What is known of a photo before it is compared, or what comes out. The numbers are those of vav_photo_verdict.
enum class PhotoVerdict : int32_t {
  not_evaluated = 0,
  accepted = 1,
  same_picture = 2,
  different_face = 3,
  no_face = 4,
  several_faces = 5,
  not_comparable = 6,
  quality = 7,
  unreadable = 8
};

// Photos of which somebody says that they show one person.
struct PhotosOfOne {
  std::vector<Embedding> faces;      // of each photo, of one recipe; empty where it was refused before
  std::vector<PhotoVerdict> known;   // as many: not_evaluated, or why a photo was refused before
  std::vector<Embedding> templates;  // that the person has
  Recipe recipe;
  float threshold = 0;         // faces of one person are within it
  bool all_of_person = false;  // the caller knows that they are: no photo is different_face
};

struct AssessedPhoto {
  PhotoVerdict verdict = PhotoVerdict::not_evaluated;
  int64_t same_as = -1;        // the earlier photo that is the same picture; -1: none
  int64_t same_template = -1;  // the place of the template that is of the same picture; -1: none
  // Against the other pictures of the person: those that were accepted, each once, and the templates.
  int64_t compared = 0, within = 0;                        // how many, and how many of them are within the threshold
  float nearest = std::numeric_limits<float>::infinity();  // a distance; infinite without any
  float mean = std::numeric_limits<float>::infinity();     // of the distances
};

struct AssessedPhotos {
  std::vector<AssessedPhoto> photos;
  int64_t pictures = 0;  // how many different ones were accepted
  int64_t rivals = 0;    // how many different ones of different_face are the most that show one face
};

// The rule. A picture counts once, however often it is given. With templates: a photo shows the person if it is within the
// threshold of a template, or of a photo that shows the person. Without: the photo that has the most others within the
// threshold, the first of several, takes the place of a template. The order of the photos decides nothing else. Equal
// embeddings are one picture even where their distance is beyond the threshold. Takes time in proportion to the square
// of the number of photos, and memory of a bit for each pair.
AssessedPhotos assess(const PhotosOfOne& given);

}  // namespace visavis
