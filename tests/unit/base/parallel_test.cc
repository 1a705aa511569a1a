// base/parallel: each index once, on no more threads than asked for, and failures come back.
#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace visavis {
namespace {

TEST(Parallel, RunsEachIndexOnce) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> seen(100);
    parallel_for(100, threads, [&](int i) { ++seen[i]; });
    for (const auto& count : seen) EXPECT_EQ(count, 1);
  }
}

TEST(Parallel, OneThreadIsTheCallers) {
  std::set<std::thread::id> ids;
  parallel_for(10, 1, [&](int) { ids.insert(std::this_thread::get_id()); });
  EXPECT_EQ(ids, std::set{std::this_thread::get_id()});
}

TEST(Parallel, NeverMoreThreadsThanAsked) {
  std::mutex mutex;
  std::set<std::thread::id> ids;
  parallel_for(64, 3, [&](int) {
    std::this_thread::yield();
    std::lock_guard lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_LE(ids.size(), 3u);
}

TEST(Parallel, NothingToDo) {
  parallel_for(0, 4, [](int) { FAIL(); });
}

TEST(Parallel, FirstFailureStopsAndReturns) {
  std::atomic<int> calls{0};
  EXPECT_THROW(parallel_for(1000, 2,
                            [&](int i) {
                              ++calls;
                              std::this_thread::sleep_for(std::chrono::milliseconds(1));
                              if (i == 3) throw std::runtime_error("three");
                            }),
               std::runtime_error);
  EXPECT_LT(calls, 1000);
}

}  // namespace
}  // namespace visavis
