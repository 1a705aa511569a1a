// Writes a network as the SDK reads it out of dlib's own file, so that other engines can run the same weights; and the
// tensor that the detection network looks at.
// dump_network embedding|detection MODELS OUT    OUT.json: the layers, OUT.bin: floats, each layer's weights, then bias
// dump_network pyramid MODELS OUT PHOTO          the same for a tensor
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "embed/embedder.h"
#include "peers/detection_network.h"

namespace {

using nlohmann::json;

const char* name(visavis::LayerKind kind) {
  switch (kind) {
    case visavis::LayerKind::convolution:
      return "convolution";
    case visavis::LayerKind::max_pool:
      return "max_pool";
    case visavis::LayerKind::average_pool:
      return "average_pool";
    case visavis::LayerKind::global_average:
      return "global_average";
  }
  throw std::runtime_error("a kind of layer that dump_network does not know");
}

visavis::Network read_embedding(const std::string& models) {
  const auto bytes = visavis::read_file(models + "/dlib_face_recognition_resnet_model_v1.dat", 1 << 28);
  return visavis::read_embedding_network({bytes.begin(), bytes.end()});
}

void write(std::ofstream& out, const std::vector<float>& values) {
  out.write(reinterpret_cast<const char*>(values.data()), std::streamsize(values.size() * sizeof(float)));
}

void dump(const visavis::Network& network, std::ofstream& text, std::ofstream& numbers) {
  json layers = json::array();
  for (const visavis::Layer& layer : network.layers) {
    layers.push_back({{"kind", name(layer.kind)},
                      {"input", layer.input},
                      {"addend", layer.addend == visavis::kNoAddend ? json() : json(layer.addend)},
                      {"relu", layer.relu},
                      {"in_channels", layer.in_channels},
                      {"out_channels", layer.out_channels},
                      {"kernel", {layer.kernel_height, layer.kernel_width}},
                      {"stride", layer.stride},
                      {"padding", {layer.padding_height, layer.padding_width}},
                      {"weights", layer.weights.size()},
                      {"bias", layer.bias.size()}});
    write(numbers, layer.weights);
    write(numbers, layer.bias);
  }
  text << json{{"mean", network.mean}, {"scale", network.scale}, {"layers", layers}}.dump(1) << "\n";
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() < 3) return 2;
  std::ofstream text(words[2] + ".json"), numbers(words[2] + ".bin", std::ios::binary);
  if (words[0] == "embedding") {
    dump(read_embedding(words[1]), text, numbers);
  } else if (words[0] == "detection") {
    dump(peers::read_detection_network(words[1]), text, numbers);
  } else if (words[0] == "pyramid" && words.size() == 4) {
    const visavis::Tensor tensor = peers::make_pyramid(words[1], words[3]);
    text << json{{"shape", {tensor.count, tensor.channels, tensor.height, tensor.width}}}.dump() << "\n";
    write(numbers, tensor.values);
  } else {
    std::cerr << "dump_network: see the first lines of dump_network.cc\n";
    return 2;
  }
  return text.flush() && numbers.flush() ? 0 : 1;
} catch (const std::exception& e) {
  std::cerr << "dump_network: " << e.what() << "\n";
  return 1;
}
