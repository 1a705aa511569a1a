// Names that look like one another, though they are not the same text.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "output.h"
#include "visavis/gallery.hpp"

namespace visavis::cli {

// In Unicode's normal form (NFC), in which the gallery compares names and groups: macOS gives file names in another.
std::string normal_form(const std::string& name);

// Without what the eye passes over: upper and lower case, spaces, characters without a shape, wide and other forms of
// the same letters (NFKC), and letters of the Greek and Cyrillic scripts that look like Latin ones. Simple on purpose:
// it is for telling, not for deciding.
std::string folded_name(const std::string& name);

struct NamedPerson {
  int64_t id = 0;
  std::string name;
};

// Who of a gallery has a name that looks like another. Read when first asked; of galleries larger than 100,000 persons
// nothing is said, because reading all names would take longer than enrolling.
class LikeNames {
 public:
  explicit LikeNames(const Gallery& gallery) : gallery_(gallery) {}
  // Other persons than `id`; those with exactly the same name are not among them.
  std::vector<NamedPerson> like(const std::string& name, int64_t id);

 private:
  void read();

  const Gallery& gallery_;
  bool read_ = false;
  std::unordered_multimap<std::string, NamedPerson> persons_;
};

// For a name that is given once: says on stderr whose name it looks like.
std::vector<NamedPerson> tell_like_names(const Gallery& gallery, const std::string& name, int64_t id);

// The key `name_looks_like`, when there is somebody.
void add_like_names(Json& object, const std::vector<NamedPerson>& alike);

}  // namespace visavis::cli
