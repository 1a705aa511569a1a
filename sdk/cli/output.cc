// JSON lines on stdout.
#include "output.h"

#include <charconv>
#include <cmath>
#include <iostream>

namespace visavis::cli {

void print_json(const Json& object) {
  std::cout << object.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
}

double short_number(float value) {
  if (!std::isfinite(value)) return value;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double number = 0;
  std::from_chars(text, end, number);
  return number;
}

Json box_json(const vav_box& box) {
  return {{"left", box.left}, {"top", box.top}, {"right", box.right}, {"bottom", box.bottom}};
}

Json face_json(const vav_face& face) {
  Json object = Json::object();
  if (face.has & VAV_HAS_BOX) object["box"] = box_json(face.box);
  if (face.has & VAV_HAS_SCORE) object["score"] = short_number(face.score);
  if (face.has & VAV_HAS_LANDMARKS) {
    Json& points = object["landmarks"] = Json::array();
    for (const vav_point& p : face.landmarks) points.push_back({short_number(p.x), short_number(p.y)});
  }
  return object;
}

}  // namespace visavis::cli
