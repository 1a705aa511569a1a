// dlib's own chip: the same fit, pyramid and bilinear interpolation, hence the same pixels.
#include "align/chip.h"

#include <dlib/image_transforms.h>

#include <vector>

#include "nn/dlib_rgb.h"

namespace visavis {
namespace {

// dlib's mean face of the 5-point model in a unit square (get_face_chip_details,
// dlib/image_transforms/interpolation.h), in the order of Landmarks.
constexpr double kMeanFace[5][2] = {{0.8595674595992, 0.2134981538014},
                                    {0.6460604764104, 0.2289674387677},
                                    {0.1205750620789, 0.2137274526848},
                                    {0.3340850613712, 0.2290642403242},
                                    {0.4901123135679, 0.6277975316475}};
constexpr double kPadding = 0.25;  // of the face's width on each side, what the embedder was trained with

}  // namespace

Chip cut_chip(const ImageView& image, const Landmarks& landmarks) {
  std::vector<dlib::dpoint> chip_points, image_points;
  for (size_t i = 0; i < landmarks.size(); ++i) {
    const dlib::dpoint mean(kMeanFace[i][0], kMeanFace[i][1]);
    chip_points.push_back((kPadding + mean) / (2 * kPadding + 1) * kChipSize);
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
