// Boxes and points in pixels of the upright picture: the plain structs that flow between the stages.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace visavis {

// The pixels at all four sides belong to the box: width = right - left + 1, as in dlib.
struct Box {
  int32_t left = 0, top = 0, right = -1, bottom = -1;
  int64_t width() const { return int64_t{right} - left + 1; }
  int64_t height() const { return int64_t{bottom} - top + 1; }
  double area() const { return double(width()) * double(height()); }
  friend bool operator==(const Box&, const Box&) = default;
};

// The area of the intersection over the area of the union, 0..1.
inline double overlap(const Box& a, const Box& b) {
  const int64_t width = std::max<int64_t>(0, int64_t{std::min(a.right, b.right)} - std::max(a.left, b.left) + 1);
  const int64_t height = std::max<int64_t>(0, int64_t{std::min(a.bottom, b.bottom)} - std::max(a.top, b.top) + 1);
  const double both = double(width) * double(height);
  return both / (a.area() + b.area() - both);
}

struct Point {
  float x = 0, y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

// Of dlib: the eye on the right of the picture, its outer and inner corner; the one on the left, likewise; base of the
// nose. Of YuNet: the eye on the left of the picture, the one on the right, tip of the nose, corners of the mouth, left
// and right.
using Landmarks = std::array<Point, 5>;

}  // namespace visavis
