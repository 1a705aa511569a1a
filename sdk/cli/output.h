// Prints to stdout: one JSON object on each line, for programs. And the parts that the JSON of all commands is made of.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "visavis/faces.hpp"
#include "visavis/image.hpp"
#include "writer.h"

namespace visavis::cli {

// Keys keep the order in which they were added: that is easier to read.
using Json = nlohmann::ordered_json;

// Prints one line on stdout and flushes it. Bytes that are not UTF-8, which a file name may hold, become U+FFFD.
void print_json(const Json& object);

// null if there is no value.
template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

// The shortest decimal that gives the same float again; a float written as a double would have more digits.
double short_number(float value);

// {"code", "message"}: code is the name of the library's status, or null if the command itself failed.
Json error_json(const Error& error);

// {"left", "top", "right", "bottom"}
Json box_json(const vav_box& box);

// {"image", "width", "height", "faces": []}, and "warning" when the decoder had something to say.
Json picture_json(const std::string& path, const Image& image);

// "box", "score", "landmarks", as far as the face has them. "comparable" if that was checked; if it is false, also
// "reason" as a word and "advice" as a sentence.
Json face_json(const Face& face);

// For people: "102x102 px at 30,40".
std::string box_text(const vav_box& box);

}  // namespace visavis::cli
