// What goes to stdout: one JSON object a line for programs; and the pieces every command's JSON is made of.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "visavis/faces.hpp"
#include "visavis/image.hpp"
#include "writer.h"

namespace visavis::cli {

// Keys keep the order they were put in: easier on the reader.
using Json = nlohmann::ordered_json;

// One line on stdout, flushed. Bytes that are not UTF-8 (a file name may hold them) become U+FFFD.
void print_json(const Json& object);

// null where there is none.
template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// The shortest decimal that gives the same float again, instead of a float's digits as a double.
double short_number(float value);

// {"code", "message"}: code is the name of the library's status; null when the command itself failed.
Json error_json(const Error& error);

// {"left", "top", "right", "bottom"}
Json box_json(const vav_box& box);

// {"image", "width", "height", "faces": []}, and "warning" when the decoder had something to say.
Json picture_json(const std::string& path, const Image& image);

// "box", "score", "landmarks": what the face has of them. "comparable" where that was looked at; when it is false,
// "reason" in a word and "advice" in a sentence.
Json face_json(const Face& face);

// For people: "102x102 px at 30,40".
std::string box_text(const vav_box& box);

}  // namespace visavis::cli
