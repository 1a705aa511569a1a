// models/model_files: files are found in order, refused when altered, installed only when right, loaded once.
#include "models/model_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/new_file.h"
#include "support/fixtures.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing_support::error_of;

bool says(const Error& e, const std::string& part) { return std::string(e.what()).find(part) != std::string::npos; }

class ModelFilesTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "visavis-modèles XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  // The real file, or "" where it was not fetched.
  std::string real() const { return testing_support::models()->find(model_); }
  ModelFiles here() const { return ModelFiles(folder_.string(), /*skip_user_cache=*/true); }

  const ModelEntry& model_ = manifest_model(kCnnDetectorModel);
  fs::path folder_;
};

TEST_F(ModelFilesTest, AMissingFileNamesFilePlacesHashAndTheCommandThatMendsIt) {
  const Error e = error_of([&] { here().verify(model_); });
  EXPECT_EQ(e.code(), VAV_E_MODEL_NOT_FOUND);
  EXPECT_TRUE(says(e, model_.file)) << e.what();
  EXPECT_TRUE(says(e, folder_.string())) << e.what();
  EXPECT_TRUE(says(e, model_.sha256)) << e.what();
  EXPECT_TRUE(says(e, "visavis models fetch")) << e.what();
}

TEST_F(ModelFilesTest, AnAlteredFileIsRefusedBeforeItIsParsed) {
  if (real().empty()) GTEST_SKIP() << "the model is not on this machine: run visavis models fetch";
  auto bytes = read_file(real(), 1 << 28);
  bytes[bytes.size() / 2] ^= 1;
  write_file_atomically((folder_ / model_.file).string(), bytes);
  bool parsed = false;
  const Error e = error_of([&] {
    here().load<int>(kCnnDetectorModel, 0, [&](const std::vector<char>&) {
      parsed = true;
      return std::make_unique<int>(1);
    });
  });
  EXPECT_EQ(e.code(), VAV_E_MODEL_ALTERED);
  EXPECT_TRUE(says(e, model_.sha256)) << e.what();
  EXPECT_FALSE(parsed);
}

TEST_F(ModelFilesTest, ATruncatedAndALongFileAreRefused) {
  std::ofstream(folder_ / model_.file) << "short";
  EXPECT_EQ(error_of([&] { here().verify(model_); }).code(), VAV_E_MODEL_ALTERED);
  fs::resize_file(folder_ / model_.file, uintmax_t(model_.size) + 1);
  EXPECT_EQ(error_of([&] { here().verify(model_); }).code(), VAV_E_MODEL_ALTERED);
}

TEST_F(ModelFilesTest, WhatIsNoFileIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(mkfifo((folder_ / model_.file).c_str(), 0600), 0);
  EXPECT_EQ(error_of([&] { here().verify(model_); }).code(), VAV_E_MODEL_ALTERED);
  EXPECT_EQ(error_of([&] { here().install(model_, (folder_ / model_.file).string()); }).code(), VAV_E_MODEL_ALTERED);
  fs::remove(folder_ / model_.file);
  fs::create_directory(folder_ / model_.file);
  EXPECT_EQ(error_of([&] { here().verify(model_); }).code(), VAV_E_MODEL_ALTERED);
}

TEST_F(ModelFilesTest, InstallWritesOnlyTheManifestsBytes) {
  if (real().empty()) GTEST_SKIP() << "the model is not on this machine: run visavis models fetch";
  const fs::path target = folder_ / "new folder";
  const ModelFiles set(target.string(), true);
  std::ofstream(folder_ / "wrong") << "wrong";
  EXPECT_EQ(error_of([&] { set.install(model_, (folder_ / "wrong").string()); }).code(), VAV_E_MODEL_ALTERED);
  EXPECT_FALSE(fs::exists(target));
  set.install(model_, real());
  EXPECT_EQ(set.find(model_), (target / model_.file).string());
  set.verify(model_);
}

TEST_F(ModelFilesTest, LoadsOnceForAll) {
  if (real().empty()) GTEST_SKIP() << "the model is not on this machine: run visavis models fetch";
  const auto set = testing_support::models();
  int parsed = 0;
  const auto parse = [&](const std::vector<char>& bytes) {
    EXPECT_EQ(int64_t(bytes.size()), model_.size);
    return std::make_unique<int>(++parsed);
  };
  const auto first = set->load<int>(kCnnDetectorModel, 0, parse);
  EXPECT_EQ(set->load<int>(kCnnDetectorModel, 0, parse), first);
  EXPECT_EQ(parsed, 1);
}

}  // namespace
}  // namespace visavis
