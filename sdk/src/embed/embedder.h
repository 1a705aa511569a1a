// An embedder turns chips into embeddings: close for one person, far for two.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "nn/runner.h"
#include "types/face.h"

namespace visavis {

class Embedder {
 public:
  virtual ~Embedder() = default;
  // `chips`: pointers to kChipSize² packed RGB pixels; `out`: one embedding each. Safe from any thread. Uses at most
  // `threads` threads.
  virtual void embed(std::span<const uint8_t* const> chips, Embedding* out, int threads) const = 0;
};

// The network as dlib runs it: the reference. `model`: dlib_face_recognition_resnet_model_v1.dat, already checked.
std::unique_ptr<Embedder> make_dlib_embedder(const std::vector<char>& model);

// The same network as data, for make_network_embedder.
Network read_embedding_network(const std::vector<char>& model);

// The network on any runner.
std::unique_ptr<Embedder> make_network_embedder(const Network& network, std::unique_ptr<Runner> runner);

}  // namespace visavis
