// Names that look like one another, though they are not the same text.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "visavis/visavis.h"

namespace visavis::cli {

// Without what the eye passes over: upper and lower case, spaces, characters without a shape, and letters of the Greek
// and Cyrillic scripts that look like Latin ones. Simple on purpose: it is for telling, not for deciding.
std::string folded_name(const std::string& name);

struct NamedPerson {
  int64_t id = 0;
  std::string name;
};

// Who of a gallery has a name that looks like another. Read when first asked; of galleries larger than 100,000 persons
// nothing is said, because reading all names would take longer than enrolling.
class LikeNames {
 public:
  explicit LikeNames(vav_gallery* gallery) : gallery_(gallery) {}
  // Other persons than `id`; those with exactly the same name are not among them.
  std::vector<NamedPerson> like(const std::string& name, int64_t id);

 private:
  void read();

  vav_gallery* gallery_;
  bool read_ = false;
  std::unordered_multimap<std::string, NamedPerson> persons_;
};

}  // namespace visavis::cli
