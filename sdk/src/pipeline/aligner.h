// From a box to landmarks that fit a face: checks them, and tries again with the picture turned if they do not fit.
#pragma once

#include "detect/detector.h"
#include "landmark/landmarker.h"
#include "types/face.h"
#include "types/image.h"

namespace visavis {

class Aligner {
 public:
  // `finder`: looks at chips, and knows upright faces.
  Aligner(const Landmarker& landmarker, const Detector& finder) : landmarker_(landmarker), finder_(finder) {}

  // Fills in landmarks where there are none, the chip and comparability. Safe from any thread.
  void align(const ImageView& image, Face& face) const;

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

  const Landmarker& landmarker_;
  const Detector& finder_;
};

}  // namespace visavis
