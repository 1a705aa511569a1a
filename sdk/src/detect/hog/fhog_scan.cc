// Sends a level through the kernels: 8 rows of pixels become a row of votes, then histograms, features, and sums of
// scores.
#include "detect/hog/fhog_scan.h"

#include <algorithm>

namespace visavis::fhog {
namespace {

constexpr int kShift = kCell / 2;  // px from the picture's edge back to the first block's

int cells_of(int pixels) { return int(float(pixels) / float(kCell) + 0.5); }

// The first pixel that does not vote any more: the last rows and columns of the picture have no gradient or no cell.
int visible(int pixels) { return std::min(cells_of(pixels) * kCell, pixels) - 1; }

}  // namespace

int places(int pixels) { return std::max(cells_of(pixels) - 2, 0); }

void Scanner::prepare(int width, int views) {
  cells_ = cells_of(width);
  count_ = places(width);
  pixel_stride_ = int64_t{kCell} * (cells_ + 1) + kPadding;
  cell_stride_ = cells_ + 1 + kPadding;
  feature_stride_ = kBefore + count_ + kAfter + kPadding;
  score_stride_ = count_ + kPadding;
  lengths_.assign(size_t(kCell) * pixel_stride_, 0);
  bins_.assign(size_t(kCell) * pixel_stride_, 0);
  votes_.assign(size_t(kOrientations) * cell_stride_ * 4, 0);
  corners_.assign(size_t(4) * cell_stride_, 0);
  lower_.assign(size_t(kOrientations) * cell_stride_, 0);
  features_.assign(size_t(kFeatures) * feature_stride_, 0);
  sums_.assign(size_t(views) * kTaps * score_stride_, 0);
  for (auto& row : histograms_) row.assign(size_t(kOrientations) * cell_stride_, 0);
  for (auto* rows : {energies_, bounds_, factors_})
    for (int i = 0; i < 2; ++i) rows[i].assign(cell_stride_, 0);
}

// Adds the votes of a row of blocks. That completes the histograms of the row of cells whose centres lie above it.
void Scanner::add_blocks(const Planes& picture, int block_row) {
  const int top = block_row * kCell - kShift, right = visible(picture.width);
  const int first = std::max(top, 1), last = std::min(top + kCell, visible(picture.height));
  // dlib takes 8 pixels at a time as long as it can; gradients() says what that changes.
  const int together = right > 8 ? 1 + (right - 8 + 7) / 8 * 8 : 1;
  for (int y = first; y < last; ++y) {
    PixelRows rows{};
    rows.planes = picture.count;
    for (int plane = 0; plane < picture.count; ++plane) {
      rows.above[plane] = picture.row(plane, y - 1);
      rows.here[plane] = picture.row(plane, y);
      rows.below[plane] = picture.row(plane, y + 1);
    }
    float* lengths = lengths_.data() + (y - first) * pixel_stride_ + kShift;
    uint16_t* bins = bins_.data() + (y - first) * pixel_stride_ + kShift;
    gradients(rows, 1, together, false, lengths, bins);
    gradients(rows, together, right, true, lengths, bins);
    std::fill(lengths + right, lengths - kShift + pixel_stride_, 0.0f);
  }
  vote(lengths_.data(), bins_.data(), pixel_stride_, first - top, std::max(last - first, 0), cells_ + 1, cell_stride_,
       votes_.data());
  histograms(votes_.data(), cell_stride_, cells_, cell_stride_, corners_.data(), lower_.data(),
             histograms_[(block_row + 2) % 3].data());
}

void Scanner::add_features(int row) {
  const float* bounds[2] = {bounds_[row % 2].data(), bounds_[(row + 1) % 2].data()};
  const float* factors[2] = {factors_[row % 2].data(), factors_[(row + 1) % 2].data()};
  float* out = features_.data() + kBefore;
  features(histograms_[(row + 1) % 3].data(), cell_stride_, cells_, bounds, factors, out, feature_stride_);
  for (int i = 0; i < kFeatures; ++i) std::fill_n(out + i * feature_stride_ + count_, kAfter, 0.0f);
}

void Scanner::scan(const Planes& picture, const std::vector<View>& views, int begin, int end, const Visitor& visit) {
  const int rows = places(picture.height);
  if (begin >= end || rows == 0 || places(picture.width) == 0) return;
  prepare(picture.width, int(views.size()));
  const int first = std::max(0, begin - kBefore), last = std::min(rows - 1, end - 1 + kAfter);  // rows of features
  for (int block_row = first; block_row <= last + 3; ++block_row) {
    add_blocks(picture, block_row);
    const int cell_row = block_row - 1;
    if (cell_row < first) continue;
    energies(histograms_[cell_row % 3].data(), cell_stride_, cells_, energies_[cell_row % 2].data());
    if (cell_row == first) continue;
    normalizers(energies_[(cell_row - 1) % 2].data(), energies_[cell_row % 2].data(), cells_,
                bounds_[(cell_row - 1) % 2].data(), factors_[(cell_row - 1) % 2].data());
    const int row = cell_row - 2;
    if (row < first) continue;
    add_features(row);
    const int complete = row == rows - 1 ? end - 1 : row - kAfter;  // up to this row of scores
    for (int view = 0; view < int(views.size()); ++view) {
      float* taps[kTaps];
      for (int m = 0; m < kTaps; ++m) taps[m] = sums(view, row + kTaps + kBefore - m);
      filter_row(views[view], features_.data(), feature_stride_, count_, taps);
      for (int done = std::max(begin, row - kAfter); done <= std::min(complete, end - 1); ++done)
        visit(view, done, sums(view, done), count_);
    }
  }
}

}  // namespace visavis::fhog
