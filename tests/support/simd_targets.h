// Runs a test's body once with the kernels of each kind of CPU that this one can stand in for.
#pragma once

#include <gtest/gtest.h>
#include <hwy/targets.h>

namespace visavis::testing_support {

template <class Body>
void for_each_simd_target(Body&& body) {
  for (const int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    body();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace visavis::testing_support
