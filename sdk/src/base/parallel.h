// Runs a loop on up to n threads, the caller's included; no thread outlives the call.
#pragma once

#include <functional>

namespace visavis {

// Calls body(i) for i in 0..count-1. The first exception stops the loop and is thrown again on the caller's thread.
void parallel_for(int count, int threads, const std::function<void(int)>& body);

}  // namespace visavis
