// A quality measure as the caller of a C function names it, checked.
#pragma once

#include <string>

#include "capi/arguments.h"
#include "types/quality.h"
#include "visavis/quality.h"

namespace visavis::capi {

inline QualityMeasure checked_measure(vav_quality_measure measure, const char* what) {
  if (place_of(QualityMeasure{measure}) == kQualityMeasures.size())
    invalid(std::string(what) + " is " + std::to_string(measure) + ", which is none of VAV_QUALITY_…");
  return QualityMeasure{measure};
}

}  // namespace visavis::capi
