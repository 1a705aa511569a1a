// Which values of the measures are good enough: limits of a policy, and what does not keep them.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "types/quality.h"

namespace visavis {

// The numbers are those of vav_policy_kind.
enum class PolicyKind : int32_t { normal = 0, lenient = 1, strict = 2 };

// Of a native value, both included. Infinite: no limit.
struct QualityLimit {
  float least = -std::numeric_limits<float>::infinity(), most = std::numeric_limits<float>::infinity();
};

class Policy {
 public:
  explicit Policy(PolicyKind kind);

  QualityLimit& operator[](QualityMeasure measure) { return limits_[place_of(measure)]; }
  const QualityLimit& operator[](QualityMeasure measure) const { return limits_[place_of(measure)]; }

 private:
  std::array<QualityLimit, kQualityMeasures.size()> limits_;
};

struct QualityRefusal {
  QualityMeasure measure;
  float raw = 0, limit = 0;  // the native value, and the limit that it does not keep
  std::string text;          // for people: both, and what would help
};

// So much of the picture must be around the face as a portrait (align/portrait.h) shows of it: else it would be made up.
void add_portrait_margins(Policy& policy);

// Why a limit cannot be meant, such as one in percent, which would refuse nothing or everything; "" if it can.
std::string why_no_limit(QualityMeasure measure, const QualityLimit& limit);

// In the order of the measures. What was not evaluated is not refused: nothing is known of it.
std::vector<QualityRefusal> refusals_of(const FaceQuality& quality, const Policy& policy);

}  // namespace visavis
