// gallery/columns: the lists say of every column how it is kept, and a change of key leaves nothing under the old one.
#include "gallery/store/columns.h"

#include <algorithm>
#include <map>
#include <set>

#include "gallery/store/keyring.h"
#include "gallery/store/person_row.h"
#include "gallery/store/sealed_table.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Rows = SealedTable::Rows;

std::vector<const ColumnRule*> every_column() {
  std::vector<const ColumnRule*> all;
  for (const Rows rows : SealedTable::kAll)
    for (const ColumnRule* rule : SealedTable::of(rows).columns()) all.push_back(rule);
  return all;
}

TEST(Columns, TheTagIsOverEachPersonsColumnOnce) {
  std::vector<int> places;
  for (const ColumnRule& rule : kPersonColumns)
    if (rule.in_tag) places.push_back(rule.in_tag);
  std::ranges::sort(places);
  for (size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], static_cast<int>(i) + 1) << "twice, or a gap";
  for (const ColumnRule& earlier : kPersonColumns)
    for (const ColumnRule& later : kPersonColumns)
      if (earlier.since < later.since && later.in_tag) {
        EXPECT_LT(earlier.in_tag, later.in_tag) << later.name;
      }
}

// Whoever adds a column decides: is nobody let in by it, and is it written without the rest of the row?
TEST(Columns, WhatNoTagIsOverIsKnown) {
  std::vector<std::string> without;
  for (const ColumnRule& rule : kPersonColumns)
    if (!rule.in_tag) without.emplace_back(rule.name);
  EXPECT_THAT(without, ElementsAre("last_seen_at", "tag"));
}

TEST(Columns, WhatCanHoldATextIsSealed) {
  for (const ColumnRule* rule : every_column()) {
    const std::string definition = rule->definition;
    if (rule->kind == Kind::plain) {
      EXPECT_TRUE(definition.starts_with("INTEGER") || definition.starts_with("REAL")) << rule->name;
    } else if (rule->kind != Kind::tag) {
      EXPECT_NE(rule->place, Column{}) << rule->name << " is sealed as nothing";
    }
  }
}

TEST(Columns, NoTwoAreSealedAsTheSame) {
  std::set<Column> seen;
  for (const ColumnRule* rule : every_column())
    if (rule->kind == Kind::text || rule->kind == Kind::embedding || rule->kind == Kind::bytes ||
        rule->kind == Kind::signed_bytes) {
      EXPECT_TRUE(seen.insert(rule->place).second) << rule->name;
    }
}

TEST(Columns, AKeyIsOfAText) {
  for (const Rows rows : SealedTable::kAll) {
    const SealedTable& table = SealedTable::of(rows);
    EXPECT_STREQ(table.columns().at(0)->name, "id");
    for (const ColumnRule* rule : table.columns())
      if (rule->kind == Kind::key || rule->kind == Kind::name_key) {
        EXPECT_GT(table.text_of(*rule), 0) << rule->name;
      }
  }
}

TEST(Columns, NoneIsFromAVersionThatIsNotYet) {
  for (const auto& columns :
       {kPersonColumns, kGroupColumns, kTemplateColumns, kAuditColumns, kStagedColumns, kKeptChipColumns})
    for (const ColumnRule& rule : columns) EXPECT_LE(rule.since, schema::kVersion) << rule.name;
}

class ColumnsInAFile : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    options_.key = std::make_shared<KeySource>(by_key(1));
    const auto gallery = Gallery::open(path(), kRecipe, options_);
    gallery->set_audit(true);
    PersonFields fields = named("Ada");
    fields.external_id = "badge-1";
    fields.metadata = "{\"n\": 1}";
    fields.consent_ref = "form";
    fields.groups = {"staff"};
    gallery->add_person(fields);
    gallery->add_template(1, at(1), {0.5f, "photo.jpg"});
    gallery->stage(make_recipe(std::string(64, 'b')), 1, at(2));
    gallery->keep_chip(1, std::vector<uint8_t>(100, 7));
    fill_the_rest();
  }

  // A text that no caller sets yet.
  void fill_the_rest() {
    Connection connection(path(), Connection::Access::write, 1000);
    connection.keep();
    const Codec codec = Keyring::read(connection).codec(read_gallery_id(connection), kRecipe, *options_.key);
    for (const Rows rows : SealedTable::kAll) {
      const SealedTable& table = SealedTable::of(rows);
      for (const ColumnRule* rule : table.columns()) {
        if (rule->kind != Kind::text) continue;
        StoredValue sealed;
        {
          Query row(connection, table.one);
          ASSERT_TRUE(row.bind(int64_t{1}).next()) << table.name();
          if (!row.is_null(table.column(rule->name))) continue;
          sealed = codec.text("more", table.place_of(row, *rule));
        }
        Query change(connection, "UPDATE " + table.name() + " SET " + rule->name + " = ?1");
        change.bind(sealed).next();
      }
    }
    tag_person_row(connection, codec, 1);
  }

  // Every value of some length in the file, whichever table it is in, by its column.
  std::map<std::string, std::set<std::string>> values() {
    std::map<std::string, std::set<std::string>> found;
    Connection connection(path(), Connection::Access::read, 1000);
    std::vector<std::string> tables;
    for (Query query(connection, "SELECT name FROM sqlite_master WHERE type = 'table'"); query.next();)
      tables.push_back(query.text(0));
    for (const std::string& table : tables) {
      std::vector<std::string> columns;
      for (Query query(connection, "PRAGMA table_info(" + table + ")"); query.next();) columns.push_back(query.text(1));
      for (const std::string& column : columns)
        for (Query query(connection, "SELECT " + column + " FROM " + table); query.next();)
          if (query.raw(0).size() >= 16 && query.type(0) == SQLITE_BLOB)
            found[table + "." + column].insert(std::string(query.raw(0)));
    }
    return found;
  }

  GalleryOptions options_;
};

// Whatever table or column somebody adds: what is kept under the key that goes is lost with it.
TEST_F(ColumnsInAFile, AChangeOfKeyWritesEveryValueAnew) {
  const auto before = values();
  for (const Rows rows : SealedTable::kAll)
    for (const ColumnRule* rule : SealedTable::of(rows).columns())
      if (rule->kind != Kind::plain) {
        EXPECT_TRUE(before.contains(SealedTable::of(rows).name() + "." + rule->name)) << "fill it in above";
      }
  const auto gallery = Gallery::open(path(), kRecipe, options_);
  gallery->rekey(nullptr, true);
  for (const auto& [column, values] : values()) {
    if (column == "gallery.uid") continue;
    for (const std::string& value : values)
      EXPECT_FALSE(before.contains(column) && before.at(column).contains(value)) << column;
  }
  EXPECT_THAT(gallery->check(), IsEmpty());
}

// Nothing is left out of what is proved: any value of the row that is exchanged makes the row refused.
TEST_F(ColumnsInAFile, EachIsProvedByTheTag) {
  for (const ColumnRule& rule : kPersonColumns) {
    if (!rule.in_tag || std::string(rule.name) == "id") continue;
    const std::string whole = read_all(path());
    const bool number = rule.kind == Kind::plain;
    tamper(std::string("PRAGMA ignore_check_constraints = ON; UPDATE person SET ") + rule.name + " = " +
           (number ? std::string("coalesce(") + rule.name + " + 1, 7)" : "randomblob(40)"));
    const auto gallery = Gallery::open(path(), kRecipe, options_);
    EXPECT_EQ(code_of([&] { gallery->persons({}); }), VAV_E_GALLERY_CORRUPT) << rule.name;
    for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(path() + end);
    write_all(path(), whole);
  }
}

// What callers see of a person leaves and comes back, whichever columns it is kept in.
TEST_F(ColumnsInAFile, AnExportHoldsEachThatCallersSee) {
  const auto gallery = Gallery::open(path(), kRecipe, options_);
  gallery->update_person(1, {.enabled = false,
                             .valid_from = 11,
                             .valid_until = 1'900'000'000'012,
                             .consent_at = 13,
                             .expires_at = 1'900'000'000'014});
  gallery->note_seen({1}, 1'700'000'000'000);
  ASSERT_TRUE(gallery->export_to(path("export"), false)->run(std::chrono::hours(1)));
  const auto fresh = Gallery::open(path("fresh.vav"), kRecipe, {});
  ASSERT_TRUE(fresh->import_from(path("export"), false)->run(std::chrono::hours(1)));
  const Person before = gallery->persons({}).at(0), after = fresh->persons({}).at(0);
  for (const ColumnRule& rule : kPersonColumns)
    std::visit(
        [&](auto member) {
          if constexpr (!std::is_same_v<decltype(member), std::monostate>) {
            using Value = std::remove_cvref_t<decltype(before.*member)>;
            EXPECT_EQ(before.*member, after.*member) << rule.name;
            if (!std::is_same_v<Value, bool>) {
              EXPECT_NE(before.*member, Value{}) << rule.name << ": fill it in above";
            }
          }
        },
        rule.member);
}

}  // namespace
}  // namespace visavis
