// base/flat_json: what is flat is taken and comes back, everything else is refused without memory or stack.
#include "base/flat_json.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace visavis {
namespace {

TEST(FlatJson, WhatIsWrittenIsRead) {
  const std::string text = write_flat_json({{"n", nullptr},
                                            {"t", true},
                                            {"i", int64_t{-9007199254740992}},
                                            {"d", 0.1},
                                            {"s", std::string("a\"\n\xC3\xA9")},
                                            {"l", std::vector<std::string>{"x", ""}},
                                            {"e", std::vector<std::string>{}}});
  EXPECT_EQ(text, R"({"n":null,"t":true,"i":-9007199254740992,"d":0.1,"s":"a\"\u000aé","l":["x",""],"e":[]})");
  const auto members = parse_flat_json(text);
  EXPECT_EQ(members.size(), 7u);
  EXPECT_EQ(members.at("i"), FlatValue(int64_t{-9007199254740992}));
  EXPECT_EQ(members.at("d"), FlatValue(0.1));
  EXPECT_EQ(members.at("s"), FlatValue(std::string("a\"\n\xC3\xA9")));
  EXPECT_EQ(members.at("l"), FlatValue(std::vector<std::string>{"x", ""}));
}

TEST(FlatJson, EverythingElseIsRefused) {
  for (const char* text : {"",
                           "1",
                           "\"x\"",
                           "[]",
                           "null",
                           "{",
                           "{}{}",
                           "{},{}",
                           "{}],[{}",
                           "{},\"xxx\"",
                           "],[{}",
                           "{}]",
                           "[{}",
                           R"({"a":{}})",
                           R"({"a":[[]]})",
                           R"({"a":[1]})",
                           R"({"a":[null]})",
                           R"({"a":[{}]})",
                           R"({"a":1e999})",
                           R"({"a":18446744073709551615})"})
    EXPECT_THROW(parse_flat_json(text), std::invalid_argument) << text;
}

TEST(FlatJson, NestingIsRefusedAtOnceHoweverDeep) {
  constexpr size_t kDeep = 8'000'000;
  for (const std::string inner : {"[", "{\"a\":"}) {
    std::string text = "{\"a\":";
    for (size_t i = 0; i < kDeep / inner.size(); ++i) text += inner;
    EXPECT_THROW(parse_flat_json(text), std::invalid_argument);
    EXPECT_THROW(json_depth(text, 64), std::invalid_argument);
  }
  EXPECT_EQ(json_depth(R"({"a":[{"b":[]}],"c":[]})", 4), 4);
}

}  // namespace
}  // namespace visavis
