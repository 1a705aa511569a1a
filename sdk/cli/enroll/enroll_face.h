// One picture of `visavis enroll`: the embedding of its face, or why there is none.
#pragma once

#include <optional>
#include <string>

#include "context.h"
#include "embedding.h"
#include "enroll/enroll_plan.h"
#include "policy.h"
#include "visavis/engine.hpp"

namespace visavis::cli {

struct EnrollFace {
  std::string image;
  Face face = {};
  std::optional<Embedding> embedding;
  std::optional<Image> chip;  // to be kept
  Refusal refusal;            // when there is no embedding
  std::string thumbnail;      // a small JPEG of the face, or of a picture without one; "" if nobody asked for it
};

struct EnrollFaceOptions {
  bool largest = false;     // take the largest of several faces
  bool keep_chips = false;  // make a chip to be kept
  bool thumbnails = false;
  AskedPolicy policy;
};

// Fills in what the picture `out.image` gives. Safe from several threads at once.
void look_at_face(const Context& context, const Engine& engine, const EnrollFaceOptions& options, EnrollFace& out);

}  // namespace visavis::cli
