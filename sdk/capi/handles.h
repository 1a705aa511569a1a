// The structs behind the C API's opaque pointers.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capi/guard.h"
#include "types/face.h"
#include "types/image.h"

namespace visavis {
class ModelSet;
class Engine;
}  // namespace visavis

struct vav_image {
  visavis::capi::Handle<0x56494d47> tag;
  visavis::Image image;
};

struct vav_faces {
  visavis::capi::Handle<0x56464143> tag;
  std::vector<visavis::Face> faces;
};

struct vav_models {
  visavis::capi::Handle<0x564d4f44> tag;
  std::shared_ptr<const visavis::ModelSet> models;
};

struct vav_engine {
  visavis::capi::Handle<0x56454e47> tag;
  std::shared_ptr<const visavis::ModelSet> models;
  std::unique_ptr<visavis::Engine> engine;
  ~vav_engine();
};
