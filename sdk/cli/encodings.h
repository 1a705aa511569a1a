// Collections of face encodings as users of face_recognition keep them: .npz, CSV and JSON. No pickle, which can run
// code.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "embedding.h"

namespace visavis::cli {

struct Encodings {
  std::vector<std::string> names;  // one for each encoding; equal names mean the same person
  std::vector<Embedding> encodings;
  std::vector<int> lines;  // only of a CSV: the line of each

  // Where encoding `index` stands, for messages: "line 7", or "encoding 6" (counted from 0, as in Python).
  std::string where(size_t index) const;
};

// One array of a .npy file, in C's order: numbers (float32 or float64), or texts (whole numbers too, as names). Throws
// std::runtime_error for anything else: other types, objects (pickle), sizes that do not fit.
struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<float> numbers;
  std::vector<std::string> texts;
};
NpyArray parse_npy(std::string_view bytes);

// {"names": ["Ada", …], "encodings": [[128 numbers], …]}
Encodings parse_json_encodings(std::string_view text);

// A name and 128 numbers on each line, separated by commas, semicolons or tabs, quoted or not (RFC 4180). The first
// line is a heading if no cell after the first is a number. In csv_encodings.cc.
Encodings parse_csv_encodings(std::string_view text);

// The message for whoever gives a file of another kind.
inline constexpr const char* kNoEncodings =
    "is none of: an export, an .npz with names and encodings, a CSV of a name and 128 numbers a line, a JSON object "
    R"({"names": [texts], "encodings": [[128 numbers], …]})";

// Reads a file of one of these kinds; its content decides which. A Failure says what is wrong with it.
Encodings read_encodings(const std::filesystem::path& path);

}  // namespace visavis::cli
