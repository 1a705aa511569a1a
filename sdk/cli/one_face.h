// One face of a picture and its embedding: for enrolment, verification and evaluation.
#pragma once

#include <optional>
#include <string>

#include "context.h"
#include "embedding.h"
#include "visavis/engine.hpp"

namespace visavis::cli {

// An engine that runs each call on the caller's own thread, for commands which work on several pictures at once.
Engine create_single_threaded_engine(const Context& context, const Models& models);

// An embedding, or why there is none: in a word and in a sentence.
struct OneFace {
  Faces faces;  // this one, with its landmarks
  std::optional<Embedding> embedding;
  std::string reason, message;
};

// Computes the embedding of the largest face only, so that the other faces of a group photo cost nothing. There must be
// a face. `more`: what else to compute, VAV_ANALYZE_… bits.
OneFace embed_largest(const Engine& engine, const Image& image, const Faces& detected, uint32_t more = 0);

// Options that ask for the embedding and nothing else.
AnalyzeOptions embedding_alone();

// The message "no face found" with advice that fits the options and the picture.
std::string no_face_message(const Context& context, const Image& image);

}  // namespace visavis::cli
