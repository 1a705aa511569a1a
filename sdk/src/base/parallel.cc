// Threads are made for the call and joined in it: a library without a global pool cannot surprise its host.
#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace visavis {

void parallel_for(int count, int threads, const std::function<void(int)>& body) {
  std::atomic<int> next{0};
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto work = [&] {
    for (int i; (i = next.fetch_add(1)) < count;) {
      try {
        body(i);
      } catch (...) {
        std::lock_guard lock(failure_mutex);
        if (!failure) failure = std::current_exception();
        next = count;
      }
    }
  };
  std::vector<std::thread> helpers;
  const int wanted = std::min(threads, count) - 1;
  if (wanted > 0) helpers.reserve(wanted);
  for (int i = 0; i < wanted; ++i) {
    try {
      helpers.emplace_back(work);
    } catch (const std::exception&) {
      break;  // the system gives no more threads, or no memory for them: fewer do the same work
    }
  }
  work();
  for (std::thread& helper : helpers) helper.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace visavis
