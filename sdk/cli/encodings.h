// Collections of face encodings as users of face_recognition keep them, without pickle: .npz, CSV and JSON.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "embedding.h"

namespace visavis::cli {

struct Encodings {
  std::vector<std::string> names;  // one an encoding; the same name again is the same person
  std::vector<Embedding> encodings;
};

// One array of a .npy file: numbers (float32 or float64), or texts (whole numbers too, as names). Throws std::runtime_error for anything else: other
// types, objects (pickle), Fortran order, sizes that do not fit.
struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<float> numbers;
  std::vector<std::string> texts;
};
NpyArray parse_npy(std::string_view bytes);

// {"names": ["Ada", …], "encodings": [[128 numbers], …]}
Encodings parse_json_encodings(std::string_view text);

// A name and 128 numbers a line, separated by commas, semicolons or tabs; nothing when the first lines are not so.
Encodings parse_csv_encodings(std::string_view text);

// A file of one of these kinds, told by its content. A Failure says what is wrong with it.
Encodings read_encodings(const std::filesystem::path& path);

}  // namespace visavis::cli
