// A table of a user's own, as `visavis calibrate -o` writes it.
#pragma once

#include <memory>
#include <string>

#include "types/calibration.h"
#include "types/recipe.h"

namespace visavis {

// Reads what anybody may have written. `set` and `recipe` are those of the models that it is to hold for. Error INVALID_ARGUMENT where
// it is no such table, contradicts itself, counts too few false matches for the preset `standard`, or was made with
// other models; those of read_file.
std::shared_ptr<const Calibration> read_calibration(const std::string& path, const std::string& set,
                                                    const Recipe& recipe);

}  // namespace visavis
