// Cut in the picture's own resolution first, and then scaled down: so a large face does not flicker between its pixels.
#include "align/kept_chip.h"

#include <algorithm>
#include <cmath>

#include "align/chip.h"
#include "base/secret_memory.h"
#include "base/shrink.h"

namespace visavis {

Image cut_kept_chip(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face) {
  constexpr double kMargin = 1;  // in widths of the face, on each side
  constexpr double kSides = 1 + 2 * kMargin;
  constexpr int kLeast = 48, kMostAtFirst = 8 * kMostKeptChip;
  const double natural = std::ceil(FacePlace(landmarks, mean_face).size() * kSides);
  const int first = int(std::clamp<double>(natural, kLeast, kMostAtFirst));
  ChipFrame frame{first, {}, mean_face};
  for (size_t i = 0; i < frame.points.size(); ++i)
    for (size_t axis = 0; axis < 2; ++axis) frame.points[i][axis] = (kMargin + mean_face[i][axis]) / kSides * first;
  Chip cut = warp_chip(image, landmarks, frame);
  const int size = std::min(first, kMostKeptChip);
  Image chip;
  if (size == first) {
    chip.storage = std::move(cut);
  } else {
    chip.storage.resize(size_t(size) * size_t(size) * 3);
    shrink(cut.data(), first, first, int64_t{first} * 3, chip.storage.data(), size, size, int64_t{size} * 3, 1);
    wipe(cut);
  }
  chip.view = {chip.storage.data(), size, size, int64_t{size} * 3};
  return chip;
}

}  // namespace visavis
