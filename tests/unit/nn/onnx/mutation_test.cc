// nn/onnx: models changed at random give a network that runs or a clean Error, never a crash. Always the same changes, so
// that a failure can be seen again; fuzz/targets/onnx_fuzz.cc searches further.
#include <random>

#include "support/fixtures.h"
#include "unit/nn/onnx/onnx_writer.h"

namespace visavis::fuzz {
bool read_and_run(const uint8_t* data, size_t size);
}

namespace visavis {
namespace {

using namespace testing_support;

// A model with each kind of layer.
std::string small_model() {
  const Message kernel = attribute("kernel_shape", Dims{2, 2}), pads = attribute("pads", Dims{1, 1, 1, 1});
  return OnnxModel{
      .input = {1, 2, 6, 6},
      .constants = {tensor<int8_t>("q", 3, {4, 9}, std::vector<int8_t>(36, 3)),
                    reals("scales", {4, 2}, std::vector<float>(8, 0.1f)),
                    tensor<int8_t>("zeros", 3, {4, 2}, std::vector<int8_t>(8, 1)), integers("kernel", {4, 1, 3, 3}),
                    reals("four", {4}, {1, 2, 3, 4}), reals("slopes", {4, 1, 1}, {0.1f, 0.2f, 0.3f, 0.4f}),
                    reals("twice", {4}, {1, 1, 2, 2}), reals("half", {}, {0.5f}), integers("rows", {1, -1, 4}),
                    reals("matrix", {36, 3}, std::vector<float>(108, 0.01f))},
      .nodes = {node("DequantizeLinear", {"q", "scales", "zeros"}, {"d"},
                     {attribute("axis", int64_t{1}), attribute("block_size", int64_t{5})}),
                node("Reshape", {"d", "kernel"}, {"w"}), node("Sub", {"x", "half"}, {"s"}),
                node("Conv", {"s", "w", "four"}, {"c"}, {pads, attribute("group", int64_t{2})}),
                node("BatchNormalization", {"c", "four", "four", "four", "four"}, {"n"}),
                node("PRelu", {"n", "slopes"}, {"p"}),
                node("MaxPool", {"p"}, {"m"}, {kernel, attribute("strides", Dims{2, 2})}),
                node("Resize", {"m", "", "twice"}, {"r"}), node("Add", {"r", "p"}, {"a"}),
                node("GlobalAveragePool", {"a"}, {"g"}), node("Mul", {"a", "g"}, {"e"}),
                node("Transpose", {"e"}, {"t"}, {attribute("perm", Dims{0, 2, 3, 1})}),
                node("Reshape", {"t", "rows"}, {"l"}), node("Sigmoid", {"l"}, {"y"}),
                node("Concat", {"m", "m"}, {"z"}, {attribute("axis", int64_t{1})}),
                node("AveragePool", {"m"}, {"v"}, {attribute("kernel_shape", Dims{1, 1})}), node("Relu", {"v"}, {"o"}),
                node("Flatten", {"o"}, {"f"}), node("Gemm", {"f", "matrix"}, {"u"})},
      .outputs = {"y", "z", "u"}}
      .write();
}

bool run(const std::string& file) {
  return fuzz::read_and_run(reinterpret_cast<const uint8_t*>(file.data()), file.size());
}

TEST(OnnxMutation, TheModelItselfIsSound) { EXPECT_TRUE(run(small_model())); }

TEST(OnnxMutation, CutAnywhere) {
  const std::string whole = small_model();
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(run(whole.substr(0, size))) << size;
}

TEST(OnnxMutation, ChangedAtRandom) {
  const std::string whole = small_model();
  std::mt19937 random(7);
  const uint8_t edges[] = {0, 1, 2, 127, 128, 255};
  int sound = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string file = whole;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % file.size();
      switch (random() % 4) {
        case 0:
          file[at] = char(random());
          break;
        case 1:
          file[at] = char(edges[random() % std::size(edges)]);
          break;
        case 2:  // a part of it elsewhere
          file.insert(at, whole.substr(random() % whole.size(), random() % 64));
          break;
        default:
          file.erase(at, 1 + random() % 8);
      }
      if (file.empty()) break;
    }
    sound += run(file);
  }
  EXPECT_GT(sound, 100);  // enough of them come through to be run
}

}  // namespace
}  // namespace visavis
