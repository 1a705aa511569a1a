// In a fixed order: the same embedding gives the same bits everywhere.
#include "types/density.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace visavis {
namespace {

constexpr size_t kMostDirections = 64;

double norm_of(std::span<const float> vector) {
  double squares = 0;
  for (const float value : vector) squares += double{value} * double{value};
  return std::sqrt(squares);
}

}  // namespace

void centre(const Density& density, float norm, Embedding& embedding) {
  for (size_t i = 0; i < embedding.size(); ++i) embedding[i] -= density.mean[i];
  const double length = norm_of(embedding);
  if (length > 0)
    for (float& value : embedding) value = float(double{value} / length * double{norm});
}

float density_at(const Density& density, std::span<const float> embedding) {
  const double norm = norm_of(embedding);
  if (norm == 0) return 0;
  std::array<double, kMostDirections> coordinates;
  for (size_t k = 0; k < density.directions; ++k) {
    const float* const direction = density.basis + k * density.length;
    // Sixteen running sums, so that the compiler may use vectors.
    std::array<float, 16> sums{};
    for (size_t i = 0; i < density.length; ++i) sums[i % 16] += direction[i] * embedding[i];
    double sum = 0;
    for (const float one : sums) sum += double{one};
    coordinates[k] = sum / norm;
  }
  const float* weight = density.weights;
  double result = *weight++;
  for (size_t k = 0; k < density.directions; ++k) result += double{*weight++} * coordinates[k];
  for (size_t k = 0; k < density.directions; ++k)
    for (size_t j = k; j < density.directions; ++j) result += double{*weight++} * coordinates[k] * coordinates[j];
  return float(std::clamp(result, 0.0, 1.0));
}

}  // namespace visavis
