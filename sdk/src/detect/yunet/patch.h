// A part of a picture at another size: what a network looks at, in memory of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "types/geometry.h"
#include "types/image.h"

namespace visavis {

// Grey where the picture has ended: a detector takes a face that is cut off there for a face, as it does not in black.
class Patch {
 public:
  // The part of `image` from `left`, `top`, of width × height px, made smaller or larger, with `border` px of grey around.
  Patch(const ImageView& image, const Box& part, int width, int height, int border, int threads);

  // Upright: the place `middle` of the picture comes to its middle, `scale` px for each of the picture, which is turned by
  // `degrees` about that place, counter-clockwise.
  static Patch turned(const ImageView& image, const Point& middle, double scale, double degrees, int side);

  ImageView view() const { return {pixels_.data(), width_, height_, int64_t{3} * width_}; }

  // Where a place of the patch lies in the picture.
  Point in_picture(const Point& p) const {
    return {float(origin_x_ + across_x_ * p.x + down_x_ * p.y), float(origin_y_ + across_y_ * p.x + down_y_ * p.y)};
  }
  // px of the picture for each of the patch, across and down.
  double across() const { return across_x_; }
  double down() const { return down_y_; }

 private:
  Patch(int width, int height);

  int width_, height_;
  std::vector<uint8_t> pixels_;
  double origin_x_ = 0, origin_y_ = 0, across_x_ = 1, across_y_ = 0, down_x_ = 0, down_y_ = 1;
};

}  // namespace visavis
