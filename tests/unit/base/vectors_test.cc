// base/vectors: distances against a sum in double precision, and what counts as finite.
#include "base/vectors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "base/error.h"

namespace visavis {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

TEST(Vectors, DistanceIsEuclideanForEverySize) {
  std::mt19937 random(7);
  std::normal_distribution<float> normal;
  for (size_t size = 0; size <= 130; ++size) {
    std::vector<float> a(size), b(size);
    double sum = 0;
    for (size_t i = 0; i < size; ++i) {
      a[i] = normal(random);
      b[i] = normal(random);
      sum += (double{a[i]} - b[i]) * (double{a[i]} - b[i]);
    }
    EXPECT_NEAR(euclidean_distance(a.data(), b.data(), size), std::sqrt(sum), 1e-5) << size;
    EXPECT_EQ(euclidean_distance(a.data(), b.data(), size), euclidean_distance(b.data(), a.data(), size)) << size;
    EXPECT_EQ(euclidean_distance(a.data(), a.data(), size), 0) << size;
  }
}

TEST(Vectors, FiniteVectorsNeverGiveNaN) {
  const float huge = std::numeric_limits<float>::max();
  const std::vector<float> a(128, huge), b(128, -huge);
  EXPECT_EQ(euclidean_distance(a.data(), b.data(), 128), kInfinity);
  EXPECT_EQ(euclidean_distance(a.data(), a.data(), 128), 0);
}

TEST(Vectors, NaNAndInfinityAreFoundAndNamed) {
  for (const float bad : {std::nanf(""), kInfinity, -kInfinity}) {
    std::vector<float> values(128, 1);
    EXPECT_TRUE(all_finite(values.data(), values.size()));
    EXPECT_NO_THROW(require_finite(values.data(), values.size(), "probe"));
    values[127] = bad;
    EXPECT_FALSE(all_finite(values.data(), values.size()));
    try {
      require_finite(values.data(), values.size(), "probe");
      ADD_FAILURE() << "accepted " << bad;
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), VAV_E_INVALID_ARGUMENT);
      EXPECT_NE(std::string(e.what()).find("probe[127]"), std::string::npos) << e.what();
    }
  }
}

}  // namespace
}  // namespace visavis
