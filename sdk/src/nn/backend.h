// The backends, which of them run here, and which one to take.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "nn/runner.h"

namespace visavis {

// The numbers are those of vav_backend.
enum class Backend : int32_t { automatic = 0, dlib = 1, onednn = 2, opencv = 3 };

struct BackendChoice {
  Backend backend;
  std::string why;  // one line, beginning with the backend's name
};

// Never `automatic`. Error UNSUPPORTED when what was asked for is not in this build or does not run here.
BackendChoice choose_backend(Backend asked);

// Names of those that run here, the preferred one first.
std::vector<std::string> backend_names();

// For every backend but dlib, which runs its networks itself.
std::unique_ptr<Runner> make_runner(Backend backend, const Network& network);

}  // namespace visavis
