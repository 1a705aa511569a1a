// How the caller of a C function wants faces to be looked for, checked.
#pragma once

#include <string>

#include "capi/handles.h"
#include "pipeline/remake.h"
#include "visavis/engine.h"

namespace visavis::capi {

// Errors INVALID_ARGUMENT; UNSUPPORTED for one that the set of models does not have.
DetectorKind checked_detector(vav_detector detector, const ModelSet& set);

// NULL: the defaults. `name` is what the caller knows the argument as.
Look checked_detect(const vav_detect_options* given, const std::string& name, const vav_engine* engine);

}  // namespace visavis::capi
