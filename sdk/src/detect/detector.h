// A detector finds faces: boxes and scores, surest first.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "nn/backend.h"
#include "types/face.h"
#include "types/geometry.h"
#include "types/image.h"

namespace visavis {

class YunetNetwork;

struct DetectOptions {
  int32_t min_face = 0;    // px, 0 = what the detector sees by itself
  int32_t max_face = 0;    // px, 0 = no limit
  double threshold = 0;    // added to the detector's own
  bool gray = false;       // look at the grey picture: HOG only
  bool upright = false;    // look at the picture turned in all four ways. For the engine, as is roi
  Box roi = {};            // look only here; empty = everywhere. Detectors get only this part
  int64_t max_pixels = 0;  // of the picture as it is looked at; 0 = the detector's own limit
};

class Detector {
 public:
  virtual ~Detector() = default;
  // Safe from any thread; uses at most `threads`. Error LIMIT_EXCEEDED when the enlarged picture would be too large.
  virtual std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int threads) const = 0;
};

std::unique_ptr<Detector> make_hog_detector();
// `model`: the bytes of mmod_human_face_detector.dat, already checked.
std::unique_ptr<Detector> make_cnn_detector(const std::vector<char>& model, Backend backend);
// Which boxes YuNet gives: its own, from forehead to chin, or those that dlib's detectors would give of these faces.
enum class YunetBoxes { own, of_dlib };
// Gives landmarks, too.
std::unique_ptr<Detector> make_yunet_detector(std::shared_ptr<const YunetNetwork> network, YunetBoxes boxes);

}  // namespace visavis
