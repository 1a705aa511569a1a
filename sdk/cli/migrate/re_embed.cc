// The library finds the face; here are the options and the words.
#include "migrate/re_embed.h"

#include <cstdio>
#include <utility>

#include "engine.h"
#include "one_face.h"
#include "pictures.h"

namespace visavis::cli {

ReEmbedder::ReEmbedder(const Context& context, const Engine& before, const Engine& after, int32_t length,
                       float threshold)
    : context_(context), before_(before), after_(after), length_(length) {
  options_.threshold = threshold;
  options_.before = detect_options(context);
  options_.after.min_face = context.min_face;
  options_.after.upright = context.upright;
}

ReEmbedded ReEmbedder::from(const Image& image, EmbeddingView before) const {
  check_roi(context_, image);
  return made(image, before, options_);
}

ReEmbedded ReEmbedder::from_chip(const Image& chip, EmbeddingView before) const {
  RemakeOptions options = options_;
  options.kept_chip = true;
  return made(chip, before, options);
}

ReEmbedded ReEmbedder::made(const Image& image, EmbeddingView before, const RemakeOptions& options) const try {
  const Remade remade = remake(before_, after_, image, before, length_, options);
  ReEmbedded result{{}, remade.distance, remade.same_picture, remade.result.name(), {}};
  switch (remade.result.value()) {
    case VAV_REMAKE_DONE:
      result.embedding = remade.embedding;
      result.reason.clear();
      break;
    case VAV_REMAKE_NO_FACE:
      result.message = no_face_message(context_, image);
      break;
    case VAV_REMAKE_NOT_COMPARABLE:
      result.reason = remade.comparability.name(), result.message = not_comparable_message(remade.comparability);
      break;
    case VAV_REMAKE_DIFFERENT_FACE: {
      char text[96];
      std::snprintf(text, sizeof text, "shows somebody else: the nearest face is at %.3f", double{remade.distance});
      result.message = text;
      break;
    }
    default:
      result.message = "it could not be embedded anew, for a reason that this version does not know";
  }
  return result;
} catch (const Error& error) {
  throw in_megapixels(error);
}

}  // namespace visavis::cli
