// cli/encodings: .npy arrays and JSON from anywhere are taken exactly or refused with a reason.
#include "cli/encodings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace visavis::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

std::string npy(const std::string& header, const std::string& data, int version = 1) {
  std::string bytes("\x93NUMPY", 6);
  bytes += {char(version), 0};
  const size_t size = header.size();
  for (int k = 0; k < (version == 1 ? 2 : 4); ++k) bytes += char(size >> (8 * k));
  return bytes + header + data;
}

std::string dict(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }   \n";
}

std::string reason(const std::string& bytes) {
  try {
    parse_npy(bytes);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "taken";
}

TEST(Encodings, NumbersAndTextsOfAnArray) {
  const std::string halves("\0\0\0\x3f\0\0\0\xbf", 8), one("\0\0\0\0\0\0\xf0\x3f", 8);
  const NpyArray floats = parse_npy(npy(dict("<f4", "(1, 2)"), halves));
  EXPECT_THAT(floats.shape, ElementsAre(1, 2));
  EXPECT_THAT(floats.numbers, ElementsAre(0.5f, -0.5f));
  EXPECT_THAT(parse_npy(npy(dict("<f8", "(1,)"), one, 2)).numbers, ElementsAre(1.0f));
  const std::string ada("A\0\0\0\xe9\0\0\0\0\0\0\0\x00\xf6\x01\0\0\0\0\0\0\0\0\0", 24);
  EXPECT_THAT(parse_npy(npy(dict("<U3", "(2,)"), ada)).texts, ElementsAre("Aé", "😀"));
  EXPECT_THAT(parse_npy(npy(dict("|S3", "(2,)"), std::string("Bo\0Ada", 6))).texts, ElementsAre("Bo", "Ada"));
}

TEST(Encodings, OtherByteOrdersAndWholeNumbersAsNames) {
  EXPECT_THAT(parse_npy(npy(dict(">f4", "(1,)"), std::string("\x3f\0\0\0", 4))).numbers, ElementsAre(0.5f));
  EXPECT_THAT(parse_npy(npy(dict(">f8", "(1,)"), std::string("\x3f\xf0\0\0\0\0\0\0", 8))).numbers, ElementsAre(1.0f));
  EXPECT_THAT(parse_npy(npy(dict(">U1", "(1,)"), std::string("\0\0\0A", 4))).texts, ElementsAre("A"));
  EXPECT_THAT(parse_npy(npy(dict("<i4", "(2,)"), std::string("\x07\0\0\0\xff\xff\xff\xff", 8))).texts,
              ElementsAre("7", "-1"));
  EXPECT_THAT(parse_npy(npy(dict(">i8", "(1,)"), std::string("\0\0\0\0\0\0\1\0", 8))).texts, ElementsAre("256"));
  EXPECT_THAT(parse_npy(npy(dict("|u1", "(1,)"), "\xff")).texts, ElementsAre("255"));
  EXPECT_THAT(parse_npy(npy(dict("<f4", "(1, 1, 2)"), std::string(8, '\0'))).shape, ElementsAre(1, 1, 2));
}

TEST(Encodings, FortransOrder) {
  const std::string bytes("\0\1\2\3\4\5", 6);
  EXPECT_THAT(parse_npy(npy(dict("|u1", "(2, 3)", "True"), bytes)).texts, ElementsAre("0", "2", "4", "1", "3", "5"));
  EXPECT_THAT(parse_npy(npy(dict("|u1", "(3, 1, 2)", "True"), bytes)).texts, ElementsAre("0", "3", "1", "4", "2", "5"));
  EXPECT_THAT(parse_npy(npy(dict("|u1", "(6,)", "True"), bytes)).texts, ElementsAre("0", "1", "2", "3", "4", "5"));
  EXPECT_TRUE(parse_npy(npy(dict("|u1", "(0, 3)", "True"), "")).texts.empty());
}

TEST(Encodings, Csv) {
  std::string numbers;
  for (int i = 0; i < 128; ++i) numbers += ";0.25";
  const Encodings two = parse_csv_encodings("name;of;it\r\nAda" + numbers + "\r\n\"Bo; \"\"B\"\"\"" + numbers);
  EXPECT_THAT(two.names, ElementsAre("Ada", "Bo; \"B\""));
  EXPECT_THAT(two.lines, ElementsAre(2, 3));
  EXPECT_EQ(two.encodings[1][127], 0.25f);
  EXPECT_TRUE(parse_csv_encodings("").names.empty());
  EXPECT_THROW(parse_csv_encodings("name;0;1;2\nAda" + numbers), std::runtime_error) << "no heading: it has numbers";
  EXPECT_THROW(parse_csv_encodings("Ada;0,25;x\nAda" + numbers), std::runtime_error) << "no heading either";
  EXPECT_THROW(parse_csv_encodings("Ada" + numbers + "\nBo;1;2"), std::runtime_error);
}

std::string json_reason(const std::string& text) {
  try {
    parse_json_encodings(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "taken";
}

TEST(Encodings, WhatIsNoJsonIsToldWithItsPlaceAndReason) {
  const auto told = [](const char* begin, const char* place, const char* why) {
    const std::string text = std::string("{\"names\": [\"Zo\u00eb\"],\n \"encodings\": ") + begin;
    EXPECT_THAT(json_reason(text), AllOf(HasSubstr(place), HasSubstr(why))) << text;
    EXPECT_LT(json_reason(text).size(), 400u);
  };
  told("[[NaN]]}", "line 2, character 1", "no NaN");
  told("[[Infinity]]}", "line 2, character 1", "no infinity");
  told("[[1e400]]}", "line 2, character 17", "too large: 1e400");
  told("[[1]]} x", "line 2, character 2", "end of input");
  told("[[1]]", "line 2, character 20", "end of input");
  told("\"\\ud800\"}", "line 2, character 2", "surrogate");
  EXPECT_THAT(json_reason("{\"names\": [\"\xff\"]}"), AllOf(HasSubstr("line 1, character 13"), HasSubstr("UTF-8")));
  EXPECT_THAT(json_reason("{'names': []}"), HasSubstr("line 1, character 2"));
  EXPECT_THAT(json_reason("{" + std::string(5000, 'x')), HasSubstr("line 1, character 2"));
}

std::string csv_reason(const std::string& text) {
  try {
    parse_csv_encodings(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "taken";
}

TEST(Encodings, WhatIsInATableButNoRowIsToldWithItsLine) {
  std::string numbers;
  for (int i = 0; i < 128; ++i) numbers += ",0.25";
  const std::string ada = "Ada" + numbers + "\n";
  EXPECT_THAT(csv_reason(std::string("A\0da", 5) + numbers), AllOf(HasSubstr("line 1"), HasSubstr("NUL")));
  EXPECT_THAT(csv_reason(ada + std::string("\0\0", 2)), AllOf(HasSubstr("line 2"), HasSubstr("NUL")));
  EXPECT_THAT(csv_reason(ada + std::string("\"A\0da\"", 7) + numbers), AllOf(HasSubstr("line 2"), HasSubstr("NUL")));
  EXPECT_THAT(csv_reason("# made by hand\n" + ada), AllOf(HasSubstr("line 1"), HasSubstr("comments")));
  EXPECT_THAT(csv_reason(ada + "\n# the end\n"), AllOf(HasSubstr("line 3"), HasSubstr("comments")));
  EXPECT_EQ(csv_reason("#name" + std::string(128, ',') + "\n" + ada), "taken") << "a heading";
  EXPECT_THAT(csv_reason("Our faces\n" + ada), AllOf(HasSubstr("line 1"), HasSubstr("'Our faces'")));
}

TEST(Encodings, AShapeThatIsNoneIsToldAsThat) {
  for (const char* shape :
       {"(9223372036854775807, 128)", "(-1, 128)", "(20, 128", "(20, 128, )x", "(20.0, 128)",
        "(18446744073709551616, 128)", "()", "(1, 1, 20, 128)", "[20, 128]", "(20, 128), 'shape': (1,)"})
    EXPECT_THAT(reason(npy(dict("<f4", shape), std::string(512, '\0'))),
                AllOf(HasSubstr("shape"), HasSubstr("(n, 128)")))
        << shape;
}

TEST(Encodings, DeepJsonIsRefused) {
  EXPECT_THROW(parse_json_encodings(std::string(5'000'000, '[')), std::runtime_error);
  EXPECT_THROW(parse_json_encodings("{\"names\": " + std::string(2'000'000, '[') + std::string(2'000'000, ']') + "}"),
               std::runtime_error);
}

TEST(Encodings, WhatIsNoPlainArrayIsRefused) {
  EXPECT_THAT(reason(""), HasSubstr("no .npy"));
  EXPECT_THAT(reason(npy(dict("|O", "(1,)"), "x")), HasSubstr("pickle"));
  EXPECT_THAT(reason(npy(dict("<f2", "(1,)"), "ab")), HasSubstr("4 or 8"));
  EXPECT_THAT(reason(npy(dict("<c8", "(1,)"), "abcdefgh")), HasSubstr("neither"));
  EXPECT_THAT(reason(npy(dict("<i3", "(1,)"), "abc")), HasSubstr("unknown size"));
  EXPECT_THAT(reason(npy(dict("<U0", "(10000000, 10000000)"), "")), HasSubstr("empty texts"));
  EXPECT_THAT(reason(npy(dict("<U0", "(10000000,)"), "")), HasSubstr("empty texts"));
  EXPECT_EQ(reason(npy(dict("<U1", "(0,)") + std::string(9000, ' '), "")), "taken") << "padding is no depth";
  EXPECT_THAT(reason(npy(dict("<f4", "(2,)"), "abcd")), HasSubstr("not as long"));
  EXPECT_THAT(reason(npy(dict("<f4", "(999999999999, 999999999999)"), "abcd")), HasSubstr("larger"));
  EXPECT_THAT(reason(npy(dict("<U1", "(1,)"), std::string("\0\xd8\0\0", 4))), HasSubstr("no character"));
  EXPECT_THAT(reason(npy("{'descr': eval('x')}", "")), HasSubstr("neither"));
  const std::string good = npy(dict("<f4", "(1, 2)"), std::string(8, '\0'));
  for (size_t size = 0; size < good.size(); ++size) EXPECT_NE(reason(good.substr(0, size)), "taken") << size;
}

TEST(Encodings, Json) {
  std::string numbers = "[0";
  for (int i = 1; i < 128; ++i) numbers += ",0.25";
  numbers += "]";
  const Encodings two =
      parse_json_encodings(R"({"names": ["Ada", "Bo"], "encodings": [)" + numbers + "," + numbers + "]}");
  EXPECT_THAT(two.names, ElementsAre("Ada", "Bo"));
  EXPECT_EQ(two.encodings[1][127], 0.25f);
  const std::vector<std::string> wrong = {"x",
                                          "[]",
                                          R"({"names": []})",
                                          R"({"names": ["Ada"], "encodings": []})",
                                          R"({"names": ["Ada"], "encodings": [[1]]})",
                                          R"({"names": [1], "encodings": [)" + numbers + "]}"};
  for (const std::string& bad : wrong) EXPECT_THROW(parse_json_encodings(bad), std::runtime_error) << bad;
}

}  // namespace
}  // namespace visavis::cli
