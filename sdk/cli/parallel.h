// Work shared among threads: each takes the next item, until the first failure or Ctrl-C.
#pragma once

#include <cstdint>
#include <functional>

#include "context.h"

namespace visavis::cli {

// The number of threads: --threads, or as many as the machine has.
int worker_count(const Context& context);

// Calls each(0) … each(count - 1) on up to `workers` threads, in no certain order. The first exception stops the rest
// and is thrown again here; Ctrl-C gives Interrupted.
void for_each_parallel(int64_t count, int workers, const std::function<void(int64_t)>& each);

}  // namespace visavis::cli
