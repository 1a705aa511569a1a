// What an error of the operating system means to a caller: the one place that turns errno into a status.
#pragma once

#include "visavis/status.h"

namespace visavis {

// IO for all that has no status of its own.
vav_status status_of_system_error(int error) noexcept;

}  // namespace visavis
