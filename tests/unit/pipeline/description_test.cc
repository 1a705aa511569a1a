// pipeline/description: the JSON which `visavis doctor` and bindings read.
#include "pipeline/description.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace visavis {
namespace {

TEST(Description, NamesVersionsAndTheMachine) {
  const auto d = nlohmann::json::parse(describe("1.2.3", {"fast", "dlib"}));
  EXPECT_EQ(d["version"], "1.2.3");
  for (const char* name : {"dlib", "opencv", "sqlite", "libjpeg-turbo", "libpng", "libwebp", "libsodium"})
    EXPECT_TRUE(d["dependencies"][name].is_string()) << name;
  EXPECT_GE(d["cpu"]["threads"], 1);
  EXPECT_EQ(d["backends"], (nlohmann::json{"fast", "dlib"}));
  EXPECT_EQ(d["detectors"], (nlohmann::json{"hog", "cnn", "yunet"}));
}

}  // namespace
}  // namespace visavis
