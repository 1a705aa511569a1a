// pipeline/engine on the sample photos: one call, step by step and batches agree, and equal dlib's own parts.
#include "pipeline/engine.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "support/dlib_pixels.h"
#include "support/fixtures.h"
#include "unit/pipeline/all_wanted.h"

namespace visavis {
namespace {

using testing_support::DlibPixels;
using testing_support::kAll;
using testing_support::photo;

struct Photo {
  explicit Photo(const std::string& name) : pixels(testing_support::dlib_pixels(photo(name))) {}
  ImageView view() const { return testing_support::view(pixels); }
  DlibPixels pixels;
};

float largest_difference(const Embedding& a, const Embedding& b) {
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

class EngineTest : public testing::Test {
 protected:
  void SetUp() override { SKIP_WITHOUT_MODELS_AND_PHOTOS(); }
  std::vector<Face> analyze(const Photo& photo, DetectOptions options = {}) const {
    return engine_.analyze({photo.view()}, DetectorKind::hog, options, false, kAll)[0];
  }
  const Engine engine_{testing_support::models(), 1};
};

TEST_F(EngineTest, StepByStepGivesTheSameAsOneCall) {
  const Photo obama("obama.jpg");
  const auto whole = analyze(obama);
  ASSERT_EQ(whole.size(), 1u);
  const auto from_box = engine_.analyze_boxes(obama.view(), {*whole[0].box}, kAll);
  EXPECT_EQ(*from_box[0].landmarks, *whole[0].landmarks);
  EXPECT_FALSE(from_box[0].score);
  const auto from_points = engine_.analyze_landmarks(obama.view(), {*whole[0].landmarks}, kAll);
  EXPECT_FALSE(from_points[0].box);
  EXPECT_EQ(*from_points[0].chip, *whole[0].chip);
  const Embedding from_chip = engine_.embed_chips(whole[0].chip->data(), 1).front();
  EXPECT_EQ(largest_difference(from_chip, *whole[0].embedding), 0);
}

TEST_F(EngineTest, TheChipIsDlibsOwn) {
  const Photo biden("biden.jpg");
  const auto faces = analyze(biden);
  ASSERT_EQ(faces.size(), 1u);
  const DlibPixels chip = testing_support::dlib_chip(biden.pixels, *faces[0].landmarks);
  for (int row = 0; row < kChipSize; ++row)
    ASSERT_EQ(std::memcmp(&chip[row][0], faces[0].chip->data() + size_t(row) * kChipSize * 3, kChipSize * 3), 0);
}

TEST_F(EngineTest, ABatchGivesWhatEachPictureGivesAlone) {
  const Photo obama("obama.jpg"), biden("biden.jpg");
  const std::vector<ImageView> images = {obama.view(), biden.view(), obama.view()};
  const auto batch = Engine(testing_support::models(), 3).analyze(images, DetectorKind::hog, {}, false, kAll);
  ASSERT_EQ(batch.size(), 3u);
  for (size_t i = 0; i < images.size(); ++i) {
    const auto alone = engine_.analyze({images[i]}, DetectorKind::hog, {}, false, kAll)[0];
    ASSERT_EQ(batch[i].size(), alone.size());
    EXPECT_EQ(*batch[i][0].box, *alone[0].box);
    EXPECT_LT(largest_difference(*batch[i][0].embedding, *alone[0].embedding), 1e-6f);
  }
}

TEST_F(EngineTest, ASubRectangleIsSeenLikeAPictureOfItsOwn) {
  const Photo obama("obama.jpg");
  ImageView part = obama.view();
  part.data += 60 * part.stride + 100 * 3;
  part.width -= 200;
  part.height -= 120;
  DlibPixels copy(part.height, part.width);
  for (int row = 0; row < part.height; ++row)
    std::memcpy(&copy[row][0], part.data + row * part.stride, size_t(part.width) * 3);
  const auto in_place = engine_.analyze({part}, DetectorKind::hog, {}, false, kAll)[0];
  const auto apart = engine_.analyze({testing_support::view(copy)}, DetectorKind::hog, {}, false, kAll)[0];
  ASSERT_EQ(in_place.size(), 1u);
  ASSERT_EQ(apart.size(), 1u);
  EXPECT_EQ(*in_place[0].box, *apart[0].box);
  EXPECT_EQ(*in_place[0].chip, *apart[0].chip);
}

TEST_F(EngineTest, ClippingChangesTheBoxAndNothingElse) {
  const Photo partial("obama_partial_face.jpg");
  const auto whole = engine_.analyze({partial.view()}, DetectorKind::hog, {.min_face = 40}, false, kAll)[0];
  const auto clipped = engine_.analyze({partial.view()}, DetectorKind::hog, {.min_face = 40}, true, kAll)[0];
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(clipped.size(), 1u);
  EXPECT_LT(whole[0].box->left, 0);
  EXPECT_EQ(clipped[0].box->left, 0);
  EXPECT_EQ(*clipped[0].landmarks, *whole[0].landmarks);
  EXPECT_EQ(*clipped[0].embedding, *whole[0].embedding);
}

TEST_F(EngineTest, MinFaceFindsWhatUnaidedEyesMiss) {
  const Photo obama("obama.jpg");
  const DlibPixels small = testing_support::dlib_shrunk(obama.pixels, 5);
  const ImageView view = testing_support::view(small);
  EXPECT_TRUE(engine_.analyze({view}, DetectorKind::hog, {}, false, {})[0].empty());
  const auto found = engine_.analyze({view}, DetectorKind::hog, {.min_face = 40}, false, {})[0];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].box->width(), 54, 10);
  EXPECT_TRUE(engine_.analyze({view}, DetectorKind::hog, {.min_face = 40, .max_face = 45}, false, {})[0].empty());
}

TEST_F(EngineTest, ARegionIsSeenLikeAPictureOfItsOwn) {
  const Photo obama("obama.jpg");
  const Box roi{250, 40, 800, 480};
  ImageView part = obama.view();
  part.data += roi.top * part.stride + roi.left * 3;
  part.width = int32_t(roi.width());
  part.height = int32_t(roi.height());
  for (const DetectorKind kind : {DetectorKind::hog, DetectorKind::cnn}) {
    const auto cropped = engine_.analyze({part}, kind, {}, false, {})[0];
    const auto found = engine_.analyze({obama.view()}, kind, {.roi = roi}, false, kAll)[0];
    ASSERT_EQ(cropped.size(), 1u);
    ASSERT_EQ(found.size(), 1u);
    const Box& box = *cropped[0].box;
    EXPECT_EQ(*found[0].box, (Box{box.left + 250, box.top + 40, box.right + 250, box.bottom + 40}));
    EXPECT_EQ(found[0].score, cropped[0].score);
    const auto whole = engine_.analyze({obama.view()}, kind, {}, false, kAll)[0];
    EXPECT_GT(overlap(*found[0].box, *whole[0].box), 0.7);
    EXPECT_NEAR(found[0].landmarks->at(4).x, whole[0].landmarks->at(4).x, 8);  // the rest is computed in the picture
  }
  EXPECT_TRUE(engine_.analyze({obama.view()}, DetectorKind::hog, {.roi = {0, 0, 200, 200}}, false, {})[0].empty());
}

TEST_F(EngineTest, ARegionBeyondOneOfThePicturesIsRefused) {
  const Photo obama("obama.jpg"), biden("biden.jpg");
  const int32_t right = obama.view().width - 1, bottom = obama.view().height - 1;
  ASSERT_GT(obama.view().width, 1);
  EXPECT_NO_THROW(engine_.analyze({obama.view()}, DetectorKind::hog, {.roi = {0, 0, right, bottom}}, false, {}));
  for (const Box& roi : {Box{0, 0, right + 1, bottom}, Box{0, 0, right, bottom + 1}, Box{-1, 0, 9, 9}}) {
    const Error error = testing_support::error_of([&] {
      engine_.analyze({obama.view(), biden.view()}, DetectorKind::hog, {.roi = roi}, false, {});
    });
    EXPECT_EQ(error.code(), VAV_E_INVALID_ARGUMENT);
    EXPECT_NE(std::string(error.what()).find("roi"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("picture "), std::string::npos);
  }
}

TEST_F(EngineTest, LevelsLeftOutTakeNoFaceOfASizeAskedFor) {
  const Photo obama("obama.jpg");
  const long rows = obama.pixels.nr(), columns = obama.pixels.nc();
  DlibPixels two(rows, columns + columns / 2);  // the same face, whole and half as large
  std::memset(&two[0][0], 0, size_t(two.nr()) * size_t(two.width_step()));
  const DlibPixels half = testing_support::dlib_shrunk(obama.pixels, 2);
  for (long r = 0; r < rows; ++r) std::copy_n(&obama.pixels[r][0], columns, &two[r][0]);
  for (long r = 0; r < half.nr(); ++r) std::copy_n(&half[r][0], half.nc(), &two[r][columns]);
  const ImageView view = testing_support::view(two);
  const Engine two_threads(testing_support::models(), 2);
  const auto all = engine_.analyze({view}, DetectorKind::hog, {.threshold = -0.3}, false, {})[0];
  ASSERT_EQ(all.size(), 2u);
  std::set<size_t> counts;
  for (const int32_t min : {0, 80, 100, 150, 200, 300})
    for (const int32_t max : {0, 100, 150, 200, 300, 400}) {
      if (max != 0 && max < min) continue;
      std::vector<Box> expected, found;
      for (const Face& face : all)
        if (face.box->width() >= min && (max == 0 || face.box->width() <= max)) expected.push_back(*face.box);
      const DetectOptions sizes{.min_face = min, .max_face = max, .threshold = -0.3};
      const auto faces = two_threads.analyze({view}, DetectorKind::hog, sizes, false, {})[0];
      for (const Face& face : faces) found.push_back(*face.box);
      EXPECT_EQ(found, expected) << min << ".." << max;
      counts.insert(expected.size());
    }
  EXPECT_EQ(counts, (std::set<size_t>{0, 1, 2}));
}

TEST_F(EngineTest, TheCnnFindsTheSameFaceAndShrinksThePictureWhereItMay) {
  const Photo obama("obama.jpg");
  const auto whole = engine_.analyze({obama.view()}, DetectorKind::cnn, {}, false, {})[0];
  const auto shrunk = engine_.analyze({obama.view()}, DetectorKind::cnn, {.min_face = 160}, false, {})[0];
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(shrunk.size(), 1u);
  EXPECT_EQ(*whole[0].box, (Box{375, 154, 611, 390}));  // face_recognition's test has the same numbers
  EXPECT_GT(overlap(*whole[0].box, *shrunk[0].box), 0.6);
}

TEST_F(EngineTest, PicturesTooSmallForAFaceHaveNone) {
  const std::vector<uint8_t> white(64 * 64 * 3, 255);
  for (const int size : {1, 2, 7, 20, 64})
    for (const DetectorKind kind : {DetectorKind::hog, DetectorKind::cnn})
      EXPECT_TRUE(engine_.analyze({{white.data(), size, size, 64 * 3}}, kind, {}, false, kAll)[0].empty()) << size;
}

TEST_F(EngineTest, BoxesAndLandmarksFarOutsideThePictureAreTaken) {
  const Photo obama("obama.jpg");
  for (const Box& box : {Box{-1000000, -1000000, 1000000, 1000000}, Box{900000, 900000, 1000000, 1000000},
                         Box{-5, -5, -5, -5}, Box{0, 0, 0, 0}, Box{-1000000, 0, 1000000, 0}})
    EXPECT_FALSE(engine_.analyze_boxes(obama.view(), {box}, kAll)[0].embedding);
  const Landmarks line{{{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}}};
  const Landmarks vast{{{1e6, -1e6}, {5e5, 0}, {-1e6, 1e6}, {0, 0}, {0, 1e6}}};
  for (const Landmarks& points : {line, vast})
    EXPECT_FALSE(engine_.analyze_landmarks(obama.view(), {points}, kAll)[0].embedding);
}

}  // namespace
}  // namespace visavis
