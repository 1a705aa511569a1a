// What the SDK computes of an ONNX model: onnx_numbers MODEL RUNNER CHANNELS HEIGHT WIDTH, the input's floats on stdin. A
// line for each output: its name, its shape, its values. RUNNER is reference, or a backend.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/files.h"
#include "nn/backend.h"
#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

std::unique_ptr<Runner> runner_named(const std::string& name, const Network& network) {
  if (name == "reference") return make_reference_runner(network);
  if (name == "onednn") return make_runner(Backend::onednn, network);
  throw std::invalid_argument(name + " is no runner of ONNX models");
}

int print(const char* model, const char* runner, const Shape& shape) {
  const Network network = read_onnx(read_file(model, int64_t{1} << 30));
  Tensor input;
  input.resize(1, shape.channels, shape.height, shape.width);
  if (std::fread(input.values.data(), sizeof(float), input.values.size(), stdin) != input.values.size()) {
    std::fputs("the input is too short\n", stderr);
    return 2;
  }
  std::vector<Tensor> outputs(output_layers(network).size());
  runner_named(runner, network)->run_all(input, outputs, 1);
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& out = outputs[i];
    std::printf("%s %d %d %d", network.outputs[i].name.c_str(), out.channels, out.height, out.width);
    for (const float value : out.values) std::printf(" %.9g", double(value));
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace visavis

int main(int argc, char** argv) {
  if (argc != 6) return std::fputs("usage: onnx_numbers MODEL RUNNER CHANNELS HEIGHT WIDTH\n", stderr), 2;
  try {
    return visavis::print(argv[1], argv[2], {1, std::atoi(argv[3]), std::atoi(argv[4]), std::atoi(argv[5])});
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
