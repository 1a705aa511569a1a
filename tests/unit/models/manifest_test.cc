// models/manifest: the entries compiled in are whole, and licences are said.
#include "models/manifest.h"

#include <nlohmann/json.hpp>
#include <set>

#include "support/fixtures.h"

namespace visavis {
namespace {

using testing_support::error_of;

TEST(Manifest, EveryEntryIsWhole) {
  std::set<std::string> ids;
  for (const ModelEntry& model : manifest_models()) {
    EXPECT_TRUE(ids.insert(model.id).second) << model.id;
    EXPECT_EQ(model.sha256.size(), 64u) << model.id;
    EXPECT_EQ(model.sha256.find_first_not_of("0123456789abcdef"), std::string::npos) << model.id;
    EXPECT_GT(model.size, 0) << model.id;
    EXPECT_EQ(std::filesystem::path(model.file).filename(), model.file) << "a file name, not a path";
    EXPECT_FALSE(model.license.empty() || model.source.empty() || model.purpose.empty()) << model.id;
    EXPECT_FALSE(model.training_data.empty()) << model.id;
  }
}

TEST(Manifest, TheTableSaysWhatTheTextSays) {
  const auto text = nlohmann::json::parse(kManifestJson).at("models");
  ASSERT_EQ(manifest_models().size(), text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const ModelEntry& model = manifest_models()[i];
    const nlohmann::json said = {
        {"id", model.id},         {"file", model.file},       {"sha256", model.sha256},
        {"size", model.size},     {"license", model.license}, {"optional", model.optional},
        {"source", model.source}, {"purpose", model.purpose}, {"training_data", model.training_data}};
    for (const auto& [member, value] : said.items()) EXPECT_EQ(text[i].at(member), value) << model.id;
  }
}

TEST(Manifest, WhatIsNotPublicDomainIsOptional) {
  for (const ModelEntry& model : manifest_models()) EXPECT_EQ(model.optional, model.license != "CC0-1.0") << model.id;
  for (const char* id : {kEmbeddingModel, kLandmarkModel, kCnnDetectorModel})
    EXPECT_FALSE(manifest_model(id).optional) << id;
}

TEST(Manifest, AnUnknownIdNamesTheKnownOnes) {
  const Error e = error_of([] { manifest_model("no_such_model"); });
  EXPECT_EQ(e.code(), VAV_E_MODEL_UNKNOWN);
  EXPECT_NE(std::string(e.what()).find(kEmbeddingModel), std::string::npos);
}

}  // namespace
}  // namespace visavis
