// detect/yunet/views: whatever the picture, every place of it is looked at, at sizes that show the faces asked for.
#include "detect/yunet/views.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace visavis {
namespace {

double scale_of(const View& view) { return view.width / double(view.part.width()); }

TEST(YunetViews, EveryFaceIsWhollyInOneView) {
  for (const auto& [width, height] : {std::pair{640, 480}, {4912, 7360}, {100, 30}, {20000, 300}, {1, 1}})
    for (const auto& [least, most] : {std::pair{0, 0}, {10, 0}, {200, 0}, {10, 60}, {0, 60}}) {
      const DetectOptions options{.min_face = least, .max_face = most};
      const auto views = views_of(width, height, options, 1'600'000);
      ASSERT_FALSE(views.empty());
      for (const View& view : views) {
        EXPECT_GE(view.part.left, 0);
        EXPECT_GE(view.part.top, 0);
        EXPECT_LT(view.part.right, width);
        EXPECT_LT(view.part.bottom, height);
        EXPECT_LE((view.width + 2 * view.border) * (view.height + 2 * view.border), 1'600'000);
      }
      // Faces of all sizes that fit, at corners and in the middle: in some view they are 9 to 640 px and whole.
      for (int size = std::max(least, std::max(10, std::max(width, height) / 60)); size < std::min(width, height);
           size = size * 3 / 2) {
        if (most > 0 && size > most) break;
        for (const double x : {0.0, 0.31, 0.5, 1.0})
          for (const double y : {0.0, 0.5, 0.77, 1.0}) {
            const int left = int(x * (width - size)), top = int(y * (height - size));
            EXPECT_TRUE(std::ranges::any_of(views,
                                            [&](const View& view) {
                                              const double seen = size * scale_of(view);
                                              return seen >= 9 && seen <= 640 && left >= view.part.left &&
                                                     top >= view.part.top && left + size - 1 <= view.part.right &&
                                                     top + size - 1 <= view.part.bottom;
                                            }))
                << width << "x" << height << ", face " << size << " at " << left << "," << top;
          }
      }
    }
}

TEST(YunetViews, AnOrdinaryPictureIsLookedAtInASmallAndASmallerSize) {
  const auto views = views_of(4000, 3000, {}, 1'600'000);
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].width, 597);
  EXPECT_EQ(views[0].height + 2 * views[0].border, 480) << "and not 488, which the network would make 512";
  EXPECT_EQ(views_of(3000, 2000, {}, 1'600'000)[0].width, 608);
  EXPECT_EQ(views[1].width, 128);
  EXPECT_GT(views[1].border, views[0].border);
  EXPECT_EQ(views_of(350, 350, {}, 1'600'000)[0].width, 350) << "it is not enlarged";
  EXPECT_EQ(views_of(4000, 3000, {.max_face = 1000}, 1'600'000).size(), 1u);
  EXPECT_EQ(views_of(4000, 3000, {.min_face = 1000}, 1'600'000).size(), 1u) << "smaller is quicker";
}

TEST(YunetViews, PartsAreNoLargerThanAskedFor) {
  const auto views = views_of(8000, 8000, {.min_face = 14}, 1'000'000);
  EXPECT_GT(views.size(), 64u);
  for (const View& view : views) EXPECT_LE((view.width + 2 * view.border) * (view.height + 2 * view.border), 1'000'000);
}

}  // namespace
}  // namespace visavis
