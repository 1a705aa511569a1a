// The structs behind the C API's opaque pointers.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/secret_memory.h"
#include "capi/guard.h"
#include "models/model_files.h"
#include "models/model_set.h"
#include "pipeline/engine.h"
#include "types/calibration.h"
#include "types/face.h"
#include "types/image.h"
#include "types/mean_face.h"
#include "visavis/policy.h"

struct vav_image {
  visavis::capi::Handle<0x56494d47> tag;
  visavis::Image image;
  bool is_chip = false;  // of a gallery: its pixels are wiped
  ~vav_image() {
    if (is_chip) visavis::wipe(image.storage);
  }
};

struct vav_faces {
  visavis::capi::Handle<0x56464143> tag;
  std::vector<visavis::Face> faces;
  int chip_size = 0;                                 // px
  visavis::MeanFace mean_face = visavis::kMeanFace;  // of the kind of their landmarks
  std::string set;                                   // of models that found them
};

struct vav_refusals {
  struct One {
    vav_refusal plain{};
    std::string text;
  };
  visavis::capi::Handle<0x56524546> tag;
  std::vector<One> refusals;
};

struct vav_models {
  visavis::capi::Handle<0x564d4f44> tag;
  std::shared_ptr<const visavis::ModelFiles> files;
  std::shared_ptr<const visavis::ModelSet> set;
  std::shared_ptr<const visavis::Calibration> calibration;  // the caller's; nullptr: the library's, if it has one
  std::string recipe;                                       // of the set
  std::string model_sha256;                                 // of its embedding model
  std::string detectors;                                    // of the set, in words
  mutable std::mutex mutex;
  mutable std::vector<std::set<std::string>> found;  // for each model, the paths that were given out
};

struct vav_engine {
  vav_engine(const vav_models& models, int threads, visavis::Backend backend, int64_t max_pixels,
             visavis::Precision precision)
      : engine(models.files, threads, backend, max_pixels, models.set, precision), calibration(models.calibration) {}
  visavis::capi::Handle<0x56454e47> tag;
  visavis::Engine engine;
  std::shared_ptr<const visavis::Calibration> calibration;  // of its models
};
