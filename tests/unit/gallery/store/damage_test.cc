// gallery/check and damaged files: every damage is either harmless or said, and nothing crashes on it.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Damage : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    const auto gallery = open();
    Embeddings embeddings(20);
    gallery->begin();
    for (int i = 0; i < 40; ++i) {
      const int64_t person = gallery->add_person(
          {std::string("Person ").append(std::to_string(i)), std::string("x").append(std::to_string(i)), "{\"a\": 1}"});
      for (int k = 0; k < 2; ++k) gallery->add_template(person, embeddings.next(), {0.5f, "photo.jpg"});
    }
    gallery->commit();
    EXPECT_THAT(gallery->check(), IsEmpty());
  }
  std::vector<std::string> problems() { return open()->check(); }
};

TEST_F(Damage, BadRowsAreNamed) {
  tamper("PRAGMA ignore_check_constraints = ON; UPDATE template SET embedding = zeroblob(511) WHERE id = 7");
  std::string message;
  EXPECT_EQ(code_of([&] { open()->identify(at(0), 1, kEverything); }, &message), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(message, AllOf(HasSubstr("template 7"), HasSubstr("visavis gallery check")));
  EXPECT_THAT(problems(), Contains(HasSubstr("template 7")));
  EXPECT_EQ(code_of([&] { open()->templates(4); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(open()->templates(5).size(), 2u) << "others are not affected";
  const auto gallery = open();
  EXPECT_EQ(code_of([&] { gallery->identify(at(0), 1, kEverything); }), VAV_E_GALLERY_CORRUPT);
  gallery->remove_template(7);  // the cure which the message names
  EXPECT_EQ(gallery->identify(at(0), 100, kEverything).size(), 40u);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

// One bit of an embedding is another face, and no number looks wrong.
TEST_F(Damage, AChangedBitOfAnEmbeddingIsNamed) {
  tamper(
      "UPDATE template SET embedding = CAST(substr(embedding, 1, 99) || x'00' || substr(embedding, 101) AS BLOB)"
      " WHERE id = 9");
  EXPECT_EQ(code_of([&] { open()->identify(at(0), 1, kEverything); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("template 9")));
}

TEST_F(Damage, ATemplateGivenToSomebodyElseIsNamed) {
  tamper("UPDATE template SET person_id = 1 WHERE id = 9");
  EXPECT_EQ(code_of([&] { open()->identify(at(0), 1, kEverything); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("template 9")));
}

TEST_F(Damage, OrphansAreFoundAndNeverMatched) {
  tamper("PRAGMA foreign_keys = OFF; DELETE FROM person WHERE id = 3");
  EXPECT_THAT(problems(), Contains(HasSubstr("belongs to no person")));
  EXPECT_EQ(code_of([&] { open()->identify(at(0), 100, kEverything); }), VAV_E_GALLERY_CORRUPT);
}

TEST_F(Damage, AlteredPersonsAreNamed) {
  tamper("UPDATE person SET metadata = 'no json' WHERE id = 5");
  tamper("UPDATE person SET name = CAST(x'FF41' AS TEXT) WHERE id = 6");
  tamper("UPDATE person SET enabled = 0 WHERE id = 7");
  tamper("UPDATE person SET valid_from = 20, valid_until = 10 WHERE id = 9");
  open()->join_group(10, "staff");
  tamper("INSERT INTO membership VALUES (11, 1)");
  const auto found = problems();
  EXPECT_EQ(found.size(), 5u);
  for (const char* person : {"person 5", "person 6", "person 7", "person 9", "person 11"})
    EXPECT_THAT(found, Contains(AllOf(HasSubstr(person), HasSubstr("altered"))));
  EXPECT_EQ(code_of([&] { open()->persons({}); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(open()->persons({.id = 8}).size(), 1u);
}

TEST_F(Damage, BadGroupsAreNamed) {
  open()->join_group(4, "staff");
  tamper("PRAGMA foreign_keys = OFF; INSERT INTO membership VALUES (4, 77)");
  tamper("INSERT INTO person_group (name_key, name) VALUES ('x', 'left behind')");
  const auto found = problems();
  EXPECT_THAT(found, Contains(AllOf(HasSubstr("membership"), HasSubstr("person_group"))));
  EXPECT_THAT(found, Contains(AllOf(HasSubstr("group 2"), HasSubstr("key"))));
  EXPECT_EQ(found.size(), 2u);
  tamper("UPDATE person_group SET name_key = name WHERE id = 2");
  EXPECT_THAT(problems(), Contains(AllOf(HasSubstr("group 2"), HasSubstr("no member"))));
}

// What no checksum is over, and no search asks for: as far as it can be seen that nobody wrote it.
TEST_F(Damage, ImplausibleTemplatesAreNamed) {
  tamper("UPDATE template SET quality = 7 WHERE id = 1");
  tamper("UPDATE template SET quality = -1e-9 WHERE id = 2");
  tamper("UPDATE template SET quality = 9e999 WHERE id = 3");
  tamper("UPDATE template SET quality = 'good' WHERE id = 4");
  tamper("UPDATE template SET created_at = -1 WHERE id = 5");
  tamper("UPDATE template SET created_at = 9223372036854775807 WHERE id = 6");
  tamper("UPDATE template SET created_at = 'today' WHERE id = 7");
  tamper("UPDATE template SET source = x'00' WHERE id = 8");
  tamper("UPDATE template SET source = CAST(x'FF41' AS TEXT) WHERE id = 9");
  const auto found = problems();
  EXPECT_EQ(found.size(), 9u);
  for (int i = 1; i <= 9; ++i) EXPECT_THAT(found, Contains(HasSubstr("template " + std::to_string(i))));
}

TEST_F(Damage, AnIndexThatNoLongerFitsIsFound) {
  const auto gallery = open();
  EXPECT_THAT(gallery->check(), IsEmpty());
  tamper("DELETE FROM template WHERE id = 7");  // by a program that leaves no note
  EXPECT_THAT(gallery->check(), ElementsAre(AllOf(HasSubstr("index"), HasSubstr("7"))));
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(Damage, WhatAStrangerPutInDoesNotRun) {
  tamper(
      "CREATE TRIGGER evil AFTER DELETE ON person BEGIN INSERT INTO person (id, name_key, name, created_at, "
      "updated_at) VALUES (1000, 'back', 'back', 0, 0); END");
  std::string message;
  EXPECT_EQ(code_of([&] { open(); }, &message), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(message, AllOf(HasSubstr("trigger"), HasSubstr("evil")));
}

// The tables are compared to the letter before any row is read, and again when they change under an open handle.
TEST_F(Damage, WhateverIsNotOneOfOurTablesIsRefused) {
  const char* alterations[] = {
      "CREATE INDEX more ON person (created_at)",
      "DROP INDEX person_restricted",
      ("DROP INDEX person_restricted; CREATE INDEX person_restricted ON person (enabled, valid_from, valid_until, "
       "expires_at) WHERE enabled = 77"),
      "ALTER TABLE person ADD COLUMN hang INTEGER AS (length(hex(zeroblob(1000000))))",
      "CREATE TABLE more (x)",
      "DROP TABLE erase_pending",
      "CREATE VIEW more AS SELECT 1",
  };
  const std::string sound = read_all(path());
  for (const char* statements : alterations) {
    write_all(path(), sound);
    tamper(statements);
    for (const GalleryMode mode : {GalleryMode::must_exist, GalleryMode::read_only})
      EXPECT_EQ(code_of([&] { open(mode); }), VAV_E_GALLERY_CORRUPT) << statements;
    write_all(path(), sound);
    const auto gallery = open();
    EXPECT_EQ(gallery->identify(at(0), 1, kEverything).size(), 1u);
    tamper(statements);
    EXPECT_EQ(code_of([&] { gallery->identify(at(0), 1, kEverything); }), VAV_E_GALLERY_CORRUPT) << statements;
    EXPECT_EQ(code_of([&] { gallery->persons({}); }), VAV_E_GALLERY_CORRUPT) << statements;
    EXPECT_EQ(code_of([&] { gallery->add_person(named("X")); }), VAV_E_GALLERY_CORRUPT) << statements;
  }
}

TEST_F(Damage, AViewInPlaceOfATableIsRefused) {
  tamper(
      "DROP TABLE template; CREATE VIEW template AS SELECT id, id AS person_id, zeroblob(512) AS embedding FROM "
      "person");
  EXPECT_EQ(code_of([&] { open()->identify(at(0), 1, kEverything); }), VAV_E_GALLERY_CORRUPT);
}

TEST_F(Damage, IdsThatCouldComeBackAreFound) {
  tamper("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'person'");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("given out twice")));
}

TEST_F(Damage, AnAlteredStampIsFound) {
  const auto gallery = open();
  tamper("UPDATE gallery SET scoring = 'metric=cosine'");
  EXPECT_THAT(gallery->check(), ElementsAre(AllOf(HasSubstr("recipe"), HasSubstr("metric=cosine"))));
}

// Uses all of it; whatever is thrown must be one of ours.
void use(const std::string& file) {
  std::string message;
  const vav_status code = code_of(
      [&] {
        const auto gallery = Gallery::open(file, kRecipe, {});
        gallery->check();
        gallery->identify(at(0), 100, kEverything);
        for (const Person& person : gallery->persons({})) gallery->templates(person.id);
        gallery->add_template(gallery->add_person(named("new")), at(1), {});
        gallery->remove_person(2);
      },
      &message);
  EXPECT_TRUE(code == VAV_OK || code == VAV_E_GALLERY_FORMAT || code == VAV_E_GALLERY_CORRUPT ||
              code == VAV_E_GALLERY_RECIPE || code == VAV_E_NOT_FOUND)
      << code << message;
}

TEST_F(Damage, TruncatedFilesAreSaid) {
  const std::string whole = read_all(path());
  for (size_t size = 1; size < whole.size(); size += size < 600 ? 97 : 4096 + 13) {
    const std::string cut = path(std::string("cut").append(std::to_string(size)));
    write_all(cut, whole.substr(0, size));
    EXPECT_NE(code_of([&] {
                if (!Gallery::open(cut, kRecipe, {})->check().empty()) throw Error(VAV_E_GALLERY_CORRUPT, "reported");
              }),
              VAV_OK)
        << size;
    use(cut);
  }
}

TEST_F(Damage, AlteredBytesAreHarmlessOrSaid) {
  const std::string whole = read_all(path());
  std::mt19937 random(21);
  for (int round = 0; round < 150; ++round) {
    std::string altered = whole;
    const size_t start = random() % altered.size(),
                 length = round % 2 ? 1 : std::min<size_t>(512, altered.size() - start);
    for (size_t i = start; i < start + length; ++i) altered[i] = char(random());
    write_all(path("altered"), altered);
    fs::remove(path("altered-wal"));
    use(path("altered"));
  }
}

// A child adds persons and says each once it is acknowledged; it is killed at a random moment, twenty times.
TEST_F(Damage, KilledWritersLoseNothingTheyAcknowledged) {
  std::mt19937 random(22);
  int64_t expected = open()->counts().persons;
  for (int round = 0; round < 20; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto gallery = open();
      for (Embeddings embeddings(unsigned(100 + round));;) {
        gallery->begin();
        const int64_t person = gallery->add_person(named("acknowledged"));
        gallery->add_template(person, embeddings.next(), {});
        gallery->add_template(person, embeddings.next(), {});
        gallery->commit();
        if (write(pipe_ends[1], &person, sizeof person) != sizeof person) _exit(1);
      }
    }
    close(pipe_ends[1]);
    int64_t last = 0;
    ASSERT_EQ(read(pipe_ends[0], &last, sizeof last), ssize_t(sizeof last));  // it is under way
    usleep(random() % 15'000);
    kill(child, SIGKILL);
    int64_t acknowledged = 1;
    while (read(pipe_ends[0], &last, sizeof last) == sizeof last) ++acknowledged;
    close(pipe_ends[0]);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);

    const auto gallery = open();
    const GalleryCounts counts = gallery->counts();
    EXPECT_GE(counts.persons, expected + acknowledged);
    EXPECT_LE(counts.persons, expected + acknowledged + 1) << "at most the one that was committed but not yet said";
    EXPECT_EQ(counts.templates, 2 * counts.persons) << "half a person";
    EXPECT_EQ(gallery->templates(last).size(), 2u);
    EXPECT_THAT(gallery->check(), IsEmpty());
    EXPECT_EQ(int64_t(gallery->identify(at(0), 100'000, kEverything).size()), counts.persons);
    expected = counts.persons;
  }
}

}  // namespace
}  // namespace visavis
