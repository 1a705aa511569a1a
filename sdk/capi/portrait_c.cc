// visavis/portrait.h: portraits.
#include "align/portrait.h"
#include "capi/face_to_cut.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "visavis/portrait.h"

using namespace visavis;
using namespace visavis::capi;

extern "C" {

vav_status vav_image_cut_portrait(vav_image** out, const vav_image* image, const vav_faces* faces, int32_t index,
                                  int32_t width, vav_error* err) {
  return guard_make(out, err, [&] {
    const ImageView& view = checked(image, "image")->image.view;
    const Face& face = face_to_cut(faces, index, view);
    if (width != 0) within(width, 12, VAV_PORTRAIT_WIDTH_MAX, "width");
    auto cut = std::make_unique<vav_image>();
    cut->image = cut_portrait(view, *face.landmarks, faces->mean_face, width);
    return cut;
  });
}

}  // extern "C"
