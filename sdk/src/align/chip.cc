// dlib's own chip: the same fit, pyramid and bilinear interpolation, hence the same pixels.
#include "align/chip.h"

#include <dlib/image_transforms.h>

#include <vector>

#include "dlib_io/rgb_image.h"

namespace visavis {

Chip cut_chip(const ImageView& image, const Landmarks& landmarks, const MeanFace& mean_face) {
  std::vector<dlib::dpoint> chip_points, image_points;
  for (size_t i = 0; i < landmarks.size(); ++i) {
    const dlib::dpoint mean(mean_face[i][0], mean_face[i][1]);
    chip_points.push_back((kChipPadding + mean) / (2 * kChipPadding + 1) * kChipSize);
    image_points.emplace_back(landmarks[i].x, landmarks[i].y);
  }
  const dlib::chip_details where(chip_points, image_points, dlib::chip_dims(kChipSize, kChipSize));
  dlib::array2d<dlib::rgb_pixel> pixels;
  dlib::extract_image_chip(DlibRgb{image}, where, pixels);

  static_assert(sizeof(dlib::rgb_pixel) == 3);
  Chip chip(size_t{kChipSize} * kChipSize * 3);
  for (int row = 0; row < kChipSize; ++row)
    std::copy_n(reinterpret_cast<const uint8_t*>(&pixels[row][0]), size_t{kChipSize} * 3,
                &chip[size_t(row) * kChipSize * 3]);
  return chip;
}

}  // namespace visavis
