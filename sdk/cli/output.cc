// JSON lines on stdout.
#include "output.h"

#include <charconv>
#include <cmath>

namespace visavis::cli {

void print_json(const Json& object) {
  out().raw(object.dump(-1, ' ', false, Json::error_handler_t::replace)).raw("\n").flush();
}

double short_number(float value) {
  if (!std::isfinite(value)) return value;
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  double number = 0;
  std::from_chars(text, end, number);
  return number;
}

Json error_json(const Error& error) {
  return {{"code", error.code() == VAV_OK ? Json(nullptr) : Json(error.name())}, {"message", error.what()}};
}

Json box_json(const vav_box& box) {
  return {{"left", box.left}, {"top", box.top}, {"right", box.right}, {"bottom", box.bottom}};
}

Json picture_json(const std::string& path, const Image& image) {
  Json object = {{"image", path}, {"width", image.width()}, {"height", image.height()}, {"faces", Json::array()}};
  if (const std::string warning = image.warning(); !warning.empty()) object["warning"] = warning;
  return object;
}

Json face_json(const Face& face) {
  Json object = Json::object();
  if (face.box) object["box"] = box_json(*face.box);
  if (face.score) object["score"] = short_number(*face.score);
  if (face.landmarks) {
    Json& points = object["landmarks"] = Json::array();
    for (const vav_point& p : *face.landmarks) points.push_back({short_number(p.x), short_number(p.y)});
  }
  if (face.comparability == VAV_COMPARABILITY_NOT_EVALUATED) return object;
  object["comparable"] = face.comparability.comparable();
  if (face.comparability.comparable()) return object;
  object["reason"] = face.comparability.name();
  object["advice"] = face.comparability.advice();
  return object;
}

std::string box_text(const vav_box& box) {
  const auto text = [](int32_t number) { return std::to_string(number); };
  return text(box.right - box.left + 1) + 'x' + text(box.bottom - box.top + 1) + " px at " + text(box.left) + ',' +
         text(box.top);
}

}  // namespace visavis::cli
