// Does pieces until the time is over.
#include "gallery/transfer/job.h"

#include "base/error.h"

namespace visavis {

bool Job::run(std::chrono::milliseconds time) {
  if (failed_) throw Error(VAV_E_WRONG_STATE, "the job has failed before; destroy it and start another");
  const auto deadline = std::chrono::steady_clock::now() + time;
  failed_ = true;  // unless nothing is thrown
  while (!finished_) {
    finished_ = step();
    if (std::chrono::steady_clock::now() >= deadline) break;
  }
  failed_ = false;
  return finished_;
}

}  // namespace visavis
