// Makes models, engine and detection options as the global options say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "context.h"
#include "failure.h"
#include "policy.h"
#include "visavis/engine.hpp"

namespace visavis::cli {

// Where nobody asks for another, and no gallery has one: it finds more faces than "dlib" and misses fewer people, at the
// same rate of false matches.
inline constexpr const char* kUsualSet = "dlib-1";
// The set that a gallery was made with, as --model-set takes it, or will be. "" where no gallery opens: who opens it will
// say why.
std::string model_set_of(const std::string& gallery);
// With the user's table of error rates, for whatever decides something.
Models open_models(const Context& context);
// Without it, for what decides nothing: disabling a person must not fail for a table that is gone.
Models open_models_alone(const Context& context);
// How two faces are compared. WrongUse if nothing is asked for and nobody has measured the model.
Limits comparison_limits(const Context& context, const Asked& asked);
// The threshold of the preset compat; nothing when the model has none.
std::optional<float> published_threshold(const Context& context);
// The threshold of such a comparison, if nothing is asked for; nothing when nobody has measured the model.
std::optional<float> measured_threshold(const Context& context);
// WrongUse where nobody has measured one: for a gallery that is still to be made, and so has none of its own.
void require_threshold(const Context& context, const Models& models);
Engine create_engine(const Context& context, const Models& models);

// --detector, --min-face, --max-face.
DetectOptions detect_options(const Context& context);

// A Failure if --roi reaches beyond the picture. That depends on the picture: so it is not wrong use.
void check_roi(const Context& context, const Image& image);

// Finds the faces and computes `what` (VAV_ANALYZE_… bits; 0 = boxes and scores only) for each.
Faces find_faces(const Context& context, const Engine& engine, const Image& image, uint32_t what);

// The same with other options than the global ones.
Faces find_faces(const Context& context, const DetectOptions& detect, const Engine& engine, const Image& image,
                 uint32_t what);

// Why a face has no embedding, and what to do about it.
std::string not_comparable_message(Comparability comparability);

// The largest face of a picture with its embedding (borrowed from `faces`).
struct LargestFace {
  Faces faces;
  vav_box box;
  EmbeddingView embedding;
};

// Loads the picture and finds its largest face. A Failure names the picture if there is no face, or if it cannot be
// compared or is refused by the policy.
LargestFace largest_face(const Context& context, const Engine& engine, const std::string& path,
                         const AskedPolicy& policy = {});

}  // namespace visavis::cli
