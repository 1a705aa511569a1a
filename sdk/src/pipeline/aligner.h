// From where a face is to landmarks that fit it, its chip, and whether it can be compared.
#pragma once

#include "types/face.h"
#include "types/image.h"

namespace visavis {

class Aligner {
 public:
  virtual ~Aligner() = default;
  // Fills in landmarks where there are none, the chip and comparability. Safe from any thread.
  virtual void align(const ImageView& image, Face& face) const = 0;
};

}  // namespace visavis
