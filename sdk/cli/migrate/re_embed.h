// What a picture gives for a template of a gallery that moves, in the command's words.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "context.h"
#include "embedding.h"
#include "visavis/move.hpp"

namespace visavis::cli {

// The new embedding, or why there is none, in a word and in a sentence.
struct ReEmbedded {
  std::optional<Embedding> embedding;
  float distance = std::numeric_limits<float>::infinity();  // of the face to the template, by the models before
  bool same_picture = false;                                // the template is of this very picture
  std::string reason, message;
};

class ReEmbedder {
 public:
  // `context`: how the pictures are looked at with the models before. `length`: of the other models' embeddings. A face
  // that is farther from a template than `threshold` is another person's.
  ReEmbedder(const Context& context, const Engine& before, const Engine& after, int32_t length, float threshold);

  // Safe from any thread. Errors of the picture are thrown.
  ReEmbedded from(const Image& image, EmbeddingView before) const;
  ReEmbedded from_chip(const Image& chip, EmbeddingView before) const;

 private:
  ReEmbedded made(const Image& image, EmbeddingView before, const RemakeOptions& options) const;
  const Context& context_;
  const Engine& before_;
  const Engine& after_;
  const int32_t length_;
  RemakeOptions options_;
};

}  // namespace visavis::cli
