// From what YuNet saw to points that fit a face: looks again at the face alone, upright, and compares.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "detect/yunet/yunet_network.h"
#include "pipeline/aligner.h"
#include "types/chip_frame.h"
#include "types/floors.h"

namespace visavis {

class FeatureAligner : public Aligner {
 public:
  FeatureAligner(std::shared_ptr<const YunetNetwork> network, const ChipFrame& chip, const Floors& floors)
      : network_(std::move(network)), chip_(chip), floors_(floors) {}

  void align(const ImageView& image, Face& face) const override;

 private:
  struct Look {
    Landmarks points;
    Landmarks again;      // those of the second look; `points` where it saw nothing
    double score = 0;     // of the second look, 0..1
    double distance = 1;  // between the two, in sizes of the mean face
    double quality() const;
    bool fits(const MeanFace& mean_face) const;
  };

  Look look(const ImageView& image, const Landmarks& points) const;
  // The best of some looks from there on.
  Look settled(const ImageView& image, const Landmarks& points, double known) const;
  bool is_upside_down(const ImageView& image, const Look& look) const;
  // Where the points would be if a face filled the box, for who wants to see the place.
  Landmarks usual_in(const Box& box) const;
  // What is seen in a box if it is turned by `degrees`; nothing where there is no face.
  std::optional<Landmarks> in_box(const ImageView& image, const Box& box, double degrees) const;

  const std::shared_ptr<const YunetNetwork> network_;
  const ChipFrame& chip_;
  const Floors& floors_;
};

}  // namespace visavis
