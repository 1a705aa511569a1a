// nn/backend: what is asked for is taken or refused, and the engine can say why.
#include "nn/backend.h"

#include <algorithm>
#include <cmath>

#include "nn/onnx/read_network.h"
#include "nn/reference_runner.h"
#include "support/fixtures.h"
#include "unit/nn/onnx/small_model.h"

namespace visavis {
namespace {

TEST(Backend, TheReferenceIsAlwaysThere) {
  const auto names = backend_names();
  EXPECT_EQ(names.back(), "dlib");
  EXPECT_EQ(choose_backend(Backend::dlib).backend, Backend::dlib);
}

TEST(Backend, AutomaticTakesThePreferredOneAndSaysWhy) {
  const BackendChoice choice = choose_backend(Backend::automatic);
  EXPECT_NE(choice.backend, Backend::automatic);
  EXPECT_EQ(choice.why.substr(0, choice.why.find(':')), backend_names().front());
}

TEST(Backend, WhatRunsHereIsTakenAndTheRestRefusedWithTheFix) {
  const auto names = backend_names();
  for (const std::string name : {"onednn", "opencv"}) {
    const Backend backend = testing_support::backend_named(name);
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      EXPECT_EQ(choose_backend(backend).backend, backend);
      continue;
    }
    const Error e = testing_support::error_of([&] { choose_backend(backend); });
    EXPECT_EQ(e.code(), VAV_E_UNSUPPORTED);
    EXPECT_NE(std::string(e.what()).find("Debian"), std::string::npos);
  }
}

Tensor pictures(int count, const Shape& shape) {
  Tensor made;
  made.resize(count, shape.channels, shape.height, shape.width);
  for (size_t i = 0; i < made.values.size(); ++i) made.values[i] = 3 * std::sin(float(i));
  return made;
}

std::vector<Tensor> outputs_of(const Runner& runner, const Tensor& input, size_t count, int threads) {
  std::vector<Tensor> outputs(count);
  runner.run_all(input, outputs, threads);
  return outputs;
}

TEST(Backend, OneDnnGivesWhatTheDefinitionGives) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "onednn") == names.end()) GTEST_SKIP() << "no oneDNN here";
  const std::string file = testing_support::small_model();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  const size_t count = network.outputs.size();
  const auto reference = make_reference_runner(network), runner = make_runner(Backend::onednn, network);
  const Tensor seven = pictures(7, network.input);
  const auto expected = outputs_of(*reference, seven, count, 1), got = outputs_of(*runner, seven, count, 2);
  for (size_t i = 0; i < count; ++i) {
    ASSERT_EQ(static_cast<const Shape&>(got[i]), static_cast<const Shape&>(expected[i]));
    for (size_t k = 0; k < got[i].values.size(); ++k)
      ASSERT_NEAR(got[i].values[k], expected[i].values[k], 1e-5f) << network.outputs[i].name << " " << k;
  }
  // A picture alone gives the same to the last bit.
  Tensor one = pictures(1, network.input);
  const auto alone = outputs_of(*runner, one, count, 1);
  for (size_t i = 0; i < count; ++i)
    EXPECT_TRUE(std::equal(alone[i].values.begin(), alone[i].values.end(), got[i].values.begin()));
}

TEST(Backend, OneDnnRefusesAnInputThatDoesNotFit) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "onednn") == names.end()) GTEST_SKIP() << "no oneDNN here";
  const std::string file = testing_support::small_model();
  const Network network = read_onnx({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
  const auto runner = make_runner(Backend::onednn, network);
  for (const Shape& shape : {Shape{1, 3, 6, 6}, Shape{1, 2, 7, 6}, Shape{1, 2, 1, 1}})
    EXPECT_EQ(
        testing_support::error_of([&] { outputs_of(*runner, pictures(1, shape), network.outputs.size(), 1); }).code(),
        VAV_E_INVALID_ARGUMENT);
}

TEST(Backend, OpenCvRefusesANetworkWithLayersThatItDoesNotRun) {
  const auto names = backend_names();
  if (std::find(names.begin(), names.end(), "opencv") == names.end()) GTEST_SKIP() << "no OpenCV here";
  Network network;
  network.layers.resize(1);
  network.layers[0].kind = LayerKind::sigmoid;
  const Error e = testing_support::error_of([&] { make_runner(Backend::opencv, network); });
  EXPECT_EQ(e.code(), VAV_E_UNSUPPORTED);
  EXPECT_NE(std::string(e.what()).find("sigmoid"), std::string::npos);

  network.layers[0].kind = LayerKind::global_average;
  network.outputs = {{0, "a"}, {0, "b"}};
  EXPECT_EQ(testing_support::error_of([&] { make_runner(Backend::opencv, network); }).code(), VAV_E_UNSUPPORTED);
}

}  // namespace
}  // namespace visavis
