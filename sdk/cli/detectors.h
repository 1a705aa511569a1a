// What the command knows of each detector, in one table.
#pragma once

#include <cstdint>
#include <string>

#include "context.h"
#include "visavis/engine.hpp"

namespace visavis::cli {

struct DetectorFacts {
  const char* word;
  vav_detector number;
  int32_t smallest_face;  // px, where --min-face says nothing; 0 = a sixtieth of the picture's longer side
  // The smallest min_face with which it enlarges the picture to twice its size and no further, so that no box it then
  // finds is dropped. YuNet enlarges as far as is asked.
  int32_t doubling_face;
  bool takes_gray;
};

// WrongUse, naming those that there are, for a word that is none.
const DetectorFacts& detector_named(const std::string& word);

// The one that finds the faces: that of --detector, else the default one of the set of models.
const DetectorFacts& detector_in_use(const Context& context);

}  // namespace visavis::cli
