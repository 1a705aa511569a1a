// Draws lines and letters wide enough to be seen at a glance in a picture of that size.
#include "draw/annotate.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace visavis::cli {
namespace {

const cv::Scalar kBlack(0, 0, 0);

// Colours that people who do not see red and green can tell apart, too: blue-green, orange, light blue. The label names
// them as well.
cv::Scalar color_of(MarkKind kind) {
  switch (kind) {
    case MarkKind::kKnown:
      return {60, 230, 150};
    case MarkKind::kUnknown:
      return {255, 150, 30};
    case MarkKind::kFace:
      break;
  }
  return {90, 200, 255};
}

int line_width(const cv::Mat& picture) {
  return std::max(1, int(std::lround(std::max(picture.cols, picture.rows) / 500.0)));
}

// Depends on the size of the face, but is always legible and never too large for the picture.
int letter_height(const cv::Mat& picture, const vav_box& box) {
  const int side = std::min(picture.cols, picture.rows);
  const int face = box.right - box.left + 1;
  return std::clamp(face / 7, std::max(10, side / 50), std::max(12, side / 16));
}

void draw_face(cv::Mat& picture, const Mark& mark) {
  const cv::Scalar color = color_of(mark.kind);
  const int width = line_width(picture);
  const vav_box& box = *mark.face.box;
  const cv::Point from(box.left, box.top), to(box.right, box.bottom);
  // A dark line under it keeps the bright one visible on a bright ground.
  cv::rectangle(picture, from, to, kBlack, width + 2, cv::LINE_AA);
  cv::rectangle(picture, from, to, color, width, cv::LINE_AA);
  if (!mark.face.landmarks) return;
  const int radius = std::max(1, (box.right - box.left) / 60);
  for (const vav_point& p : *mark.face.landmarks) {
    const cv::Point at(int(std::lround(p.x)), int(std::lround(p.y)));
    cv::circle(picture, at, radius + 1, kBlack, cv::FILLED, cv::LINE_AA);
    cv::circle(picture, at, radius, color, cv::FILLED, cv::LINE_AA);
  }
}

// Places the label above the box, or below if there is no room or another label above; always inside the picture.
cv::Rect place_label(const cv::Mat& picture, const vav_box& box, const cv::Size& size,
                     const std::vector<cv::Rect>& taken) {
  const int gap = line_width(picture);
  const int x = std::clamp(box.left - gap, 0, std::max(0, picture.cols - size.width));
  const int lowest = std::max(0, picture.rows - size.height);
  const cv::Rect above({x, std::clamp(box.top - gap - size.height, 0, lowest)}, size);
  const cv::Rect below({x, std::clamp(box.bottom + gap, 0, lowest)}, size);
  const auto is_free = [&](const cv::Rect& place) {
    return std::none_of(taken.begin(), taken.end(), [&](const cv::Rect& other) { return (place & other).area() > 0; });
  };
  if (box.top - gap - size.height < 0 || (!is_free(above) && is_free(below))) return below;
  return above;
}

void draw_label(cv::Mat& picture, const Mark& mark, const Lettering& lettering, std::vector<cv::Rect>& taken) {
  int height = letter_height(picture, *mark.face.box);
  const int pad = std::max(2, height / 4);
  cv::Size text = lettering.measure(mark.label, height);
  if (const int room = picture.cols - 2 * pad; text.width > room) {
    height = std::max(8, height * room / text.width);
    text = lettering.measure(mark.label, height);
  }
  const cv::Rect ground = place_label(picture, *mark.face.box, {text.width + 2 * pad, text.height + 2 * pad}, taken);
  taken.push_back(ground);
  cv::rectangle(picture, ground, color_of(mark.kind), cv::FILLED);
  lettering.write(picture, mark.label, ground.tl() + cv::Point(pad, pad), height, kBlack);
}

}  // namespace

void annotate(cv::Mat& rgb, const std::vector<Mark>& marks, const Lettering& lettering) {
  for (const Mark& mark : marks) draw_face(rgb, mark);
  std::vector<cv::Rect> taken;
  for (const Mark& mark : marks)
    if (!mark.label.empty()) draw_label(rgb, mark, lettering, taken);
}

}  // namespace visavis::cli
