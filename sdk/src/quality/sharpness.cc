// Differences of a middle's greys, compared with its contrast.
#include "quality/sharpness.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace visavis {

double sharpness(const Greys& middle) {
  std::vector<double> edges;
  for (int r = 1; r + 1 < middle.side(); ++r)
    for (int c = 1; c + 1 < middle.side(); ++c)
      edges.push_back(4 * middle.at(r, c) - middle.at(r - 1, c) - middle.at(r + 1, c) - middle.at(r, c - 1) -
                      middle.at(r, c + 1));
  return spread_of(edges).deviation / std::max(spread_of(middle.values()).deviation, 1e-3);
}

// An upright face has more curvature up and down: brows, lids, lips.
double least_direction(const Greys& middle) {
  constexpr double kUpright = 1.2;
  struct Sum {
    double all = 0;
    int count = 0;
    double mean() const { return all / std::max(count, 1); }
  };
  const auto curvature = [&](int down, int right) {
    Sum sum;
    for (int r = 1; r + 1 < middle.side(); ++r)
      for (int c = 1; c + 1 < middle.side(); ++c) {
        const double bend = middle.at(r - down, c - right) - 2 * middle.at(r, c) + middle.at(r + down, c + right);
        if (!std::isnan(bend)) sum.all += std::abs(bend), ++sum.count;
      }
    return sum.mean();
  };
  const auto lesser = [](double a, double b) {
    const double least = std::min(a, b), most = std::max({a, b, 1e-6});
    return least * least / most;
  };
  const double straight = lesser(curvature(0, 1), curvature(1, 0) / kUpright);
  const double slanting = lesser(curvature(1, 1), curvature(1, -1)) / 2;
  return std::min(straight, slanting) / std::max(spread_of(middle.values()).deviation, 1e-3);
}

}  // namespace visavis
