// One face of a picture and its embedding: what enrolment, verification and evaluation work with.
#pragma once

#include <optional>
#include <string>

#include "context.h"
#include "embedding.h"
#include "handles.h"

namespace visavis::cli {

// An engine that runs each call on the caller's own thread, for commands which work on several pictures at once.
Engine create_single_threaded_engine(const Context& context, const vav_models* models);

// The face with the largest box; nothing when there is none.
std::optional<vav_face> largest_of(const vav_faces* faces);

// An embedding, or why there is none: in a word and in a sentence.
struct OneFace {
  std::optional<Embedding> embedding;
  std::string reason, message;
};

// Landmarks, chip and embedding of that face alone: the other faces of a group photo cost nothing.
OneFace embed_face(vav_engine* engine, const vav_image* image, const vav_face& face);

// "no face found", and what to try: as the options and the picture suggest.
std::string no_face_message(const Context& context, const vav_image* image);

}  // namespace visavis::cli
