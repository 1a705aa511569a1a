// What is known of each model on this machine: found, right, altered.
#pragma once

#include <string>

#include "output.h"
#include "visavis/models.hpp"

namespace visavis::cli {

struct ModelState {
  std::string id;
  bool optional = false;
  std::string path;     // empty = not found
  std::string set;      // that uses it; empty = none
  std::string status;   // "ok", "missing", "altered", or "unreadable" when reading failed
  std::string message;  // of the library, when not ok

  // An optional model may be missing. But a file that is there must be right.
  bool fine() const { return status == "ok" || (status == "missing" && optional); }
};

// {"id", "status", "optional", "path"}
Json model_state_json(const ModelState& state);

// Reads and checks the file. For a large one this takes a moment.
ModelState verify_model(const Models& models, const ModelInfo& info);

}  // namespace visavis::cli
