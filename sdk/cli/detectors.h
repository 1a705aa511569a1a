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
  // The smallest min_face for which the detector enlarges the picture to twice its size and no more. So no box that it
  // then finds is dropped. YuNet enlarges as far as min_face asks.
  int32_t doubling_face;
  bool takes_gray;
};

// WrongUse for an unknown word; the message lists the known ones.
const DetectorFacts& detector_named(const std::string& word);

// The detector that finds the faces: that of --detector, else the default one of the set of models.
const DetectorFacts& detector_in_use(const Context& context);

}  // namespace visavis::cli
