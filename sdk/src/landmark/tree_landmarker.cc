// dlib's shape predictor: an ensemble of regression trees (Kazemi and Sullivan, CVPR 2014).
#include <dlib/image_processing/shape_predictor.h>

#include "base/error.h"
#include "dlib_io/rgb_image.h"
#include "dlib_io/stream.h"
#include "landmark/landmarker.h"

namespace visavis {
namespace {

class TreeLandmarker : public Landmarker {
 public:
  explicit TreeLandmarker(const std::vector<char>& model) {
    read_dlib(predictor_, model, "shape_predictor_5_face_landmarks");
    if (predictor_.num_parts() != Landmarks{}.size())
      throw Error(VAV_E_MODEL_ALTERED, "the landmark model does not give five points");
  }

  Landmarks find(const ImageView& image, const Box& box) const override {
    const auto shape = predictor_(DlibRgb{image}, dlib::rectangle(box.left, box.top, box.right, box.bottom));
    Landmarks points;
    for (size_t i = 0; i < points.size(); ++i) points[i] = {float(shape.part(i).x()), float(shape.part(i).y())};
    return points;
  }

 private:
  dlib::shape_predictor predictor_;
};

}  // namespace

std::unique_ptr<Landmarker> make_tree_landmarker(const std::vector<char>& model) {
  return std::make_unique<TreeLandmarker>(model);
}

}  // namespace visavis
