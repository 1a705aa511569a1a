// base/pool: objects are kept and given again, never to two at once.
#include "base/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

namespace visavis {
namespace {

TEST(Pool, GivesTheSameObjectAgain) {
  int made = 0;
  Pool<int> pool([&] { return std::make_unique<int>(++made); });
  { EXPECT_EQ(*pool.borrow(), 1); }
  {
    auto first = pool.borrow();
    auto second = pool.borrow();
    EXPECT_EQ(*first, 1);
    EXPECT_EQ(*second, 2);
  }
  EXPECT_EQ(made, 2);
}

TEST(Pool, NeverLendsOneObjectTwice) {
  Pool<std::atomic<int>> pool([] { return std::make_unique<std::atomic<int>>(0); });
  std::atomic<bool> shared{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        auto lease = pool.borrow();
        if (++*lease != 1) shared = true;
        --*lease;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_FALSE(shared);
}

TEST(Pool, AFailedMakerIsAskedAgain) {
  bool fail = true;
  Pool<int> pool([&] {
    if (fail) throw std::runtime_error("no");
    return std::make_unique<int>(7);
  });
  EXPECT_THROW(pool.borrow(), std::runtime_error);
  fail = false;
  EXPECT_EQ(*pool.borrow(), 7);
}

}  // namespace
}  // namespace visavis
