// From luma and chroma of any depth to 8-bit RGB or grey.
#pragma once

#include "image/modules/heif/heif_codecs.h"

namespace visavis::heif {

// Row by row: each call writes the first `count` pixels of row y.
class Colours {
 public:
  // `nclx`: the content of a colr box, which holds against what the data say; may be empty.
  Colours(const Planes& planes, std::span<const uint8_t> nclx);
  void rgb(int64_t y, int64_t count, uint8_t* out) const;
  // The first plane as it is, its range not stretched: how opaque a picture is.
  void first(int64_t y, int64_t count, uint8_t* out) const;

 private:
  const Planes& planes_;
  bool identity_ = false;
  // Of each value, with 16 bits behind the point.
  std::vector<int32_t> luma_, red_of_v_, green_of_v_, green_of_u_, blue_of_u_;
};

}  // namespace visavis::heif
