// What the tests of the C++ layer share: a folder of their own, models and photos of this machine, embeddings.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "visavis/visavis.hpp"

namespace scratch {

// An empty folder, gone with its owner.
class Folder {
 public:
  Folder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("visavis_cpp_") + test->test_suite_name() + "_" + test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline bool have_models() {
  for (const visavis::ModelInfo& model : visavis::Models())
    if (!model.optional && !model.path) return false;
  return true;
}

// A sample photo; "" when it is not on this machine.
inline std::string photo(const std::string& name) {
  const char* given = std::getenv("VISAVIS_PHOTOS");
  const std::filesystem::path directory =
      given ? std::filesystem::path(given)
            : std::filesystem::path(visavis::Models().directory()).parent_path() / "photos";
  return std::filesystem::exists(directory / name) ? (directory / name).string() : "";
}

// An embedding like no face's: 0.01 more in all numbers is 0.113 away.
inline std::vector<float> flat(float value) {
  std::vector<float> embedding(VAV_EMBEDDING_DIM, value);
  embedding[0] += 1.3f;  // as long as one of a face
  return embedding;
}

// The code that `body` fails with; VAV_OK when it does not.
template <class Body>
vav_status code_of(Body&& body) {
  try {
    body();
  } catch (const visavis::Error& error) {
    EXPECT_STRNE(error.what(), "");
    EXPECT_STREQ(error.name(), vav_status_name(error.code()));
    return error.code();
  }
  return VAV_OK;
}

}  // namespace scratch

// First line of a test on real photos.
#define SKIP_WITHOUT_MODELS_AND_PHOTOS()                               \
  if (!scratch::have_models() || scratch::photo("obama3.jpg").empty()) \
  GTEST_SKIP() << "no models or sample photos on this machine: run visavis models fetch --photos"
