// How sharp a face is: in all directions together, and in the one that has the least.
#pragma once

#include "quality/middle.h"

namespace visavis {

// How much of the contrast is between neighbours: the Laplacian's deviation over the deviation itself. A face that was
// enlarged or blurred has little. `middle`: of the face's chip.
double sharpness(const Greys& middle);

// How much of the contrast is along the direction that has the least, as mean curvature. Where another direction has
// far more, the picture was moved, and what is left of this one is noise and the eyelids; so the share of it counts,
// too.
double least_direction(const Greys& middle);

}  // namespace visavis
