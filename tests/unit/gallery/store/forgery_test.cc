// Whoever may write the file, but has no key, changes no answer: nothing that decides comes from an index, from a list
// of changes, or from a setting that does not authenticate itself.
#include <tuple>

#include "gallery/eligibility.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Ada (1) is enabled, Mallory (2) disabled, Victor (3) in the vault's group, Eve (4) expired.
class Forgery : public GalleryTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    const auto gallery = open();
    for (int i = 1; i <= 4; ++i) {
      PersonFields fields = named("Person " + std::to_string(i));
      fields.external_id = "badge-" + std::to_string(i);
      if (i == 2) fields.enabled = false;
      if (i == 3) fields.groups = {"vault"};
      if (i == 4) fields.expires_at = 100;
      gallery->add_person(fields);
      gallery->add_template(i, at(static_cast<float>(10 * i)), {});
    }
  }
  std::unique_ptr<Gallery> open(GalleryMode mode = GalleryMode::open_or_create) {
    GalleryOptions options;
    options.mode = mode;
    if (GetParam()) options.key = std::make_shared<KeySource>(by_key(1));
    return Gallery::open(path(), kRecipe, options);
  }
  Identified whom(Gallery& gallery, int i, const CandidateFilter& among = {.now = 1000}) {
    return gallery
        .identify(std::vector<Embedding>{at(static_cast<float>(10 * i))},
                  Search{.count = 1, .reach = 1, .among = among, .threshold = 1})
        .at(0);
  }
  void expect_right_answers(Gallery& gallery) {
    EXPECT_THAT(persons_of(whom(gallery, 1).matches), ElementsAre(1));
    for (const int inactive : {2, 4}) {
      EXPECT_THAT(whom(gallery, inactive).matches, IsEmpty());
      EXPECT_EQ(whom(gallery, inactive).left_out.value_or(Match{}).person, inactive);
    }
    EXPECT_THAT(persons_of(whom(gallery, 3, {.groups = {{"vault"}}, .now = 1000}).matches), ElementsAre(3));
    EXPECT_THAT(whom(gallery, 1, {.groups = {{"vault"}}, .now = 1000}).matches, IsEmpty());
  }

  // An index's rows change, and no table's: while SQLite does not know of the index, or knows it by another text.
  void with_index_away(const std::string& name, const std::string& statements) {
    tamper("PRAGMA writable_schema = ON; CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = '" + name +
           "'; DELETE FROM sqlite_master WHERE name = '" + name + "'; PRAGMA schema_version = 10001");
    tamper(statements);
    tamper(
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_master SELECT * FROM kept; DROP TABLE kept; "
        "PRAGMA schema_version = 10002");
  }
};

TEST_P(Forgery, TheIndexOfWhoIsRestrictedLeavesPeopleOut) {
  tamper(
      "PRAGMA writable_schema = ON; CREATE TEMP TABLE kept AS SELECT sql FROM sqlite_master WHERE name = "
      "'person_restricted'; DROP INDEX person_restricted; CREATE INDEX person_restricted ON person (enabled, "
      "valid_from, "
      "valid_until, expires_at) WHERE enabled = 77; UPDATE sqlite_master SET sql = (SELECT sql FROM kept) WHERE name = "
      "'person_restricted'; PRAGMA schema_version = 20000");
  for (const GalleryMode mode : {GalleryMode::must_exist, GalleryMode::read_only}) {
    const auto gallery = open(mode);
    expect_right_answers(*gallery);
    EXPECT_EQ(gallery->verify(2, at(20), 1, {.now = 1000}).eligible, false);
    EXPECT_THAT(gallery->check(), Contains(HasSubstr("person_restricted")));
  }
}

TEST_P(Forgery, TheIndexOfAGroupHasAMemberMore) {
  tamper("INSERT INTO membership SELECT 1, group_id FROM membership");
  with_index_away("membership_group", "DELETE FROM membership WHERE person_id = 1");
  expect_right_answers(*open());
  std::string message;
  EXPECT_EQ(code_of([&] { open()->persons({.group = "vault"}); }, &message), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(message, HasSubstr("indexes"));
}

TEST_P(Forgery, AnIndexLeadsToAnotherPerson) {
  // SQLite's own index of the external ids: exchanged for two persons.
  tamper(
      "CREATE TABLE x AS SELECT id, external_key FROM person; UPDATE person SET external_key = 'free' || id; UPDATE "
      "person "
      "SET external_key = (SELECT external_key FROM x WHERE x.id = 3 - person.id) WHERE id IN (1, 2); UPDATE person "
      "SET "
      "external_key = (SELECT external_key FROM x WHERE x.id = person.id) WHERE id > 2; DROP TABLE x");
  EXPECT_EQ(code_of([&] { open()->persons({.external_id = "badge-1"}); }), VAV_E_GALLERY_CORRUPT);
}

TEST_P(Forgery, AGroupIsSetBesideTheRow) {
  tamper("INSERT INTO membership SELECT 1, group_id FROM membership");
  EXPECT_EQ(code_of([&] { whom(*open(), 1, {.groups = {{"vault"}}, .now = 1000}); }), VAV_E_GALLERY_CORRUPT);
}

TEST_P(Forgery, AnOpenHandleIsToldOfNoChange) {
  const auto gallery = open(), other = open();
  EXPECT_THAT(persons_of(whom(*gallery, 1).matches), ElementsAre(1));
  other->update_person(1, {.enabled = false});
  tamper("DELETE FROM eligibility_change");  // what tells other handles
  EXPECT_THAT(whom(*gallery, 1).matches, IsEmpty());
  EXPECT_TRUE(whom(*gallery, 1).left_out.has_value());
}

// The row itself is sealed in an encrypted gallery; in a plain one its checksum finds what did not come from here.
TEST_P(Forgery, ARowIsAltered) {
  tamper("UPDATE person SET enabled = 1 WHERE id = 2");
  EXPECT_EQ(code_of([&] { whom(*open(), 2); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(code_of([&] { open()->verify(2, at(20)); }), VAV_E_GALLERY_CORRUPT);
}

// Each change gives the row a new tag, which must not make right what was altered before.
TEST_P(Forgery, AChangeBlessesNoAlteredRow) {
  tamper("UPDATE person SET enabled = 1 WHERE id = 2");
  tamper("INSERT INTO membership SELECT 1, group_id FROM membership");
  const auto gallery = open();
  for (const int64_t person : {1, 2}) {
    EXPECT_EQ(code_of([&] { gallery->update_person(person, {.metadata = "{}"}); }), VAV_E_GALLERY_CORRUPT);
    EXPECT_EQ(code_of([&] { gallery->join_group(person, "staff"); }), VAV_E_GALLERY_CORRUPT);
    EXPECT_EQ(code_of([&] { gallery->leave_group(person, "staff"); }), VAV_E_GALLERY_CORRUPT);
    EXPECT_EQ(code_of([&] { whom(*gallery, static_cast<int>(person)); }), VAV_E_GALLERY_CORRUPT);
    gallery->remove_person(person);  // the cure which the message names
  }
  EXPECT_THAT(gallery->check(), IsEmpty());
}

// A group has no tag of its own. Whatever is asked about its members, the answer is the same: that it is altered.
TEST_P(Forgery, NameAndKeyAreOfOneGroup) {
  open()->join_group(1, "staff");
  const std::string
      swap = "CREATE TABLE x AS SELECT * FROM person_group; UPDATE person_group SET name_key = 'free' || id;",
      forget = "; DROP TABLE x";
  const std::string sound = read_all(path());
  for (const std::string& forgery :
       {std::string("UPDATE person_group SET name_key = x'00' WHERE id = 1"),
        std::string("UPDATE person_group SET name_key = 'x' WHERE id = 1"),
        std::string("UPDATE person_group SET name = 'zzz' WHERE id = 1"),
        swap + "UPDATE person_group SET name_key = (SELECT name_key FROM x WHERE x.id = 3 - person_group.id)" + forget,
        swap +
            "UPDATE person_group SET name_key = (SELECT name_key FROM x WHERE x.id = person_group.id), name = (SELECT "
            "name FROM x WHERE x.id = 3 - person_group.id)" +
            forget}) {
    // A handle that has the groups in memory already, and one that has not.
    for (const bool warm : {false, true}) {
      write_all(path(), sound);
      auto gallery = open();
      const CandidateFilter vault{.groups = {{"vault"}}, .now = 1000}, staff{.groups = {{"staff"}}, .now = 1000};
      if (warm) {
        EXPECT_THAT(persons_of(whom(*gallery, 3, vault).matches), ElementsAre(3));
        EXPECT_THAT(persons_of(whom(*gallery, 1, staff).matches), ElementsAre(1));
      }
      tamper(forgery);
      for (const CandidateFilter& among : {vault, staff}) {
        EXPECT_EQ(code_of([&] { whom(*gallery, 3, among); }), VAV_E_GALLERY_CORRUPT) << forgery;
        EXPECT_EQ(code_of([&] { gallery->verify(3, at(30), 1, among); }), VAV_E_GALLERY_CORRUPT) << forgery;
      }
      EXPECT_EQ(code_of([&] { gallery->persons({}); }), VAV_E_GALLERY_CORRUPT) << forgery;
      EXPECT_EQ(code_of([&] { gallery->groups(); }), VAV_E_GALLERY_CORRUPT) << forgery;
      EXPECT_THAT(gallery->check(), Contains(HasSubstr("group 1"))) << forgery;
    }
  }
}

TEST_P(Forgery, TheSettingsAreTakenAwayOrChanged) {
  open()->set_audit(true);
  open()->set_threshold(0.3f);
  const std::string sound = read_all(path());
  for (const char* forgery :
       {"DELETE FROM setting WHERE key = 'owner'", "UPDATE setting SET value = x'' WHERE key = 'owner'",
        "UPDATE setting SET value = zeroblob(length(value)) WHERE key = 'owner'",
        "UPDATE setting SET value = substr(value, 2) WHERE key = 'owner'"}) {
    write_all(path(), sound);
    tamper(forgery);
    const auto gallery = open();
    EXPECT_EQ(code_of([&] { gallery->rules(); }), VAV_E_GALLERY_CORRUPT) << forgery;
    EXPECT_EQ(code_of([&] { gallery->record({AuditEntry{}}); }), VAV_E_GALLERY_CORRUPT) << forgery;
    EXPECT_EQ(code_of([&] { gallery->threshold(); }), VAV_E_GALLERY_CORRUPT) << forgery;
    EXPECT_EQ(code_of([&] { gallery->add_person(named("X")); }), VAV_E_GALLERY_CORRUPT) << forgery;
    EXPECT_THAT(gallery->check(), Contains(HasSubstr("settings"))) << forgery;
  }
}

TEST_P(Forgery, AnIdDoesNotComeBack) {
  const int64_t last = open()->add_person(named("removed"));
  const int64_t template_id = open()->add_template(last, at(50), {});
  open()->remove_person(last);
  tamper("UPDATE sqlite_sequence SET seq = 1");
  const auto gallery = open();
  EXPECT_EQ(gallery->add_person(named("new")), last + 1);
  EXPECT_EQ(gallery->add_template(last + 1, at(60), {}), template_id + 1);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_P(Forgery, TheLastIdIsNotUsedUp) {
  tamper("UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'person'");
  EXPECT_EQ(code_of([&] { open()->add_person(named("X")); }), VAV_E_GALLERY_CORRUPT);
}

TEST_P(Forgery, WhoIsPurgedIsExpiredInTheirOwnRow) {
  with_index_away("person_expires", "UPDATE person SET expires_at = NULL WHERE id = 4");
  // The index says 100, the row says never; the row's tag is wrong now, so nobody is removed on its word.
  EXPECT_EQ(code_of([&] { open()->purge_expired(1000); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(open()->counts().persons, 4);
}

INSTANTIATE_TEST_SUITE_P(PlainAndEncrypted, Forgery, testing::Bool());

}  // namespace
}  // namespace visavis
