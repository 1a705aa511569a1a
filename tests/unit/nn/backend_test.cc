// nn/backend: what is asked for is taken or refused, and the engine can say why.
#include "nn/backend.h"

#include <algorithm>

#include "support/fixtures.h"

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
