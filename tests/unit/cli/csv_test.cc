// The table reader: what RFC 4180 allows is read, all else is an error that names the line.
#include "cli/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace visavis::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string error_of(std::string_view text) {
  try {
    parse_csv(text, "pairs.csv");
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Csv, ReadsHeaderAndRowsWithTheirLines) {
  const CsvTable table = parse_csv("a,b\n1,2\n\n3,\n", "pairs.csv");
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[0].fields, ElementsAre("1", "2"));
  EXPECT_THAT(table.rows[1].fields, ElementsAre("3", ""));
  EXPECT_EQ(table.rows[1].line, 4);
  EXPECT_EQ(table.column("b"), 1u);
  EXPECT_FALSE(table.column("c"));
}

TEST(Csv, TakesCrlfByteOrderMarkAndNoFinalLineEnd) {
  const CsvTable table = parse_csv(
      "\xEF\xBB\xBF"
      "a,b\r\n1,2\r\n3,4",
      "pairs.csv");
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_THAT(table.rows[1].fields, ElementsAre("3", "4"));
}

TEST(Csv, QuotesKeepCommasLineEndsAndQuotes) {
  const CsvTable table = parse_csv("\"a\",b\n\"x, y\",\"say \"\"hi\"\"\nthere\"\n1,2\n", "pairs.csv");
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows.at(0).fields, ElementsAre("x, y", "say \"hi\"\nthere"));
  EXPECT_EQ(table.rows.at(1).line, 4);
}

TEST(Csv, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(error_of(""), HasSubstr("pairs.csv: empty"));
  EXPECT_THAT(error_of("a,b\n1\n"), HasSubstr("pairs.csv, line 2: 1 fields where the header has 2"));
  EXPECT_THAT(error_of("a,b\n1,2,3\n"), HasSubstr("line 2: 3 fields"));
  EXPECT_THAT(error_of("a,b\n1,\"2\n"), HasSubstr("line 2: a quote is opened"));
  EXPECT_THAT(error_of("a,b\n1,\"2\"x\n"), HasSubstr("line 2: text after a closing quote"));
  EXPECT_THAT(error_of("a,b\n1,2\"\n"), HasSubstr("line 2: a quote inside a field"));
  EXPECT_THAT(error_of("a,a\n1,2\n"), HasSubstr("line 1: two columns have the same name"));
  EXPECT_THAT(error_of(std::string_view("a,b\n\0,2\n", 8)), HasSubstr("line 2: a NUL byte"));
  EXPECT_THAT(error_of("a,b\r1,2\r"), HasSubstr("line 1: a carriage return"));
}

TEST(Csv, WhatIsWrittenIsNoFormulaAndComesBack) {
  for (const std::string text :
       {"Ada", "", "'", "'Ada", "=1+1", "'=1", "''-", "+49", "@x", "-", "\t", "a=b", "a,\"b\"\n"}) {
    const std::string cell = harmless_cell(text);
    const CsvTable table = parse_csv("a,b\n" + cell + ",\n", "t.csv");
    EXPECT_EQ(cell_of(table.rows.at(0).fields[0]), text);
    EXPECT_TRUE(cell.empty() || std::string("=+-@\t").find(cell[0]) == std::string::npos) << cell;
  }
  EXPECT_EQ(harmless_cell("=1"), "'=1");
  EXPECT_EQ(error_of("a;b\n1;2\n"),
            "pairs.csv, line 1: the columns are separated by semicolons or tabs: save the table with commas");
}

TEST(Csv, AMissingFileIsAnError) { EXPECT_THROW(read_csv("no such file.csv"), std::runtime_error); }

}  // namespace
}  // namespace visavis::cli
