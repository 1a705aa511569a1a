// The way to a next version of the schema, gone before there is one: with the columns of columns.cc here, galleries of
// this version are brought up to date, and what is new is kept, proved, sealed anew and never made right.
#include "gallery/store/keyring.h"
#include "gallery/store/person_row.h"
#include "gallery/store/sealed_table.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using Rows = SealedTable::Rows;

const std::filesystem::path kFolder = VISAVIS_GALLERIES;

class NextVersion : public GalleryTest, public testing::WithParamInterface<std::string> {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    tamper(read_all(kFolder / (GetParam() + ".sql")));
    if (GetParam().find("plain") == std::string::npos) options_.key = std::make_shared<KeySource>(by_key(1));
    open();
  }
  std::unique_ptr<Gallery> open() const { return Gallery::open(path(), kRecipe, options_); }

  // As a Store of that version would do it.
  template <class Body>
  void behind_it(Body body) {
    Connection connection(path(), Connection::Access::write, 1000);
    connection.keep();
    const KeySource none;
    const KeySource& key = options_.key ? *options_.key : none;
    body(connection, Keyring::read(connection).codec(read_gallery_id(connection), kRecipe, key));
  }
  void write(Rows rows, const std::string& column, int64_t id, const std::string& text) {
    behind_it([&](Connection& connection, const Codec& codec) {
      const SealedTable& table = SealedTable::of(rows);
      StoredValue sealed;
      {
        Query row(connection, table.one);
        ASSERT_TRUE(row.bind(id).next());
        const ColumnRule& rule = *table.columns()[static_cast<size_t>(table.column(column))];
        sealed = codec.text(text, table.place_of(row, rule));
      }
      Query change(connection, "UPDATE " + table.name() + " SET " + column + " = ?2 WHERE id = ?1");
      change.bind(id).bind(sealed).next();
      if (table.has_tag()) tag_person_row(connection, codec, id);
    });
  }
  std::optional<std::string> read(Rows rows, const std::string& column, int64_t id) {
    std::optional<std::string> text;
    behind_it([&](Connection& connection, const Codec& codec) {
      const SealedTable& table = SealedTable::of(rows);
      Query row(connection, table.one);
      ASSERT_TRUE(row.bind(id).next());
      const int at = table.column(column);
      text = codec.text_of(row, at, table.place_of(row, *table.columns()[static_cast<size_t>(at)]));
    });
    return text;
  }

  GalleryOptions options_;
};

TEST_P(NextVersion, WhatIsNewIsEmptyAndThenKept) {
  EXPECT_EQ(read(Rows::person, "note", 5), std::nullopt);
  write(Rows::person, "note", 5, "watch the hat");
  write(Rows::template_, "origin", 6, "gate 2");
  EXPECT_THAT(open()->check(), IsEmpty());
  open()->update_person(5, {.name = "Renamed 5", .groups = {{"staff", "guards"}}});
  open()->leave_group(5, "guards");
  EXPECT_THAT(open()->check(), IsEmpty());
  EXPECT_EQ(read(Rows::person, "note", 5), "watch the hat");
  EXPECT_EQ(read(Rows::template_, "origin", 6), "gate 2");
}

TEST_P(NextVersion, WhatIsNewIsSealedAnew) {
  write(Rows::person, "note", 5, "watch the hat");
  write(Rows::template_, "origin", 6, "gate 2");
  if (!options_.key) return;
  open()->rekey(nullptr, true);
  EXPECT_THAT(open()->check(), IsEmpty());
  EXPECT_EQ(read(Rows::person, "note", 5), "watch the hat");
  EXPECT_EQ(read(Rows::template_, "origin", 6), "gate 2");
}

TEST_P(NextVersion, WhatIsNewIsProved) {
  write(Rows::person, "note", 5, "watch the hat");
  write(Rows::template_, "origin", 6, "gate 2");
  tamper("UPDATE person SET note = NULL WHERE id = 5");
  tamper("UPDATE template SET origin = x'00' WHERE id = 6");
  EXPECT_EQ(code_of([&] { open()->persons({.id = 5}); }), VAV_E_GALLERY_CORRUPT);
  const auto problems = open()->check();
  EXPECT_EQ(problems.size(), 2u);
  EXPECT_THAT(problems, Contains(HasSubstr("person 5")));
  EXPECT_EQ(open()->persons({.id = 3}).size(), 1u);
}

TEST_P(NextVersion, AnExportOfThisVersionComesIn) {
  ASSERT_TRUE(open()->export_to(path("export"), false)->run(std::chrono::hours(1)));
  const auto fresh = Gallery::open(path("fresh.vav"), kRecipe, {});
  ASSERT_TRUE(fresh->import_from(path("export"), false)->run(std::chrono::hours(1)));
  EXPECT_EQ(fresh->counts().persons, open()->counts().persons);
  EXPECT_THAT(fresh->check(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, NextVersion,
                         testing::Values("version_1_plain", "version_2_half_resealed", "version_3_plain",
                                         "version_3_encrypted", "version_3_half_resealed"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace visavis
