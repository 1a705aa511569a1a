// Checks beforehand that there are enough memory and threads, for libraries that end the process when they run out.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "base/error.h"

namespace visavis {

// Error OUT_OF_MEMORY if so many bytes are not available. Keeps none of them.
inline void require_memory(size_t bytes) {
  void* const room = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (room == MAP_FAILED) throw std::bad_alloc();
  munmap(room, bytes);
}

// The same for so many threads.
inline void require_threads(int count, const char* what) {
  require_memory(size_t(count) * (size_t{16} << 20));  // their stacks
  std::vector<std::thread> threads;
  threads.reserve(size_t(count));
  bool enough = true;
  try {
    while (int(threads.size()) < count) threads.emplace_back([] {});
  } catch (const std::exception&) {
    enough = false;
  }
  for (std::thread& thread : threads) thread.join();
  if (!enough)
    throw Error(VAV_E_OUT_OF_MEMORY, std::string(what) + " needs " + std::to_string(count) +
                                         " threads more than this process may start: raise its limit (ulimit -u, "
                                         "systemd: TasksMax)");
}

}  // namespace visavis
