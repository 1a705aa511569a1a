// Which of many places a run lets fail: the first ones each, and of the others each so many-th.
#pragma once

#include <cstdlib>

namespace visavis::reliability {

struct Sample {
  long step = 1;
  long each = 20;

  // The place after the nth, which is 1 for the first.
  long after(long nth) const { return nth + (nth < each ? 1 : step); }
};

// `[STEP [EACH]]`, from the argument number `first` on. A step of 0 means that they are no such numbers.
inline Sample sample_from(int argc, char** argv, int first, long each) {
  Sample sample{1, each};
  if (argc > first) sample.step = std::atol(argv[first]);
  if (argc > first + 1) sample.each = std::atol(argv[first + 1]);
  return argc > first + 2 || sample.each < 1 || sample.step < 1 ? Sample{0, 0} : sample;
}

}  // namespace visavis::reliability
