// What YuNet and SFace are for the SDK: zoo_numbers look YUNET.onnx WIDTH HEIGHT, or embed SFACE.onnx; RGB pixels on stdin.
// look: a line for each face: left, top, width, height, score, five points. embed: a chip's embedding.
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/files.h"
#include "detect/yunet/yunet_network.h"
#include "embed/embedder.h"
#include "models/model_set.h"
#include "nn/backend.h"
#include "nn/onnx/read_network.h"

namespace visavis {
namespace {

constexpr float kThreshold = 0.7f;  // as bench/peers and the test ask OpenCV

std::vector<uint8_t> pixels(int width, int height) {
  std::vector<uint8_t> rgb(size_t(width) * size_t(height) * 3);
  if (std::fread(rgb.data(), 1, rgb.size(), stdin) != rgb.size()) throw std::runtime_error("too few pixels");
  return rgb;
}

void look(const std::string& model, int width, int height) {
  const Network network = read_onnx(read_file(model, int64_t{1} << 30));
  const YunetNetwork yunet(network, make_runner(Backend::onednn, network));
  const std::vector<uint8_t> rgb = pixels(width, height);
  for (const SeenFace& face : yunet.look({rgb.data(), width, height, int64_t{width} * 3}, kThreshold)) {
    std::printf("%.6g %.6g %.6g %.6g %.6g", double(face.left), double(face.top), double(face.width),
                double(face.height), double(face.score));
    for (const Point& point : face.points) std::printf(" %.6g %.6g", double(point.x), double(point.y));
    std::printf("\n");
  }
}

void embed(const std::string& model) {
  const ModelSet& set = model_set("opencv-zoo");
  const Network network = read_onnx(read_file(model, int64_t{1} << 30));
  NetworkFaces faces{.chip_size = set.chip->size, .unit_norm = set.scoring->norm != 0};
  faces.blue_first = set.input.blue_first, faces.mean = set.input.mean, faces.scale = set.input.scale;
  const auto embedder = make_network_embedder(faces, make_runner(Backend::onednn, network));
  const std::vector<uint8_t> rgb = pixels(set.chip->size, set.chip->size);
  const uint8_t* const chip = rgb.data();
  Embedding embedding;
  embedder->embed({&chip, 1}, &embedding, 1);
  for (const float value : embedding) std::printf("%.9g ", double(value));
  std::printf("\n");
}

}  // namespace
}  // namespace visavis

int main(int argc, char** argv) {
  try {
    if (argc == 5 && std::string(argv[1]) == "look")
      return visavis::look(argv[2], std::atoi(argv[3]), std::atoi(argv[4])), 0;
    if (argc == 3 && std::string(argv[1]) == "embed") return visavis::embed(argv[2]), 0;
    std::fputs("usage: zoo_numbers look MODEL WIDTH HEIGHT | embed MODEL\n", stderr);
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
