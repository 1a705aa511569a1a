// gallery/metadata: JSON objects are taken, everything else is refused.
#include "gallery/store/metadata.h"

#include <gtest/gtest.h>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

TEST(Metadata, ObjectsAreTaken) {
  for (const char* text : {"{}", " {\"a\": [1, 2.5e3, null, true]} \n", "{\"größe\": {\"名\": \"\\u00e9\"}}"})
    EXPECT_NO_THROW(require_metadata(text)) << text;
  EXPECT_NO_THROW(require_metadata("{\"a\":" + std::string(60, '[') + std::string(60, ']') + "}"));
}

TEST(Metadata, EverythingElseIsRefused) {
  for (const char* text : {"", " ", "[]", "1", "\"{}\"", "null", "{", "{}{}", "{'a': 1}", "{\"a\": 1e999}", "{\"a\"}",
                           "{} x", "\xEF\xBB\xBF{}", "{\"a\": \"\xff\"}", "{/**/}"})
    EXPECT_EQ(code_of([&] { require_metadata(text); }), VAV_E_INVALID_ARGUMENT) << text;
}

TEST(Metadata, DepthIsBounded) {
  for (const size_t depth : {100u, 500'000u})
    EXPECT_EQ(code_of([&] { require_metadata("{\"a\":" + std::string(depth, '[')); }), VAV_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace visavis
