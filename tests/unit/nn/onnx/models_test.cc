// nn/onnx: two models of OpenCV's collection, with weights in blocks of eight bits, give what ONNX Runtime gives of the same
// noise. tests/conformance/onnx_compare.py compares all numbers, on photographs too.
#include <cmath>
#include <filesystem>

#include "models/places.h"
#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "support/fixtures.h"

namespace visavis {
namespace {

// Bytes from 0 to 255 that look like chance.
Tensor noise(int height, int width) {
  Tensor made;
  made.resize(1, 3, height, width);
  for (size_t i = 0; i < made.values.size(); ++i) made.values[i] = float(uint32_t(i * 2654435761u) >> 24);
  return made;
}

class OnnxModels : public testing::Test {
 protected:
  // Skips the test where the file is not.
  void read(const char* name) {
    const std::filesystem::path path = std::filesystem::path(user_cache_directory()) / name;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: it is one of OpenCV's model zoo";
    network_ = read_onnx(read_file(path, 1 << 28));
  }

  std::vector<Tensor> run(const Tensor& input) const {
    std::vector<Tensor> outputs(network_.outputs.size());
    make_reference_runner(network_)->run_all(input, outputs, 1);
    return outputs;
  }

  Network network_;
};

constexpr float kNear = 1e-5f;

TEST_F(OnnxModels, SFace) {
  read("face_recognition_sface_2021dec_int8bq.onnx");
  if (IsSkipped()) return;
  EXPECT_EQ(network_.input, (Shape{1, 3, 112, 112}));
  const Tensor out = run(noise(112, 112))[0];
  EXPECT_EQ(static_cast<const Shape&>(out), (Shape{1, 128, 1, 1}));
  EXPECT_NEAR(out.values[0], -0.0946564f, kNear);
  EXPECT_NEAR(out.values[1], 0.152541f, kNear);
  EXPECT_NEAR(out.values[2], -0.408945f, kNear);
  EXPECT_NEAR(out.values[3], 0.161258f, kNear);
  EXPECT_NEAR(out.values[127], 0.0659868f, kNear);
}

TEST_F(OnnxModels, YuNetInASizeThatIsNotItsOwn) {
  read("face_detection_yunet_2023mar_int8bq.onnx");
  if (IsSkipped()) return;
  EXPECT_EQ(network_.input, (Shape{1, 3, 640, 640}));
  struct Expected {
    const char* name;
    int rows, columns;
    float first, middle, last;
  };
  const Expected expected[] = {{"cls_8", 96, 1, 0.605508f, 0.60428f, 0.553251f},
                               {"cls_16", 24, 1, 0.538786f, 0.507947f, 0.476568f},
                               {"cls_32", 6, 1, 0.523674f, 0.522852f, 0.545458f},
                               {"obj_8", 96, 1, 2.08616e-07f, 8.64267e-07f, 8.64267e-07f},
                               {"obj_16", 24, 1, 3.78788e-05f, 1.16229e-06f, 2.03252e-05f},
                               {"obj_32", 6, 1, 2.25306e-05f, 6.45518e-05f, 7.89464e-05f},
                               {"bbox_8", 96, 4, 0.28775f, 0.243977f, 1.06329f},
                               {"bbox_16", 24, 4, 0.474387f, 0.399389f, 0.0150352f},
                               {"bbox_32", 6, 4, 0.981337f, 0.833648f, 0.978097f},
                               {"kps_8", 96, 10, -0.114886f, 0.374062f, 0.714568f},
                               {"kps_16", 24, 10, 0.224729f, 0.202409f, 0.556711f},
                               {"kps_32", 6, 10, 0.207174f, 0.154023f, 1.05347f}};
  const std::vector<Tensor> outputs = run(noise(64, 96));
  ASSERT_EQ(outputs.size(), std::size(expected));
  for (size_t i = 0; i < outputs.size(); ++i) {
    const Tensor& out = outputs[i];
    EXPECT_EQ(network_.outputs[i].name, expected[i].name);
    EXPECT_EQ(static_cast<const Shape&>(out), (Shape{1, expected[i].rows, expected[i].columns, 1}));
    EXPECT_NEAR(out.values.front(), expected[i].first, kNear);
    EXPECT_NEAR(out.values[out.values.size() / 2], expected[i].middle, kNear);
    EXPECT_NEAR(out.values.back(), expected[i].last, kNear);
  }
}

}  // namespace
}  // namespace visavis
