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

Json error_json(vav_status code, const std::string& message) {
  return {{"code", code == VAV_OK ? Json(nullptr) : Json(vav_status_name(code))}, {"message", message}};
}

Json box_json(const vav_box& box) {
  return {{"left", box.left}, {"top", box.top}, {"right", box.right}, {"bottom", box.bottom}};
}

Json picture_json(const std::string& path, const vav_image* image) {
  Json object = {{"image", path},
                 {"width", vav_image_width(image)},
                 {"height", vav_image_height(image)},
                 {"faces", Json::array()}};
  if (const std::string warning = vav_image_get_warning(image); !warning.empty()) object["warning"] = warning;
  return object;
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

Json face_json(const vav_faces* faces, int32_t index, const vav_face& face) {
  Json object = face_json(face);
  const vav_comparability comparability = vav_faces_comparability(faces, index);
  if (comparability == VAV_COMPARABILITY_NOT_EVALUATED) return object;
  object["comparable"] = comparability == VAV_COMPARABLE;
  if (comparability == VAV_COMPARABLE) return object;
  object["reason"] = vav_comparability_name(comparability);
  object["advice"] = vav_comparability_advice(comparability);
  return object;
}

std::string box_text(const vav_box& box) {
  const auto text = [](int32_t number) { return std::to_string(number); };
  return text(box.right - box.left + 1) + 'x' + text(box.bottom - box.top + 1) + " px at " + text(box.left) + ',' +
         text(box.top);
}

}  // namespace visavis::cli
