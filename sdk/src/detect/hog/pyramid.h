// The levels of dlib's pyramid_down<6>, to the byte: each is 5/6 of the one before.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/hog/planes.h"
#include "types/image.h"

namespace visavis {

// Copies rows begin..end-1 of a picture into `planes`: three planes as they are, or one of grey as dlib makes it, (R +
// G + B) / 3.
void split_rows(const ImageView& image, Planes& planes, int begin, int end);

class Shrinking {
 public:
  // From a picture of this size, at least 16 px a side, to one of 5/6.
  Shrinking(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }

  // Makes rows begin..end-1 of the smaller picture. Threads may make different rows at once.
  void rows(const Planes& from, Planes& to, int begin, int end) const;

 private:
  struct Place {  // between two rows or columns
    int first, second;
    double fraction;
  };

  int width_, height_;
  int single_;                  // dlib's SIMD computes the columns up to here in float; the rest are in double
  std::vector<int32_t> bases_;  // for each 8 columns: where the 16 bytes begin that hold their neighbours
  std::vector<uint8_t> picks_;  // 16 for each 8 columns, from the base on: left neighbours, then right ones
  std::vector<float> fractions_;
  std::vector<Place> lines_, last_columns_;
};

}  // namespace visavis
