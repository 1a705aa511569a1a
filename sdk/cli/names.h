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

// The name without what people overlook: upper and lower case, spaces, invisible characters, full-width and other forms
// of the same letters (NFKC), and Greek and Cyrillic letters that look like Latin ones. It is simple on purpose: it
// only warns and decides nothing.
std::string folded_name(const std::string& name);

struct NamedPerson {
  int64_t id = 0;
  std::string name;
};

// The persons of a gallery whose names look like another name. The names are read at the first question. For galleries
// of more than 100,000 persons the answer is nobody, because reading all names would take longer than enrolling.
class LikeNames {
 public:
  explicit LikeNames(const Gallery& gallery) : gallery_(gallery) {}
  // Other persons than `id`. Those with exactly the same name are left out.
  std::vector<NamedPerson> like(const std::string& name, int64_t id);

 private:
  void read();

  const Gallery& gallery_;
  bool read_ = false;
  std::unordered_multimap<std::string, NamedPerson> persons_;
};

// For one new name: says on stderr whose name it looks like.
std::vector<NamedPerson> tell_like_names(const Gallery& gallery, const std::string& name, int64_t id);

// Adds the key `name_looks_like` if there is somebody.
void add_like_names(Json& object, const std::vector<NamedPerson>& alike);

}  // namespace visavis::cli
