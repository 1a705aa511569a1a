// Finds the face of a template again and gives it the embedding of other models.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "context.h"
#include "embedding.h"
#include "visavis/engine.hpp"

namespace visavis::cli {

// What a picture gave: the new embedding, or why there is none, in a word and in a sentence.
struct ReEmbedded {
  std::optional<Embedding> embedding;
  float distance = std::numeric_limits<float>::infinity();  // of the face to the template, by the models before
  std::string reason, message;
};

class ReEmbedder {
 public:
  // `context`: how the pictures are looked at with the models before. A face that is farther from a template than
  // `threshold` is another person's.
  ReEmbedder(const Context& context, const Engine& before, const Engine& after, float threshold)
      : context_(context), before_(before), after_(after), threshold_(threshold) {}

  // In the picture, the models before say which face is the template's, so that the right one of a group is taken and
  // nobody else's. Safe from any thread. Errors of the picture are thrown.
  ReEmbedded from(const Image& image, EmbeddingView before) const;
  // The same with a kept chip. It shows one face in its middle, which a detector may miss if it is small.
  ReEmbedded from_chip(const Image& chip, EmbeddingView before) const;

 private:
  ReEmbedded found(const Image& image, const Faces& faces, EmbeddingView before) const;
  const Context& context_;
  const Engine& before_;
  const Engine& after_;
  float threshold_;
};

}  // namespace visavis::cli
