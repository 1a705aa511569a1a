// Turns the picture, not the detector: its filters and its network know upright faces best.
#include "pipeline/all_ways_up.h"

#include <algorithm>
#include <opencv2/core.hpp>

namespace visavis {
namespace {

constexpr double kSameFace = 0.3;  // overlap of two boxes, over what both cover

// The box in a picture of width × height of one in that picture turned clockwise.
Box turned_back(const Box& b, int quarter_turns, int32_t width, int32_t height) {
  switch (quarter_turns) {
    case 1:
      return {b.top, height - 1 - b.right, b.bottom, height - 1 - b.left};
    case 2:
      return {width - 1 - b.right, height - 1 - b.bottom, width - 1 - b.left, height - 1 - b.top};
    case 3:
      return {width - 1 - b.bottom, b.left, width - 1 - b.top, b.right};
    default:
      return b;
  }
}

Point turned_back(const Point& p, int quarter_turns, int32_t width, int32_t height) {
  const auto right = float(width - 1), bottom = float(height - 1);
  switch (quarter_turns) {
    case 1:
      return {p.y, bottom - p.x};
    case 2:
      return {right - p.x, bottom - p.y};
    case 3:
      return {right - p.y, p.x};
    default:
      return p;
  }
}

}  // namespace

std::vector<Face> detect_all_ways_up(const Detector& detector, const ImageView& image, const DetectOptions& options,
                                     int threads) {
  const cv::Mat upright(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.data), size_t(image.stride));
  constexpr cv::RotateFlags kFlags[] = {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_180, cv::ROTATE_90_COUNTERCLOCKWISE};
  std::vector<Face> found;
  for (int turns = 0; turns < 4; ++turns) {
    cv::Mat turned;  // of its own memory: the picture is the caller's
    if (turns > 0) cv::rotate(upright, turned, kFlags[turns - 1]);
    if (turns == 0) turned = upright;
    for (const Detection& d :
         detector.detect({turned.data, turned.cols, turned.rows, int64_t(turned.step)}, options, threads)) {
      Face& face = found.emplace_back();
      face.box = turned_back(d.box, turns, image.width, image.height);
      face.score = d.score;
      face.seen = d.landmarks;
      if (face.seen)
        for (Point& point : *face.seen) point = turned_back(point, turns, image.width, image.height);
      face.quarter_turns = turns;
    }
  }
  std::ranges::stable_sort(found, std::greater(), [](const Face& face) { return *face.score; });
  std::vector<Face> kept;
  for (Face& face : found)
    if (std::ranges::none_of(kept, [&](const Face& k) { return overlap(*k.box, *face.box) > kSameFace; }))
      kept.push_back(std::move(face));
  return kept;
}

}  // namespace visavis
