// What is known of each model on this machine: found, right, altered.
#pragma once

#include <string>
#include <vector>

#include "handles.h"

namespace visavis::cli {

struct ModelState {
  vav_model_info info;  // texts borrowed from the models
  std::string status;   // "ok", "missing", "altered", or "unreadable" when reading failed
  std::string message;  // of the library, when not ok
};

std::vector<vav_model_info> list_models(const vav_models* models);

// Reads and checks the file: takes a moment for large ones.
ModelState verify_model(const vav_models* models, const vav_model_info& info);

}  // namespace visavis::cli
