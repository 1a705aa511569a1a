// Whether all templates of each person show one face.
#pragma once

#include "gallery_access.h"

namespace visavis::cli {

// A person whose templates show several faces, as far as the threshold can tell.
struct TwoFaced {
  int64_t person = 0;
  std::string name;
  std::vector<std::vector<int64_t>> faces;  // ids of templates; each template is near to another of its face
  float distance = 0;                       // between the two nearest templates of different faces
};

// Looks through everybody; stops at Ctrl-C.
std::vector<TwoFaced> find_two_faced(const Context& context, const Gallery& gallery, float threshold);

}  // namespace visavis::cli
