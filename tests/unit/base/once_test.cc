// base/once: once for all threads, and again after an exception.
#include "base/once.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace visavis {
namespace {

TEST(OnceTest, IsDoneOnceForAllThreadsAndBeforeAnyGoesOn) {
  Once once;
  int done = 0;
  std::atomic<int> too_early{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      once([&] { ++done; });
      if (done != 1) ++too_early;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(too_early, 0);
}

TEST(OnceTest, AfterAnExceptionItIsTriedAgain) {
  Once once;
  int tries = 0;
  EXPECT_THROW(once([&] {
                 ++tries;
                 throw std::runtime_error("not yet");
               }),
               std::runtime_error);
  once([&] { ++tries; });
  once([&] { ++tries; });
  EXPECT_EQ(tries, 2);
}

}  // namespace
}  // namespace visavis
