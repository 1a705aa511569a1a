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

// Whether embeddings may be a little off, to be faster. The numbers are those of vav_precision.
enum class Precision : int32_t { exact = 0, fast = 1 };

// Whether fast differs from exact, with this backend on this CPU, for networks that Networks::all names.
bool is_faster_rounded(Backend backend);

// What has to run: networks of dlib only, or those of ONNX files too, which not every backend can.
enum class Networks { of_dlib, all };

// Never `automatic`. Error UNSUPPORTED when what was asked for is not in this build, does not run here, or cannot run
// such networks.
BackendChoice choose_backend(Backend asked, Networks networks = Networks::of_dlib);

// Names of those that run here, the preferred one first.
std::vector<std::string> backend_names();

// The backend dlib runs networks of dlib itself; of it this is the reference, which runs any network slowly.
std::unique_ptr<Runner> make_runner(Backend backend, const Network& network);

}  // namespace visavis
