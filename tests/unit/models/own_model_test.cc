// models/own_model: cards, and what is refused of them; names; recipes; files that come and go.
#include "models/own_model.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "pipeline/engine.h"
#include "pipeline/own_model_trial.h"
#include "support/fixtures.h"
#include "unit/nn/onnx/arcface_model.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing_support::arcface_like_model;
using testing_support::error_of;

std::span<const uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

OwnModel tried(const std::string& name = "mine", unsigned seed = 1) {
  OwnModel model;
  model.name = name;
  try_own_model(model, bytes_of(arcface_like_model(seed)));
  return model;
}

std::string replaced(std::string text, const std::string& a, const std::string& b) {
  return text.replace(text.find(a), a.size(), b);
}

class OwnModels : public testing::Test {
 protected:
  void SetUp() override {
    if (backend_names().front() != "onednn") GTEST_SKIP() << "the reference is slow";
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  ModelFiles files() const { return ModelFiles(folder_, true); }

  const std::string folder_ = (fs::temp_directory_path() / ("own_models_" + std::to_string(getpid()))).string();
};

TEST(OwnModelNames, AreShortPlainAndNobodyElses) {
  for (const char* name : {"mine", "r50", "0", "a-b_c"}) EXPECT_TRUE(is_own_name(name)) << name;
  for (const char* name :
       {"", "A", "-a", "a/b", "../a", "a.b", "a b", "ä", "dlib", "opencv-zoo", "dlib_face_recognition_resnet_model_v1"})
    EXPECT_FALSE(is_own_name(name)) << name;
  EXPECT_FALSE(is_own_name(std::string(65, 'a')));
}

// Whoever may write into the folder of the models could make every program wait for ever.
TEST(OwnModelCards, WhatIsNoOrdinaryFileIsRefusedAndNotWaitedFor) {
  const fs::path folder = fs::temp_directory_path() / ("own_cards_" + std::to_string(getpid()));
  const fs::path card = folder / "mine.card.json";
  fs::create_directories(folder);
  ModelFiles files(folder.string(), true);
  ASSERT_EQ(mkfifo(card.c_str(), 0600), 0);
  const Error pipe = error_of([&] { open_set("mine", files); });
  EXPECT_EQ(pipe.code(), VAV_E_IO);
  EXPECT_THAT(pipe.what(), HasSubstr("mine.card.json"));
  fs::remove(card);
  fs::create_directory(card);
  EXPECT_EQ(error_of([&] { open_set("mine", files); }).code(), VAV_E_IO);
  fs::remove(card);
  std::ofstream(card) << std::string(100'000, ' ');
  EXPECT_EQ(error_of([&] { open_set("mine", files); }).code(), VAV_E_MODEL_ALTERED);
  fs::remove_all(folder);
}

TEST_F(OwnModels, ACardSaysAllOfIt) {
  OwnModel model = tried();
  model.blue_first = true;
  model.mean = {1.1f, 0, -3.25f};
  model.threshold = 1.05f;
  model.license = "MIT";
  const OwnModel again = read_card("mine", write_card(model));
  EXPECT_EQ(write_card(again), write_card(model));
  EXPECT_EQ(again.mean, model.mean);
  EXPECT_EQ(again.scale, model.scale);
  EXPECT_EQ(again.length, 512);
}

TEST_F(OwnModels, WhateverACardCannotSayIsRefused) {
  const std::string card = write_card(tried());
  const auto code = [&](const std::string& a, const std::string& b) {
    return error_of([&] { read_card("mine", replaced(card, a, b)); }).code();
  };
  EXPECT_EQ(code("\"length\":512", "\"length\":513"), VAV_OK) << "is found out when it runs";
  for (const auto& [a, b] :
       std::vector<std::pair<std::string, std::string>>{{"card 1", "card 2"},
                                                        {"\"input_size\":112", "\"input_size\":100000"},
                                                        {"\"input_size\":112", "\"input_size\":\"112\""},
                                                        {"\"input_size\":112", "\"input_size\":-1"},
                                                        {"\"mean_1\":\"127.5\"", "\"mean_1\":\"nan\""},
                                                        {"\"mean_1\":\"127.5\"", "\"mean_1\":\"1e30\""},
                                                        {"\"mean_1\":\"127.5\"", "\"mean_1\":\"\""},
                                                        {"\"mean_1\":\"127.5\",", ""},
                                                        {"\"scale\":", "\"scale_\":"},
                                                        {"\"length\":512", "\"length\":63"},
                                                        {"\"length\":512", "\"length\":4096"},
                                                        {"\"threshold\":\"0\"", "\"threshold\":\"60\""},
                                                        {"\"threshold\":\"0\"", "\"threshold\":\"-1\""},
                                                        {"cosine", "manhattan"},
                                                        {"arcface", "dlib"},
                                                        {"\"colour\":\"rgb\"", "\"colour\":\"rgb\",\"more\":1"},
                                                        {"\"sha256\":\"", "\"sha256\":\"x"},
                                                        {"\"size\":", "\"size\":-"},
                                                        {"{", "[{"},
                                                        {"}", ""}})
    EXPECT_EQ(code(a, b), VAV_E_MODEL_ALTERED) << a << " -> " << b;
}

TEST_F(OwnModels, IsASetOfItsOwnWhoseRecipeSaysHowItIsUsed) {
  const std::string bytes = arcface_like_model();
  OwnModel model = tried();
  ModelFiles here = files();
  install_own_model(here, model, bytes_of(bytes));
  EXPECT_EQ(error_of([&] { install_own_model(here, model, bytes_of(bytes)); }).code(), VAV_E_ALREADY_EXISTS);
  const auto set = open_set("mine", here);
  EXPECT_EQ(here.entry("mine").license, "not said");
  const Recipe recipe = recipe_of(*set, here);
  EXPECT_EQ(recipe.scoring,
            "set=own,chip=112,template=arcface,colour=rgb,mean=127.5/127.5/127.5,scale=0.007843138;"
            "metric=cosine;length=512");
  EXPECT_EQ(embedding_length(recipe), 512u);
  EXPECT_EQ(compat_threshold(recipe), 0);
  EXPECT_STREQ(set_of(recipe), "");
  EXPECT_EQ(template_range(recipe).least_norm, kZooScoring.least_norm);
  OwnModel other = model;
  other.mean[2] = 127;
  EXPECT_NE(recipe_of(*make_own_set(other), here), recipe);
  other = model, other.cosine = false;
  EXPECT_EQ(template_range(recipe_of(*make_own_set(other), here)).least_norm, 0);

  remove_own_model(here, "mine");
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_EQ(error_of([&] { remove_own_model(here, "mine"); }).code(), VAV_E_MODEL_NOT_FOUND);
  EXPECT_EQ(error_of([&] { remove_own_model(here, "../x"); }).code(), VAV_E_MODEL_NOT_FOUND);
  ModelFiles after = files();
  EXPECT_EQ(error_of([&] { open_set("mine", after); }).code(), VAV_E_MODEL_UNKNOWN);
}

TEST_F(OwnModels, NumbersThatNoNetworkTakesAreRefused) {
  OwnModel model = tried();
  const auto said = [&](float mean, float scale) {
    model.mean = {mean, mean, mean}, model.scale = scale;
    return std::string(error_of([&] { check_own_model(model); }).what());
  };
  for (const auto& [mean, scale] :
       std::vector<std::pair<float, float>>{{127.5f, 127.5f}, {0, 255}, {1000, 1}, {0, 1e-4f}})
    EXPECT_THAT(said(mean, scale), HasSubstr("(pixel - mean) * scale")) << mean << ' ' << scale;
  for (const auto& [mean, scale] : std::vector<std::pair<float, float>>{
           {127.5f, 1 / 127.5f}, {127.5f, 1 / 128.f}, {0, 1}, {0, 1 / 255.f}, {123.7f, 1 / 58.f}, {127.5f, 1}})
    EXPECT_EQ(said(mean, scale), "") << mean << ' ' << scale;
}

TEST_F(OwnModels, SomebodyElsesFileIsNotWrittenOver) {
  const std::string mine = arcface_like_model(1);
  fs::create_directories(folder_);
  const auto put = [&](const std::string& bytes) { std::ofstream(folder_ + "/mine.onnx", std::ios::binary) << bytes; };
  std::string other = mine;
  other[other.size() / 2] ^= 1;
  for (const std::string& bytes : {other, mine + "x", std::string("somebody else's")}) {
    put(bytes);
    EXPECT_EQ(error_of([&] { install_own_model(files(), tried(), bytes_of(mine)); }).code(), VAV_E_ALREADY_EXISTS);
    EXPECT_EQ(fs::file_size(folder_ + "/mine.onnx"), bytes.size());
    EXPECT_FALSE(fs::exists(folder_ + "/mine.card.json"));
  }
  put(mine);  // what a killed program has left, or the very file that is added
  EXPECT_NO_THROW(install_own_model(files(), tried(), bytes_of(mine)));
}

TEST_F(OwnModels, WhatIsGoneIsAddedAgainAndNotFetched) {
  ModelFiles here = files();
  install_own_model(here, tried(), bytes_of(arcface_like_model(1)));
  open_set("mine", here);
  for (const char* change : {"altered", "gone"}) {
    if (change == std::string("altered")) std::ofstream(folder_ + "/mine.onnx") << "x";
    if (change == std::string("gone")) fs::remove(folder_ + "/mine.onnx");
    const Error failed = error_of([&] { here.verify(here.entry("mine")); });
    EXPECT_THAT(failed.what(), HasSubstr("visavis models add FILE --as mine"));
    EXPECT_THAT(failed.what(), testing::Not(HasSubstr("models fetch")));
  }
}

TEST_F(OwnModels, AnAlteredFileOrAWrongLengthRunsNever) {
  OwnModel model = tried();
  ModelFiles here = files();
  install_own_model(here, model, bytes_of(arcface_like_model(2)));  // not the one that was tried
  const auto embed = [&] {
    const auto again = std::make_shared<ModelFiles>(folder_, true);
    const auto set = open_set("mine", *again);
    const std::vector<uint8_t> chip(size_t{112} * 112 * 3, 100);
    return Engine(again, 1, Backend::automatic, 0, set).embed_chips(chip.data(), 1)[0];
  };
  EXPECT_EQ(error_of(embed).code(), VAV_E_MODEL_ALTERED);
  remove_own_model(here, "mine");
  model.length = 256;
  install_own_model(here, model, bytes_of(arcface_like_model(1)));
  EXPECT_EQ(error_of(embed).code(), VAV_E_MODEL_ALTERED);
  remove_own_model(here, "mine");
  model.length = 512;
  install_own_model(here, model, bytes_of(arcface_like_model(1)));
  const Embedding embedding = embed();
  double squares = 0;
  for (const float value : embedding) squares += double{value} * double{value};
  EXPECT_EQ(embedding.size(), 512u);
  EXPECT_NEAR(squares, 1, 1e-5);
}

TEST_F(OwnModels, IsTriedBeforeAnythingIsKept) {
  OwnModel model;
  model.name = "mine";
  const auto trying = [&](const std::string& bytes) {
    return error_of([&] { try_own_model(model, bytes_of(bytes)); });
  };
  EXPECT_EQ(trying("no ONNX").code(), VAV_E_MODEL_ALTERED);
  EXPECT_THAT(trying(arcface_like_model(1, 63)).what(), HasSubstr("63 numbers"));
  EXPECT_THAT(trying(arcface_like_model(1, 2049)).what(), HasSubstr("2049 numbers"));
  EXPECT_THAT(trying(arcface_like_model(1, 512, 128)).what(), HasSubstr("128 x 128"));
  model.input_size = 128;
  EXPECT_EQ(trying(arcface_like_model(1, 512, 128)).code(), VAV_OK);
}

}  // namespace
}  // namespace visavis
