// The whole way from a picture to embeddings: the only place that knows the order of the stages.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/once.h"
#include "detect/detector.h"
#include "models/model_files.h"
#include "models/model_set.h"
#include "nn/backend.h"
#include "types/face.h"
#include "types/image.h"

namespace visavis {

class Aligner;
class Embedder;
class YunetNetwork;

// What to compute for each face; everything needs the landmarks.
struct Wanted {
  bool landmarks = false, chip = false, embedding = false, quality = false;
  bool any() const { return landmarks || chip || embedding || quality; }
};

class Engine {
 public:
  // `max_pixels`: of a picture as a detector looks at it, 0 = each detector's own limit. Errors as of choose_backend.
  Engine(std::shared_ptr<const ModelFiles> files, int threads, Backend backend = Backend::automatic,
         int64_t max_pixels = 0, std::shared_ptr<const ModelSet> set = shared(model_sets().front()),
         Precision precision = Precision::exact);
  ~Engine();

  // Loads the models now, so that the first picture is as fast as the others.
  void warm_up(DetectorKind kind, Wanted wanted) const;

  // One list of faces for each picture. An error names the picture when there are several. `clip` cuts the boxes at the
  // picture's edges, last of all: landmarks and what follows come from the whole box either way.
  std::vector<std::vector<Face>> analyze(const std::vector<ImageView>& images, DetectorKind kind,
                                         const DetectOptions& options, bool clip, Wanted wanted) const;
  std::vector<Face> analyze_boxes(const ImageView& image, const std::vector<Box>& boxes, Wanted wanted) const;
  // What analyze gives for faces that it found on this picture; each as_detected().
  std::vector<Face> analyze_faces(const ImageView& image, std::vector<Face> found, Wanted wanted) const;
  std::vector<Face> analyze_landmarks(const ImageView& image, const std::vector<Landmarks>& landmarks,
                                      Wanted wanted) const;
  std::vector<Embedding> embed_chips(const uint8_t* chips, size_t count) const;

  const ModelSet& set() const { return *set_; }

  // One line: the backend that runs, and why this one.
  const std::string& backend() const { return backend_.why; }

 private:
  struct Task;  // one face of one picture on its way

  const Detector& detector(DetectorKind kind) const;
  const std::shared_ptr<const YunetNetwork>& yunet() const;
  const Aligner& aligner() const;
  const Embedder& embedder() const;
  void complete(std::vector<Task>& tasks, Wanted wanted) const;

  std::shared_ptr<const ModelFiles> files_;
  std::shared_ptr<const ModelSet> set_;
  int threads_;
  Backend asked_;  // by the caller
  int64_t max_pixels_;
  BackendChoice backend_;
  Precision precision_;                      // fast only where that differs
  mutable std::atomic<uint32_t> loaded_{0};  // what warm_up has loaded, in bits of its own
  mutable Once hog_once_, yunet_once_, yunet_detector_once_, aligner_once_;
  mutable std::unique_ptr<Detector> hog_;  // part of dlib: comes from no model file
  mutable std::shared_ptr<const YunetNetwork> yunet_;
  mutable std::unique_ptr<Detector> yunet_detector_;
  mutable std::unique_ptr<Aligner> aligner_;
};

}  // namespace visavis
