// detect/face_size: from min_face to scale, and which boxes stay.
#include "detect/face_size.h"

#include "support/fixtures.h"

namespace visavis {
namespace {

using testing_support::error_of;

TEST(FaceSize, DoublesUntilTheSmallestFaceIsSeen) {
  EXPECT_EQ(doublings_for(0, 72), 0);
  EXPECT_EQ(doublings_for(200, 72), 0);
  EXPECT_EQ(doublings_for(72, 72), 0);
  EXPECT_EQ(doublings_for(71, 72), 1);
  EXPECT_EQ(doublings_for(36, 72), 1);
  EXPECT_EQ(doublings_for(35, 72), 2);
  EXPECT_EQ(doublings_for(1, 72), 7);
  EXPECT_EQ(doublings_for(1, 40), 6);
}

TEST(FaceSize, RefusesWhatWouldBeTooLargeAndSaysWhatToDo) {
  const ImageView image{nullptr, 4000, 3000, 12000};
  check_scaled(image, 1, 12'000'000);
  check_scaled(image, 0.5, 3'000'000);
  const Error e = error_of([&] { check_scaled(image, 2, 12'000'000); });
  EXPECT_EQ(e.code(), VAV_E_LIMIT_EXCEEDED);
  EXPECT_NE(std::string(e.what()).find("min_face"), std::string::npos);
}

TEST(FaceSize, KeepsBoxesWithBothSidesInRange) {
  const std::vector<Detection> found = {{{-20, -20, 29, 29}, 3}, {{10, 10, 58, 59}, 2}, {{50, 30, 149, 129}, 1}};
  auto kept = found;
  keep_asked_sizes(kept, {.min_face = 50});
  ASSERT_EQ(kept.size(), 2u);  // the second is 49 px wide
  EXPECT_EQ(kept[0].box, (Box{-20, -20, 29, 29}));
  kept = found;
  keep_asked_sizes(kept, {.max_face = 99});
  EXPECT_EQ(kept.size(), 2u);
}

TEST(FaceSize, ClipsToThePicture) {
  const ImageView image{nullptr, 100, 80, 300};
  EXPECT_EQ(clip_box({-20, -20, 29, 29}, image), (Box{0, 0, 29, 29}));
  EXPECT_EQ(clip_box({50, 30, 149, 129}, image), (Box{50, 30, 99, 79}));
  EXPECT_EQ(clip_box({120, -50, 160, -10}, image), (Box{99, 0, 99, 0}));
}

}  // namespace
}  // namespace visavis
