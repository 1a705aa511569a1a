// libFuzzer target: any bytes give a network, which runs, or an Error. `./bootstrap fuzz-models` builds it and runs it for a
// while; for long: build/fuzz/bin/onnx_fuzz -max_len=65536 -rss_limit_mb=2048 build/fuzz/models
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/error.h"
#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "nn/shapes.h"

namespace visavis::fuzz {

// Whether the bytes are a network that runs; a large one is not run, for a fuzzer has no time.
bool read_and_run(const uint8_t* data, size_t size) {
  constexpr int64_t kLarge = 100'000;
  try {
    const Network network = read_onnx({data, size});
    Tensor input;
    const auto or_else = [](int given, int otherwise) { return given > 0 ? given : otherwise; };
    const Shape in = {1, or_else(network.input.channels, 3), or_else(network.input.height, 8),
                      or_else(network.input.width, 8)};
    int64_t work = 0;
    for (const Shape& shape : shapes_of(network, in)) work += int64_t(shape.channels) * shape.height * shape.width;
    int64_t weights = 1;
    for (const Layer& layer : network.layers)
      weights += int64_t(layer.kernel_height) * layer.kernel_width * (layer.in_channels + 1);
    if (work > kLarge || weights > kLarge) return true;
    input.resize(in.count, in.channels, in.height, in.width);
    for (size_t i = 0; i < input.values.size(); ++i) input.values[i] = std::sin(float(i));
    std::vector<Tensor> outputs(output_layers(network).size());
    make_reference_runner(network)->run_all(input, outputs, 1);
    return true;
  } catch (const Error&) {
    return false;  // refused, which is fine; any other exception ends the process, and so is found
  }
}

}  // namespace visavis::fuzz

#ifdef VISAVIS_LIBFUZZER
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  visavis::fuzz::read_and_run(data, size);
  return 0;
}
#endif
