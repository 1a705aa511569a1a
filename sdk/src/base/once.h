// Does something once for all threads. An exception that leaves std::call_once goes through the C library, which needs
// memory for it and ends the process if there is none.
#pragma once

#include <atomic>
#include <mutex>
#include <utility>

namespace visavis {

class Once {
 public:
  // Returns when it is done, here or by another thread. After an exception it counts as not done.
  template <class Act>
  void operator()(Act&& act) {
    if (done_.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(mutex_);
    if (done_.load(std::memory_order_relaxed)) return;
    std::forward<Act>(act)();
    done_.store(true, std::memory_order_release);
  }

 private:
  std::mutex mutex_;
  std::atomic<bool> done_{false};
};

}  // namespace visavis
