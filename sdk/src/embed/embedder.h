// An embedder turns chips into embeddings: close for one person, far for two.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "nn/runner.h"
#include "types/density.h"
#include "types/face.h"

namespace visavis {

class Embedder {
 public:
  virtual ~Embedder() = default;
  // `chips`: pointers to packed RGB pixels, of the size that the embedder is for; `out`: one embedding each. Safe from any thread. Uses at most
  // `threads` threads.
  virtual void embed(std::span<const uint8_t* const> chips, Embedding* out, int threads) const = 0;
};

// The network as dlib runs it: the reference. `model`: dlib_face_recognition_resnet_model_v1.dat, already checked.
std::unique_ptr<Embedder> make_dlib_embedder(const std::vector<char>& model);

// The same network as data, for make_network_embedder.
Network read_embedding_network(const std::vector<char>& model);

// What goes into a network, and what comes out of it.
struct NetworkFaces {
  int chip_size = kChipSize;    // px
  int length = 0;               // of an embedding; 0: as the network gives it
  bool blue_first = false;      // the order of the colours
  std::array<float, 3> mean{};  // of the colours in that order: (pixel - mean) * scale goes in
  float scale = 1;
  bool unit_norm = false;  // embeddings are scaled to the norm 1
};

// The network on any runner.
std::unique_ptr<Embedder> make_network_embedder(const NetworkFaces& faces, std::unique_ptr<Runner> runner);

// The mean of what an embedder says of each chip and of the mirrored chip, centred; see types/density.h.
std::unique_ptr<Embedder> make_centred_embedder(std::unique_ptr<Embedder> plain, int chip_size, const Density& density,
                                                float norm);

}  // namespace visavis
