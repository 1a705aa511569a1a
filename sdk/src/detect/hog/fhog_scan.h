// Runs filters over the FHOG features of one level of a pyramid, row after row: memory for some rows is enough.
#pragma once

#include <functional>
#include <vector>

#include "detect/hog/fhog_filters.h"
#include "detect/hog/planes.h"

namespace visavis::fhog {

// How many places of scores there are along a side of `pixels` px.
int places(int pixels);

class Scanner {
 public:
  // A row of scores of one view, `count` of them.
  using Visitor = std::function<void(int view, int row, const float* scores, int count)>;

  // Calculates rows begin..end-1 of the scores; they are the same in whatever bands they are asked for. One call at a
  // time. Keeps its memory, some 200 bytes for each px of a row.
  void scan(const Planes& picture, const std::vector<View>& views, int begin, int end, const Visitor& visit);

 private:
  void prepare(int width, int views);
  void add_blocks(const Planes& picture, int block_row);
  void add_features(int row);
  float* sums(int view, int row) { return sums_.data() + (size_t(view) * kTaps + size_t(row) % kTaps) * score_stride_; }

  int cells_ = 0, count_ = 0;  // of a row
  int64_t pixel_stride_ = 0, cell_stride_ = 0, feature_stride_ = 0, score_stride_ = 0;
  std::vector<float> lengths_, votes_, corners_, lower_, features_, sums_;
  std::vector<uint16_t> bins_;
  std::vector<float> histograms_[3], energies_[2], bounds_[2], factors_[2];  // of the last rows
};

}  // namespace visavis::fhog
