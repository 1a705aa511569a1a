// From a box to dlib's landmarks: checks them, and tries again with the picture turned if they do not fit.
#pragma once

#include <memory>
#include <utility>

#include "detect/detector.h"
#include "landmark/landmarker.h"
#include "pipeline/aligner.h"
#include "types/face.h"
#include "types/image.h"

namespace visavis {

class DlibAligner : public Aligner {
 public:
  // `finder`: looks at chips, and knows upright faces.
  DlibAligner(std::shared_ptr<const Landmarker> landmarker, const Detector& finder)
      : landmarker_(std::move(landmarker)), finder_(finder) {}

  void align(const ImageView& image, Face& face) const override;

 private:
  struct Look {
    Landmarks landmarks;
    Chip chip;
    double score = 0;     // of the finder, for a face that lies in the chip as it should
    double distance = 0;  // of the landmarks that a second look, at the chip, gives; in sizes of the mean face
    double quality() const;
    bool fits(double least_score) const;
  };

  Look look(const ImageView& image, const Landmarks& landmarks) const;
  Landmarks in_chip(const Chip& chip) const;
  double score(const Chip& chip) const;
  // The landmarks of an upright face in the picture turned by `degrees` about the middle of the box.
  Landmarks turned(const ImageView& image, const Box& box, double degrees) const;

  const std::shared_ptr<const Landmarker> landmarker_;
  const Detector& finder_;
};

}  // namespace visavis
