// image/sniff: the three kinds taken, and the words for what people give instead.
#include "image/sniff.h"

#include <gtest/gtest.h>

#include <string_view>

namespace visavis {
namespace {

using namespace std::literals;

std::string sniffed(std::string_view text) {
  return sniff({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(Sniff, TheThreeKinds) {
  EXPECT_EQ(sniffed("\xFF\xD8\xFF\xE0"), "JPEG");
  EXPECT_EQ(sniffed("\x89PNG\r\n\x1A\n"), "PNG");
  EXPECT_EQ(sniffed("RIFF\x10\0\0\0WEBPVP8 "sv), "WebP");
}

TEST(Sniff, OthersByName) {
  EXPECT_EQ(sniffed("GIF89a"), "GIF");
  EXPECT_EQ(sniffed("BM"), "BMP");
  EXPECT_EQ(sniffed(std::string_view("\0\0\0\x18"
                                     "ftypcrx ",
                                     12)),
            "a camera's raw picture (Canon CR3)");
  EXPECT_EQ(sniffed("\0\0\0\x18"
                    "ftypheic"sv),
            "HEIC");
  EXPECT_EQ(sniffed("%PDF-1.7"), "a PDF");
  for (const auto start : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv}) EXPECT_EQ(sniffed(start), "TIFF");
  EXPECT_EQ(sniffed("II*\0\x10\0\0\0CR\2\0"sv), "a camera's raw picture (Canon CR2)");
  EXPECT_EQ(sniffed("<!DOCTYPE html>"), "a web page");
  EXPECT_EQ(sniffed("RIFF\x10\0\0\0AVI LIST"sv), "a video");
}

TEST(Sniff, PartsOfASignatureAreNotIt) {
  for (const auto text : {"\xFF\xD8"sv, "\x89PNG\r\n"sv, "RIFF\x10\0\0\0WEB"sv, "x"sv})
    EXPECT_EQ(sniffed(text), "not a picture of a known format");
  EXPECT_EQ(sniffed(""), "empty, without a single byte");
}

}  // namespace
}  // namespace visavis
