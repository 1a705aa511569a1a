// Draws faces of nobody, for a demonstration where there is no photo: plain shapes that a detector takes for a face.
#pragma once

#include <opencv2/core.hpp>

namespace visavis::cli {

// Who is drawn: two whom the models of dlib take for different persons.
enum class DrawnPerson { kFirst, kSecond };

// How the picture was "taken".
struct DrawnView {
  double light = 0;   // -1..1: brighter on the left or on the right
  double turned = 0;  // degrees, clockwise
  double scale = 1;
};

// CV_8UC3, RGB, 360 x 360 px. The same on every machine, but for the last bit of a colour.
cv::Mat draw_person(DrawnPerson person, const DrawnView& view);

}  // namespace visavis::cli
