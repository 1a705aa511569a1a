// Draws boxes, landmarks and labels on a picture, in sizes that suit it.
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "draw/lettering.h"
#include "visavis/faces.hpp"

namespace visavis::cli {

enum class MarkKind { kFace, kKnown, kUnknown };

struct Mark {
  Face face;
  MarkKind kind = MarkKind::kFace;
  std::string label;  // empty = none
};

// `rgb` is CV_8UC3. Boxes first, then labels, so that no box crosses a label.
void annotate(cv::Mat& rgb, const std::vector<Mark>& marks, const Lettering& lettering);

}  // namespace visavis::cli
