// base/text: what is UTF-8 and what is not, by RFC 3629.
#include "base/text.h"

#include <gtest/gtest.h>

#include "support/fixtures.h"

namespace visavis {
namespace {

using testing_support::error_of;

TEST(Text, AcceptsEveryLength) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("Ada"));
  EXPECT_TRUE(is_utf8("Zoë Łukasz 東京 \xF0\x9F\x98\x80"));
  EXPECT_TRUE(is_utf8("\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEF\xBF\xBF\xF4\x8F\xBF\xBF"));
}

TEST(Text, RefusesWhatRfc3629Forbids) {
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "abc\xC3", "\xE2\x82", "\xC3\x28"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(Text, BlankIsWhateverCannotBeSeen) {
  for (const char* blank : {"", " ", "\t\n", "\u00A0", "\u200B\u2060", "\uFEFF", "\u3164", "\u115F\u1160", "\uFFA0",
                            "\u2800", "\uFE0F", "\u00AD"})
    EXPECT_TRUE(is_blank(blank)) << blank;
  for (const char* seen : {"a", " a ", "\u3164a", "\u2801", "\u4E2D", "-"}) EXPECT_FALSE(is_blank(seen)) << seen;
}

TEST(Text, CheckedTextNamesWhatIsWrong) {
  EXPECT_EQ(checked_text("Ada", 3, "name"), "Ada");
  EXPECT_EQ(error_of([] { checked_text(nullptr, 3, "name"); }).code(), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(error_of([] { checked_text("Adam", 3, "name"); }).code(), VAV_E_INVALID_ARGUMENT);
  const Error bad = error_of([] { checked_text("\xFF", 3, "name"); });
  EXPECT_EQ(bad.code(), VAV_E_TEXT_ENCODING);
  EXPECT_STREQ(bad.what(), "name is not valid UTF-8");
}

}  // namespace
}  // namespace visavis
