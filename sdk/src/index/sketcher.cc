// The bound. Let R be the rotation (k × n floats for embeddings of n numbers, as they are, orthogonal or not) with
// |R·v| ≤ σ·|v|; x a row, q the probe, d = |q − x|; y ≈ R·x − centre and p ≈ R·q − centre as computed; ŷ the sketch of x.
// With e ≥ |R·x − centre − ŷ| and ρ ≥ |R·q − centre − p|
//     |p − ŷ| ≤ σ·d + ρ + e.
// For any 0 < α < 1 and β > 0, (a + b)² ≤ a²/(1−α) + b²/α and (a + b)² ≤ (1+β)·a² + (1+1/β)·b²; twice applied:
//     |p − ŷ|² − e²/α ≤ ((1+β)·σ²·d² + (1+1/β)·ρ²) / (1−α).
// The left side is a sum of T = |ŷ|² − e²/α, which is stored, and of |p|² − 2·p·ŷ, a product of small integers. A row
// with a stored number o has the distance √(d² + o); d² ≤ B² − o is what it needs to be within B, so that with
// G = (1+β)·σ²/(1−α) the term G·o is added to T, and a row may be left out when
//     T + |p|² − 2·p·ŷ > G·B² + (1+1/β)·ρ²/(1−α) + slack.
// This holds for any of the coordinates (a part of R: the same σ). The coarse bound takes the first 32 or 64; the middle
// one and each fine level take their own and all before, and store U = T of all these − what T and every U before it add
// up to as stored, rounded down like T: the sum of what is stored is never above the T of its coordinates. One α for all
// is at its best when e/(σ·d + e) = α; away from there it costs little. Whatever the data, the frame and α: the bound
// holds. An outlier has a large e and thus a low T of its own; nobody else pays for it.
//
// Rounding. u = 2⁻²⁴. A sum of n products of floats is off by at most n·u/(1−n·u)·Σ|r·x|, in any order, thus by at most
// 6e-8·n·σ·|x| a coordinate and √k times that for k of them, 4.69e-7·n·√(k/60)·σ·|x| (n up to 2048); taking the centre
// and the sketch away adds 4·u·(|x| + |centre| + 8·|step|) at most. `noise` = (2e-5 + 4.69e-7·n·√(max(k, 60)/60))·σ times
// (|x| + |centre| + 8·|step|) is above both, and is part of e and of ρ. Computing e and T in floats is off by a few u of
// |ŷ|² and e²/α, which are below 9·N by then, where N = Σ(7.5·step)²: rows with a greater e are not judged. Rounding the
// weights by δ is off by 7.5·Σ|δ|. Adding up the bound in floats, level by level, is off by a few u of its parts each time.
// All of these go into `slack`. The distance itself: euclidean_distance is off by less than (n/16 + 16)·u of d² and 4·u
// of B², and by what is lost below the smallest float; the factor with 4e-6 in G, those of limit() and its 1e-30 are above
// that.
#include "index/sketcher.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <opencv2/core.hpp>

#include "index/sketch_kernels.h"

namespace visavis {
namespace {

constexpr size_t kMostSamples = 8192;
constexpr size_t kMostForEigen = 128;    // longer embeddings: all directions would take too long
constexpr size_t kFewestForMany = 8192;  // and more than 60 of them, where there are fewer embeddings
constexpr double kSteep = 0.85;          // of the variance in 60 directions: these are enough
constexpr double kNearlyAll = 0.97;      // of the variance: more directions would tell little
constexpr double kBeta = 1e-3;
constexpr double kRange = 2.4;  // standard deviations on each side that four bits cover

using Vector = std::vector<double>;

// So many that a frame of long embeddings takes no longer than one of short ones, four times over.
size_t most_samples(size_t length) {
  return std::clamp<size_t>(kMostSamples * 128 / std::max<size_t>(length, 1), kMostSamples / 4, kMostSamples);
}

// The middle of each value: no outlier moves it far.
Vector middle_of(const std::vector<const float*>& sample, size_t length) {
  Vector middle(length);
  std::vector<float> values(std::min<size_t>(sample.size(), 1001));
  const auto half = values.begin() + ptrdiff_t(values.size() / 2);
  for (size_t j = 0; j < length; ++j) {
    for (size_t i = 0; i < values.size(); ++i) values[i] = sample[i][j];
    std::nth_element(values.begin(), half, values.end());
    middle[j] = *half;
  }
  return middle;
}

// Those not far away from most others.
std::vector<const float*> without_outliers(std::vector<const float*> sample, size_t length) {
  const Vector middle = middle_of(sample, length);
  std::vector<double> squares;
  for (const float* one : sample) {
    double square = 0;
    for (size_t j = 0; j < length; ++j) square += (one[j] - middle[j]) * (one[j] - middle[j]);
    squares.push_back(square);
  }
  std::vector<double> sorted = squares;
  const auto half = sorted.begin() + ptrdiff_t(sorted.size() / 2);
  std::nth_element(sorted.begin(), half, sorted.end());
  std::vector<const float*> kept;
  for (size_t i = 0; i < sample.size(); ++i)
    if (squares[i] <= 9 * *half && squares[i] < 1e20) kept.push_back(sample[i]);
  return kept;
}

SketchLayout widest_layout() { return {.wide = true, .fine_words = kMostFineWords, .levels = kMostLevels}; }

// The mean, and the directions of greatest variance with the variances.
struct Axes {
  Vector mean, variance;  // of the directions
  double spread = 0;      // the variance in all directions
  cv::Mat directions;     // a row each, of doubles
};

// The covariance as numbers of 64 bits; filled with zeros for no sample.
cv::Mat covariance_of(const std::vector<const float*>& sample, const Vector& mean) {
  const size_t length = mean.size();
  cv::Mat covariance = cv::Mat::zeros(int(length), int(length), CV_32F);
  std::vector<float> centred(length);
  for (const float* one : sample) {
    for (size_t j = 0; j < length; ++j) centred[j] = float(one[j] - mean[j]);
    for (size_t i = 0; i < length; ++i) {
      float* row = covariance.ptr<float>(int(i));
      const float factor = centred[i];
      for (size_t j = 0; j < length; ++j) row[j] += factor * centred[j];
    }
  }
  covariance.convertTo(covariance, CV_64F, sample.empty() ? 0 : 1.0 / double(sample.size()));
  return covariance;
}

// Makes the rows orthonormal, one after the other. A row of which nothing is left becomes zero.
void make_orthonormal(cv::Mat& rows) {
  for (int i = 0; i < rows.rows; ++i) {
    cv::Mat row = rows.row(i);
    const double before = cv::norm(row);
    for (int twice = 0; twice < 2; ++twice)
      for (int k = 0; k < i; ++k) row -= row.dot(rows.row(k)) * rows.row(k);
    const double left = cv::norm(row);
    row *= left > 1e-9 * before ? 1 / left : 0;
  }
}

// The leading directions by subspace iteration. How exact they are decides only how fast a search is.
cv::Mat leading_directions(const cv::Mat& covariance, int count, int turns, cv::Mat& values) {
  cv::Mat rows(count, covariance.cols, CV_64F);
  cv::RNG random(1);  // the same frame each time
  random.fill(rows, cv::RNG::NORMAL, 0, 1);
  make_orthonormal(rows);
  for (int turn = 0; turn < turns; ++turn) {
    rows = rows * covariance;
    make_orthonormal(rows);
  }
  // Within the subspace exactly, the greatest first.
  cv::Mat within = rows * covariance * rows.t(), vectors;
  if (!cv::eigen(within, values, vectors)) return {};
  return vectors * rows;
}

// `many`: all that are of use, where 60 are not enough.
Axes axes_of(const std::vector<const float*>& sample, size_t length, bool many) {
  Axes axes;
  axes.mean.resize(length);
  for (const float* one : sample)
    for (size_t j = 0; j < length; ++j) axes.mean[j] += one[j] / double(sample.size());
  const cv::Mat covariance = covariance_of(sample, axes.mean);
  const bool finite = cv::checkRange(covariance);
  if (finite) axes.spread = cv::trace(covariance)[0];
  cv::Mat values;
  if (finite && length > kMostForEigen) {
    axes.directions = leading_directions(covariance, int(SketchLayout{}.dims()), 12, values);
    const size_t most = std::min(length, widest_layout().dims());
    if (many && !axes.directions.empty() && cv::sum(values)[0] < kSteep * axes.spread)
      axes.directions = leading_directions(covariance, int(most), 4, values);
  } else if (finite && !cv::eigen(covariance, values, axes.directions))
    axes.directions.release();
  if (axes.directions.empty() || !cv::checkRange(axes.directions) || !cv::checkRange(values)) {
    values = covariance.diag().clone();
    axes.directions = cv::Mat::eye(int(length), int(length), CV_64F);
  }
  for (int i = 0; i < axes.directions.rows; ++i) axes.variance.push_back(std::max(0.0, values.at<double>(i)));
  return axes;
}

// As many coordinates as the variance asks for.
SketchLayout layout_for(const Axes& axes) {
  const auto share = [&](size_t dims) {
    double sum = 0;
    for (size_t i = 0; i < std::min(dims, axes.variance.size()); ++i) sum += axes.variance[i];
    return axes.spread > 0 ? sum / axes.spread : 1;
  };
  if (share(SketchLayout{}.dims()) >= kSteep) return {};
  size_t wanted = std::min(axes.variance.size(), widest_layout().dims());
  while (wanted > 1 && share(wanted - 1) >= kNearlyAll) --wanted;
  SketchLayout layout{.wide = true};
  if (wanted <= layout.dims() + 8) return layout;
  layout.fine_words = kMostFineWords;
  layout.levels = std::min(kMostLevels, (wanted - layout.in_blocks() + layout.fine() - 1) / layout.fine());
  return layout;
}

// At least the σ² of |R·v| ≤ σ·|v|: the greatest eigenvalue of R·Rᵀ is at most 1 + ‖R·Rᵀ − 1‖, and where a row is too
// short that does no harm.
double greatest_stretch(const SketchFrame& frame) {
  const size_t columns = frame.layout.columns();
  Vector products(columns * columns);
  for (size_t j = 0; j < frame.length; ++j) {
    const float* values = frame.rotation_of(j);
    for (size_t a = 0; a < columns; ++a)
      for (size_t b = 0; b < columns; ++b) products[a * columns + b] += double{values[a]} * values[b];
  }
  double off = 0;
  for (size_t a = 0; a < columns; ++a)
    for (size_t b = 0; b < columns; ++b) {
      const double product = products[a * columns + b], rest = a == b ? std::max(0.0, product - 1) : product;
      off += rest * rest;
    }
  return 1 + std::sqrt(off) + 1e-12;
}

double most_values(const SketchFrame& frame) {  // N
  double sum = 0;
  for (const float step : frame.step) sum += 56.25 * step * step;
  return sum;
}

// Weights as 16-bit integers: weight = scale · (integer + δ). Returns the sum of |δ|.
struct Weights {
  std::array<int16_t, kMostCoarse> integers{};
  double scale = 0, sum = 0, absolute = 0, rest = 0;
};

Weights round_weights(const double* weights, size_t count) {
  Weights rounded;
  double most = 0;
  for (size_t i = 0; i < count; ++i) most = std::max(most, std::abs(weights[i]));
  rounded.scale = float(most / 32766);
  if (!(rounded.scale > 1e-30)) rounded.scale = 1e-30f;  // all zero, or as good as
  for (size_t i = 0; i < count; ++i) {
    const double exact = weights[i] / rounded.scale, integer = std::nearbyint(exact);
    rounded.integers[i] = int16_t(integer);
    rounded.sum += integer;
    rounded.absolute += std::abs(integer);
    rounded.rest += std::abs(exact - integer);
  }
  return rounded;
}

}  // namespace

std::shared_ptr<const SketchFrame> learn_frame(const std::vector<const float*>& all, size_t length) {
  std::vector<const float*> sample;
  const size_t most = most_samples(length);
  const size_t stride = std::max<size_t>(1, (all.size() + most - 1) / most);
  for (size_t i = 0; i < all.size(); i += stride) sample.push_back(all[i]);
  if (!sample.empty()) sample = without_outliers(std::move(sample), length);
  const Axes axes = axes_of(sample, length, all.size() >= kFewestForMany);

  auto frame = std::make_shared<SketchFrame>();
  frame->length = length;
  frame->layout = layout_for(axes);
  const size_t columns = frame->layout.columns(), dims = std::min(frame->layout.dims(), axes.variance.size());
  frame->rotation = aligned_floats(columns * length);
  std::fill_n(frame->rotation.get(), columns * length, 0.0f);
  double centre_square = 0, step_square = 0;
  for (size_t i = 0; i < dims; ++i) {
    const size_t column = frame->layout.column_of(i);
    double centre = 0;
    for (size_t j = 0; j < length; ++j) {
      const auto value = float(axes.directions.at<double>(int(i), int(j)));
      frame->rotation_of(j)[column] = value;
      centre += value * axes.mean[j];
    }
    frame->centre[column] = float(centre);
    centre_square += centre * centre;
  }
  // No step is so small that rounding would be all there is.
  const double widest = 2 * kRange / 16 * std::sqrt(axes.variance[0]);
  const double least = std::max({1e-3 * widest, 1e-4 * std::sqrt(centre_square), 1e-12});
  for (size_t i = 0; i < dims; ++i) {
    const size_t column = frame->layout.column_of(i);
    const auto step = float(std::max(2 * kRange / 16 * std::sqrt(axes.variance[i]), least));
    frame->step[column] = step;
    frame->inverse_step[column] = 1 / step;
    step_square += double{step} * step;
  }

  const double stretch = greatest_stretch(*frame), error = std::sqrt(step_square / 12);
  const double longer = double(length) / 128;  // see "Rounding"
  frame->noise =
      float((2e-5 + 6e-5 * longer * std::sqrt(double(std::max<size_t>(dims, 60)) / 60)) * std::sqrt(stretch));
  frame->noise_size = float(std::sqrt(centre_square) + 8 * std::sqrt(step_square));
  // Most searches end at about half the distance of two strangers.
  frame->alpha = float(std::clamp(error / (0.55 * std::sqrt(2 * axes.spread) + error), 0.02, 0.5));
  frame->offset_gain = float((1 + kBeta) * stretch * (1 + 4e-6 * std::max(1.0, longer)) / (1 - double{frame->alpha}));
  frame->lowest_term = float(-8 * most_values(*frame));
  return frame;
}

ProbeBound::ProbeBound(const SketchFrame& frame, const Embedding& probe, float farthest) {
  const SketchLayout& layout = frame.layout;
  alignas(64) float coordinates[kMostColumns];
  project(frame, probe.data(), 1, coordinates);
  double norm = 0, weights[kMostColumns], squares[kMostColumns], square = 0;
  for (const float value : probe) norm += double{value} * value;
  for (size_t i = 0; i < layout.columns(); ++i) {
    const double edge = 8.0 * frame.step[i];
    const double shifted = std::clamp(double{coordinates[i]} - frame.centre[i], -edge, edge);
    weights[i] = 2 * shifted * frame.step[i];
    square += squares[i] = shifted * shifted;
  }
  probe_.layout = layout;
  if (!(norm < 1e12) || !(square < 1e12)) return;
  bounded_ = true;
  const auto sum_of = [&](size_t from, size_t count) {
    return std::accumulate(squares + from, squares + from + count, 0.0);
  };
  const double most = most_values(frame), rho = double{frame.noise} * (std::sqrt(norm) + frame.noise_size);
  const double rest = (1 + 1 / kBeta) * rho * rho / (1 - double{frame.alpha});
  gain_ = frame.offset_gain;
  double slack = rest, parts = 10 * most;  // up to here
  const auto add = [&](const Weights& more, double base) {
    parts += std::abs(base) + 15 * more.scale * more.absolute;
    slack += 7.5 * more.scale * more.rest + 5e-5 * most + 1e-6 * parts;
  };
  const auto in_blocks = [&](BlockProbe& to, size_t from, size_t count) {
    const Weights rounded = round_weights(weights + from, count);
    for (size_t k = 0; k < count / 8; ++k)
      for (size_t t = 0; t < 4; ++t) {
        const auto low = uint16_t(rounded.integers[8 * k + 2 * t]);
        const auto high = uint16_t(rounded.integers[8 * k + 2 * t + 1]);
        to.weights[k][t] = int32_t(low | uint32_t{high} << 16);
      }
    const double base = sum_of(from, count) + 7.5 * rounded.scale * rounded.sum;
    to.scale = float(rounded.scale), to.base = float(base);
    add(rounded, base);
    return base;
  };
  const double coarse_base = in_blocks(probe_.coarse, 0, layout.coarse());
  if (layout.wide) in_blocks(probe_.middle, layout.coarse(), kMiddle);
  coarse_slack_ = slack;
  for (size_t level = 0; level < layout.levels; ++level) {
    FineProbe& fine = probe_.fine[level];
    const size_t from = layout.fine_column(level), last = layout.fine_words - 1;
    const Weights rounded = round_weights(weights + from, layout.fine());
    for (size_t t = 0; t < 4; ++t)
      for (size_t j = 0; j < last; ++j) fine.weights[t][j] = rounded.integers[last * t + j];
    const double base = sum_of(from, layout.fine()) + 7.5 * rounded.scale * rounded.sum;
    fine.scale = float(rounded.scale), fine.base = float(base);
    add(rounded, base);
  }
  fine_slack_ = slack;

  // Bytes begin where bounds do, −e²/α with the e that rounding gives, and reach as far as is of interest, but never
  // beyond what the coarse coordinates can tell.
  double error = 0;
  for (size_t i = 0; i < layout.in_blocks(); ++i) error += double{frame.step[i]} * frame.step[i] / 12;
  lowest_ = float(-1.5 * error / frame.alpha);
  probe_.coarse.base = float(coarse_base - lowest_);
  const double widest = std::min<double>(limit(farthest, coarse_slack_), 4 * most) - lowest_;
  probe_.unit = float(std::clamp(254 / widest, 1e-6, 1e12));
  byte_value_ = float((1 - 1e-6) / probe_.unit);
}

uint8_t ProbeBound::coarse_limit(float distance) const {
  const double byte = (double{limit(distance, coarse_slack_)} - lowest_) * probe_.unit * (1 + 1e-6);
  return uint8_t(std::min(byte, 255.0));
}

float ProbeBound::limit(float distance, double slack) const {
  const double wide = gain_ * (double{distance} * distance * (1 + 1e-6) + 1e-30) + slack;
  if (!bounded_ || !(wide < 1e12)) return std::numeric_limits<float>::infinity();
  return float(wide * (1 + 1e-6));
}

}  // namespace visavis
