// What goes to stdout: one JSON object a line for programs; and the pieces every command's JSON is made of.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "visavis/faces.h"

namespace visavis::cli {

// Keys keep the order they were put in: easier on the reader.
using Json = nlohmann::ordered_json;

// One line on stdout, flushed. Bytes that are not UTF-8 (a file name may hold them) become U+FFFD.
void print_json(const Json& object);

// The shortest decimal that gives the same float again, instead of a float's digits as a double.
double short_number(float value);

// {"left", "top", "right", "bottom"}
Json box_json(const vav_box& box);

// "box", "score", "landmarks": what the face has of them.
Json face_json(const vav_face& face);

}  // namespace visavis::cli
