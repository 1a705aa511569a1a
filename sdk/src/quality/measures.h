// The measures of ISO/IEC 29794-5 that five points and the pixels can give: picture and points in, numbers out. Each is
// mapped to 0..100 as OFIQ does, the standard's reference implementation; quality.md says what differs.
#pragma once

#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"
#include "types/quality.h"

namespace visavis {

// Of a face with landmarks. `chip`: by cut_chip, of these; `mean_face`: of their kind.
FaceQuality measure_quality(const ImageView& image, const Face& face, const Chip& chip, const MeanFace& mean_face);

}  // namespace visavis
