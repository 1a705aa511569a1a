// The network sees faces of some 10 to 300 px. Measured on photographs: more are found in small pictures than in large.
#include "detect/yunet/views.h"

#include <algorithm>
#include <cmath>

namespace visavis {
namespace {

constexpr int kUsual = 608;            // px of the longer side, where no smallest face is asked for
constexpr int kSmallestSide = 128;     // px of the longer side: in smaller pictures there is nothing more to see
constexpr double kSmallestFace = 14;   // px as looked at, where a smallest face is asked for
constexpr double kLargestFace = 320;   // px as looked at
constexpr double kMostEnlarged = 4;    // times
constexpr double kNextSize = 6;        // times smaller: what is too large in one is easy to see in the next
constexpr int kBorder = 16;            // px: of a face that is cut off the network must see that it ends
constexpr int kMultiple = 32;          // px: the network makes pictures wider and higher up to it
constexpr double kMostSmaller = 0.03;  // made smaller by so much, if kMultiple px of height are saved by it
constexpr double kSmallBorder = 0.25;  // of the longer side, in small pictures, which a face may fill

// The usual scale, or one that is a little smaller.
double usual_scale(double longer, double shorter) {
  if (longer <= kUsual) return 1;
  const double scale = kUsual / longer;
  const int across = int(std::lround(shorter * scale)), more = (across + 2 * kBorder) % kMultiple;
  return more < across * kMostSmaller ? scale * (across - more) / across : scale;
}

std::vector<double> sizes_of(int width, int height, const DetectOptions& options) {
  const double longer = std::max(width, height);
  double scale = options.min_face > 0 ? std::min(kSmallestFace / options.min_face, kMostEnlarged)
                                      : usual_scale(longer, std::min(width, height));
  const double largest = options.max_face > 0 ? std::min<double>(options.max_face, longer) : longer;
  std::vector<double> scales{scale};
  while (largest * scale > kLargestFace && longer * scale > kSmallestSide)
    scales.push_back(scale = std::max(scale / kNextSize, kSmallestSide / longer));
  return scales;
}

// Where parts of at most `most` px begin and end in `size` px, overlapping by `overlap`.
std::vector<std::pair<int, int>> cuts(int size, int most, int overlap) {
  const int parts = size <= most ? 1 : (size - overlap + most - overlap - 1) / (most - overlap);
  const int each = std::min(size, most);
  std::vector<std::pair<int, int>> all;
  for (int i = 0; i < parts; ++i) {
    const int begin = parts == 1 ? 0 : int(int64_t{size - each} * i / (parts - 1));
    all.emplace_back(begin, begin + each);
  }
  return all;
}

}  // namespace

std::vector<View> views_of(int width, int height, const DetectOptions& options, int64_t max_pixels) {
  std::vector<View> views;
  const auto scales = sizes_of(width, height, options);
  for (size_t i = 0; i < scales.size(); ++i) {
    const double scale = scales[i];
    const int across = std::max(1, int(std::lround(width * scale)));
    const int down = std::max(1, int(std::lround(height * scale)));
    const int longer = std::max(across, down);
    const int border = longer <= kSmallestSide ? int(std::lround(longer * kSmallBorder)) : kBorder;
    const int most = std::max(int(std::sqrt(double(max_pixels))), int(2 * kLargestFace)) - 2 * border;
    const double largest = std::min(kLargestFace, options.max_face > 0 ? options.max_face * scale : kLargestFace);
    const int overlap = int(largest) + kBorder;
    for (const auto& [top, bottom] : cuts(down, most, overlap))
      for (const auto& [left, right] : cuts(across, most, overlap)) {
        const auto place = [](int at, int size, int of) { return int32_t(int64_t{at} * size / of); };
        const Box part{place(left, width, across), place(top, height, down), place(right, width, across) - 1,
                       place(bottom, height, down) - 1};
        views.push_back({{part.left, part.top, std::max(part.left, part.right), std::max(part.top, part.bottom)},
                         right - left,
                         bottom - top,
                         border,
                         int(i)});
      }
  }
  return views;
}

}  // namespace visavis
