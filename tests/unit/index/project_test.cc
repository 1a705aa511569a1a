// index/sketch_kernels, project(): each embedding's coordinates are those of plain sums, and nobody else's.
#include <gtest/gtest.h>

#include <cmath>

#include "index/sketch_kernels.h"
#include "index/sketcher.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

class ProjectTest : public testing::TestWithParam<size_t> {};

// The one behind another one was wrong where the columns were no whole number of wide vectors.
TEST_P(ProjectTest, EqualsPlainSums) {
  const size_t length = GetParam(), stride = stride_of(length);
  Embeddings embeddings(3, length);
  std::vector<Embedding> all;
  std::vector<const float*> sample;
  for (int i = 0; i < 9000; ++i) all.push_back(embeddings.next());
  for (const Embedding& one : all) sample.push_back(one.data());
  const auto frame = learn_frame(sample, length);
  const size_t columns = frame->layout.columns();
  ASSERT_LE(columns, kMostColumns);
  constexpr size_t kCount = 5;
  std::vector<float> rows(kCount * stride), made(kCount * columns);
  for (size_t i = 0; i < kCount; ++i) std::copy(all[i].begin(), all[i].end(), rows.begin() + ptrdiff_t(i * stride));
  project(*frame, rows.data(), kCount, made.data());
  for (size_t i = 0; i < kCount; ++i)
    for (size_t column = 0; column < columns; ++column) {
      double sum = 0;
      for (size_t j = 0; j < length; ++j) sum += double{all[i][j]} * frame->rotation_of(j)[column];
      ASSERT_NEAR(made[i * columns + column], sum, 1e-5) << i << ' ' << column;
    }
}

INSTANTIATE_TEST_SUITE_P(Lengths, ProjectTest, testing::Values(64, 72, 128, 200, 300, 512, 700));

}  // namespace
}  // namespace visavis
