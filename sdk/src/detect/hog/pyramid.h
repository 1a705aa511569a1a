// The levels of dlib's pyramid_down<6>, to the byte: each is 5/6 of the one before.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/hog/planes.h"
#include "types/image.h"

namespace visavis {

// Rows begin..end-1 of a picture into `planes`: three as they are, or one of grey as dlib makes it, (R + G + B) / 3.
void split_rows(const ImageView& image, Planes& planes, int begin, int end);

class Shrinking {
 public:
  // From a picture of this size, at least 16 px a side, to one of 5/6.
  Shrinking(int width, int height);

  int width() const { return width_; }
  int height() const { return height_; }

  // Rows begin..end-1 of the smaller picture. Different rows may be made on different threads at once.
  void rows(const Planes& from, Planes& to, int begin, int end) const;

 private:
  struct Place {  // between two rows or columns
    int first, second;
    double fraction;
  };

  int width_, height_;
  int single_;                  // columns up to here are computed in float, by dlib's SIMD; the rest in double
  std::vector<int32_t> bases_;  // of each 8 columns: where the 16 bytes begin that hold their neighbours
  std::vector<uint8_t> picks_;  // 16 of each 8 columns: the left neighbours, then the right ones, from the base on
  std::vector<float> fractions_;
  std::vector<Place> lines_, last_columns_;
};

}  // namespace visavis
