// Each thread takes the next item until there is none.
#include "parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "interrupt.h"

namespace visavis::cli {

int worker_count(const Context& context) {
  return context.threads > 0 ? context.threads : std::max(1, int(std::thread::hardware_concurrency()));
}

void for_each_parallel(int64_t count, int workers, const std::function<void(int64_t)>& each) {
  std::atomic<int64_t> next = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (int64_t i = next++; i < count && !stop; i = next++) {
        stop_if_interrupted();
        each(i);
      }
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      stop = true;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int64_t i = 1; i < std::min<int64_t>(workers, count); ++i) threads.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace visavis::cli
