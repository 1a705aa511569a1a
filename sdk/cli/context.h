// What every command gets: the options that hold for all of them, and the work the parsed command line asks for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "visavis/engine.hpp"

namespace visavis::cli {

enum ExitCode {
  kDone = 0,
  kNegative = 1,  // a negative answer: different persons, nobody known
  kWrongUse = 2,
  kFailed = 3,
  kInterrupted = 130,  // Ctrl-C, as shells count it
};

struct Context {
  std::string models;       // --models, else VISAVIS_MODELS; empty = the library's own places
  std::string model_set;    // --model-set, else VISAVIS_MODEL_SET, else the gallery's; empty = the library's
  std::string calibration;  // --calibration, else VISAVIS_CALIBRATION: a table of error rates; empty = the library's
  bool calibration_of_environment = false;  // it was VISAVIS_CALIBRATION
  bool set_of_gallery = false;              // nobody has asked for it
  std::string unlock;       // --unlock, else VISAVIS_UNLOCK: where the key of an encrypted gallery is, see secret.h
  std::string audit_label;  // --audit-label: who is at work, for a gallery's audit log
  bool json = false;
  bool quiet = false;
  bool recursive = false;  // also folders within folders
  int32_t wait = 0;        // how many seconds to wait for another process that writes; 0 = the library's 5
  int32_t threads = 0;     // 0 = all the machine has
  vav_backend backend = VAV_BACKEND_AUTO;
  vav_precision precision = VAV_PRECISION_EXACT;
  int32_t max_megapixels = 0;
  vav_detector detector = VAV_DETECTOR_DEFAULT;
  std::string detector_word;  // --detector as it was given; empty = that of the set of models
  int32_t min_face = 0;
  int32_t max_face = 0;
  bool gray = false;
  bool upright = false;
  std::vector<int32_t> roi;  // x, y, width, height; empty = the whole picture

  // Set by the callback of the command that was given; run by main after all is parsed. Returns an ExitCode.
  std::function<int()> action;
};

}  // namespace visavis::cli
