// detect/fhog_*: the orientation of every gradient that bytes can have, and features beside dlib's own.
#include <dlib/image_transforms.h>

#include <cmath>
#include <random>

#include "detect/hog/fhog_kernels.h"
#include "detect/hog/fhog_scan.h"
#include "dlib_io/rgb_image.h"
#include "support/simd_targets.h"

namespace visavis {
namespace {

using testing_support::for_each_simd_target;

// As dlib/image_transforms/fhog.h has it.
int dlibs_orientation(int dx, int dy) {
  static const float kDirections[9][2] = {{1.0000f, 0.0000f},  {0.9397f, 0.3420f},  {0.7660f, 0.6428f},
                                          {0.500f, 0.8660f},   {0.1736f, 0.9848f},  {-0.1736f, 0.9848f},
                                          {-0.5000f, 0.8660f}, {-0.7660f, 0.6428f}, {-0.9397f, 0.3420f}};
  float best = 0;
  int orientation = 0;
  for (int o = 0; o < 9; ++o) {
    const float dot = float(dx) * kDirections[o][0] + float(dy) * kDirections[o][1];
    if (dot > best) best = dot, orientation = o;
    if (-dot > best) best = -dot, orientation = o + 9;
  }
  return orientation;
}

TEST(Fhog, EveryGradientHasDlibsLengthAndOrientation) {
  constexpr int kStep = 3, kWidth = 511 * kStep;  // one gradient in three pixels
  std::vector<uint8_t> above(kWidth + 64), here(kWidth + 64), below(kWidth + 64);
  for (int dx = -255; dx <= 255; ++dx) {
    here[(dx + 255) * kStep] = uint8_t(std::max(0, -dx));
    here[(dx + 255) * kStep + 2] = uint8_t(std::max(0, dx));
  }
  std::vector<float> lengths(kWidth + 64);
  std::vector<uint16_t> bins(kWidth + 64);
  for_each_simd_target([&] {
    for (int dy = -255; dy <= 255; ++dy) {
      std::fill(above.begin(), above.end(), uint8_t(std::max(0, -dy)));
      std::fill(below.begin(), below.end(), uint8_t(std::max(0, dy)));
      const fhog::PixelRows rows{{above.data()}, {here.data()}, {below.data()}, 1};
      fhog::gradients(rows, 1, kWidth - 1, true, lengths.data(), bins.data());
      for (int dx = -255; dx <= 255; ++dx) {
        const int x = (dx + 255) * kStep + 1;
        ASSERT_EQ(lengths[x], std::sqrt(float(dx * dx + dy * dy)));
        ASSERT_EQ(bins[x], 4 * dlibs_orientation(dx, dy)) << dx << "," << dy;
      }
    }
  });
}

// Scores of a filter with a single weight are the features themselves, shifted by the place of the weight.
TEST(Fhog, FeaturesAreDlibsInAnyBand) {
  std::mt19937 random(1);
  for (const auto& [width, height] : {std::pair{20, 20}, {24, 27}, {99, 83}, {140, 301}, {333, 100}}) {
    std::vector<uint8_t> bytes(size_t(width) * height * 3);
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = uint8_t((i / 7) % 200 + random() % 40);
    dlib::array<dlib::array2d<float>> dlibs;
    dlib::extract_fhog_features(DlibRgb{{bytes.data(), width, height, width * 3}}, dlibs, 8, 1, 1);
    ASSERT_EQ(fhog::places(width), dlibs[0].nc());
    ASSERT_EQ(fhog::places(height), dlibs[0].nr());

    Planes picture(3, width, height);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x)
        for (int c = 0; c < 3; ++c) picture.row(c, y)[x] = bytes[(size_t(y) * width + x) * 3 + c];
    float middle[fhog::kTaps] = {};
    middle[fhog::kBefore] = 1;
    std::vector<fhog::View> views(fhog::kFeatures);
    for (int plane = 0; plane < fhog::kFeatures; ++plane) views[plane].add(plane, middle, middle);

    for_each_simd_target([&] {
      fhog::Scanner scanner;
      const int rows = int(dlibs[0].nr());
      for (const int band : {rows, 1, 7}) {
        int seen = 0;
        for (int begin = 0; begin < rows; begin += band)
          scanner.scan(picture, views, begin, std::min(begin + band, rows),
                       [&](int view, int row, const float* scores, int count) {
                         ASSERT_EQ(count, dlibs[0].nc());
                         for (int c = 0; c < count; ++c) {
                           ASSERT_NEAR(scores[c], dlibs[view][row][c], 2e-6) << view << ": " << c << "," << row;
                           ++seen;
                         }
                       });
        ASSERT_EQ(seen, rows * dlibs[0].nc() * fhog::kFeatures);
      }
    });
  }
}

TEST(Fhog, FiltersAddUpWhatTheirWeightsSay) {
  std::mt19937 random(2);
  std::uniform_real_distribution<float> weights(-1, 1);
  constexpr int kWidth = 190, kHeight = 150;
  Planes picture(1, kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) picture.row(0, y)[x] = uint8_t(random());
  // One view, with up to four filters for a plane.
  std::vector<fhog::View> views(1), taps(fhog::kFeatures);
  std::vector<std::array<std::array<float, fhog::kTaps>, 3>> filters;  // plane, row, column
  float middle[fhog::kTaps] = {};
  middle[fhog::kBefore] = 1;
  for (int plane = 0; plane < fhog::kFeatures; ++plane) {
    taps[plane].add(plane, middle, middle);
    for (int i = 0; i < plane % 5; ++i) {
      auto& filter = filters.emplace_back();
      filter[0][0] = float(plane);
      for (int tap = 0; tap < fhog::kTaps; ++tap) filter[1][tap] = weights(random), filter[2][tap] = weights(random);
      views[0].add(plane, filter[1].data(), filter[2].data());
    }
  }
  const int rows = fhog::places(kHeight), columns = fhog::places(kWidth);
  for_each_simd_target([&] {
    std::vector<float> features(size_t(fhog::kFeatures) * rows * columns);
    fhog::Scanner scanner;
    scanner.scan(picture, taps, 0, rows, [&](int plane, int row, const float* scores, int count) {
      std::copy_n(scores, count, &features[(size_t(plane) * rows + row) * columns]);
    });
    scanner.scan(picture, views, 0, rows, [&](int, int row, const float* scores, int count) {
      for (int column = 0; column < count; ++column) {
        double expected = 0;
        for (const auto& filter : filters)
          for (int m = 0; m < fhog::kTaps; ++m)
            for (int n = 0; n < fhog::kTaps; ++n) {
              const int y = row + m - fhog::kBefore, x = column + n - fhog::kBefore;
              if (y < 0 || y >= rows || x < 0 || x >= columns) continue;
              expected +=
                  double(features[(size_t(filter[0][0]) * rows + y) * columns + x]) * filter[2][m] * filter[1][n];
            }
        ASSERT_NEAR(scores[column], expected, 1e-4) << column << "," << row;
      }
    });
  });
}

}  // namespace
}  // namespace visavis
