// Two made-up chips are enough to see that the network runs, and that its answer depends on the picture.
#include "pipeline/own_model_trial.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/sha256.h"
#include "embed/embedder.h"
#include "nn/backend.h"
#include "nn/onnx/read_network.h"

namespace visavis {
namespace {

// Light from one corner, or stripes.
std::vector<uint8_t> made_up_chip(int side, bool stripes) {
  std::vector<uint8_t> chip;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      for (int colour = 0; colour < 3; ++colour)
        chip.push_back(uint8_t(stripes ? (x / 4 + colour) % 2 * 200 + 20 : 255 * (x + y) / (2 * side) / (colour + 1)));
  return chip;
}

[[noreturn]] void wrong(const std::string& what) { throw Error(VAV_E_INVALID_ARGUMENT, what); }

void check_input(const Shape& input, int side) {
  const auto fits = [](int has, int wanted) { return has == 0 || has == wanted; };
  if (fits(input.channels, 3) && fits(input.height, side) && fits(input.width, side)) return;
  wrong("the network takes " + std::to_string(input.channels) + " planes of " + std::to_string(input.width) + " x " +
        std::to_string(input.height) + " px, and not 3 of " + std::to_string(side) + " x " + std::to_string(side));
}

}  // namespace

void try_own_model(OwnModel& model, std::span<const uint8_t> bytes) {
  const Network network = read_onnx(bytes);
  if (network.outputs.size() > 1)
    throw Error(VAV_E_UNSUPPORTED,
                "the network has " + std::to_string(network.outputs.size()) + " outputs: an embedder has one");
  check_input(network.input, model.input_size);
  const NetworkFaces faces{.chip_size = model.input_size,
                           .blue_first = model.blue_first,
                           .mean = model.mean,
                           .scale = model.scale,
                           .unit_norm = false};
  const auto embedder =
      make_network_embedder(faces, make_runner(choose_backend(Backend::automatic, Networks::all).backend, network));
  const auto light = made_up_chip(model.input_size, false), stripes = made_up_chip(model.input_size, true);
  const std::array<const uint8_t*, 2> chips = {light.data(), stripes.data()};
  std::array<Embedding, 2> made;
  embedder->embed(chips, made.data(), 1);
  const size_t length = made[0].size();
  if (length < kShortestEmbedding || length > kLongestEmbedding)
    wrong("the network gives " + std::to_string(length) + " numbers: an embedding has 64 to 2,048");
  for (const Embedding& embedding : made)
    if (!std::ranges::all_of(embedding, [](float value) { return std::isfinite(value); }))
      wrong("the network gives numbers that are not finite: do mean and scale fit it?");
  if (std::ranges::equal(made[0], made[1]))
    wrong("the network gives the same for different pictures: is it an embedder?");
  model.length = int(length);
  model.size = int64_t(bytes.size());
  model.sha256 = sha256_hex(bytes);
}

}  // namespace visavis
