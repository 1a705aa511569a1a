// A table of how often strangers are within a threshold, as counted with people whose names are known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace visavis {

struct CalibrationPoint {
  double fmr;       // false match rate of one comparison
  float threshold;  // the largest that keeps it
  double fnmr = 0;  // false non-match rate
};

struct Calibration {
  std::string set;                       // of models
  std::string json;                      // the whole table
  std::vector<CalibrationPoint> points;  // falling rates; each of at least ten false matches
  int64_t genuine = 0, impostor = 0;     // how many pairs of one person and of two; without the former no FNMR is known
  int64_t persons = 0;                   // whose faces were compared
  // Of a user's own table, the recipe that it holds for; the library's hold for their sets, and say none.
  std::string recipe = {}, model_sha256 = {};
};

}  // namespace visavis
