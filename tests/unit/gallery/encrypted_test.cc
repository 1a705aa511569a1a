// An encrypted gallery: it does all that a plain one does, opens with its key alone, and its files say nothing.
#include <atomic>
#include <thread>

#include "crypto/sealed.h"
#include "gallery/store/schema.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::shared_ptr<const KeySource> shared_key(uint8_t first) { return std::make_shared<KeySource>(by_key(first)); }

class Encrypted : public GalleryTest {
 protected:
  std::unique_ptr<Gallery> open(std::shared_ptr<const KeySource> key = shared_key(1),
                                GalleryMode mode = GalleryMode::open_or_create,
                                const std::string& name = "people.vav") {
    GalleryOptions options;
    options.mode = mode;
    options.key = std::move(key);
    return Gallery::open(path(name), kRecipe, options);
  }

  int64_t add_ada(Gallery& gallery) {
    PersonFields fields = named("Ada Lovelace");
    fields.external_id = "badge-4711";
    fields.metadata = R"({"room": "engine hall"})";
    fields.consent_ref = "paper-0815";
    fields.groups = {"mathematicians"};
    const int64_t person = gallery.add_person(fields);
    gallery.add_template(person, face_, {0.75f, "holiday-photo.jpg"});
    return person;
  }

  // Everything in the folder, one file after the other.
  std::string all_bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) all += read_all(entry.path());
    return all;
  }
  // Nothing that was added by add_ada can be seen.
  void expect_silence() const {
    const std::string all = all_bytes();
    ASSERT_GT(all.size(), 4096u);
    for (const char* text : {"Lovelace", "badge-4711", "engine hall", "paper-0815", "mathematicians", "holiday"})
      EXPECT_EQ(all.find(text), std::string::npos) << text;
    for (size_t i = 0; i < face_.size(); i += 8)  // no two numbers of the face together
      EXPECT_EQ(all.find(std::string(reinterpret_cast<const char*>(&face_[i]), 8)), std::string::npos) << i;
  }

  Embedding face_ = Embeddings(31).next();
};

TEST_F(Encrypted, DoesWhatAPlainOneDoes) {
  auto gallery = open();
  const int64_t ada = add_ada(*gallery);
  const int64_t bo = gallery->add_person(named("Bo"));
  gallery->add_template(bo, at(3), {});
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(persons_of(gallery->identify(face_, 1, kEverything)), ElementsAre(ada));
    EXPECT_EQ(gallery->identify(face_, 1, kEverything)[0].name, "Ada Lovelace");
    EXPECT_EQ(gallery->templates(ada)[0].embedding, face_);
    EXPECT_EQ(gallery->templates(ada)[0].fields.source, "holiday-photo.jpg");
    const auto found = gallery->persons({.external_id = "badge-4711"});
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].metadata, R"({"room": "engine hall"})");
    EXPECT_EQ(found[0].consent_ref, "paper-0815");
    EXPECT_THAT(found[0].groups, ElementsAre("mathematicians"));
    EXPECT_EQ(gallery->persons({.name = "Bo"}).size(), 1u);
    EXPECT_EQ(gallery->persons({.group = "mathematicians"}).size(), 1u);
    EXPECT_EQ(gallery->persons({.name = "bo"}).size(), 0u);
    EXPECT_EQ(gallery->groups().size(), 1u);
    EXPECT_THAT(gallery->check(), IsEmpty());
    gallery.reset();
    gallery = open();
  }
  PersonFields taken = named("Eve");
  taken.external_id = "badge-4711";
  EXPECT_EQ(code_of([&] { gallery->add_person(taken); }), VAV_E_ALREADY_EXISTS);
  PersonFields change;
  change.external_id = "";
  change.consent_ref = "";
  gallery->update_person(ada, change);
  EXPECT_EQ(gallery->persons({.id = ada})[0].external_id, std::nullopt);
  EXPECT_EQ(gallery->persons({.id = ada})[0].consent_ref, std::nullopt);
  EXPECT_EQ(gallery->persons({.id = ada})[0].name, "Ada Lovelace");
  gallery->leave_group(ada, "mathematicians");
  EXPECT_EQ(gallery->groups().size(), 0u);
}

TEST_F(Encrypted, NoFileSaysAnything) {
  const auto gallery = open();
  add_ada(*gallery);
  EXPECT_THAT(files(), Contains("people.vav-wal"));
  expect_silence();
}

// A transaction larger than SQLite's memory spills into files while it is open.
TEST_F(Encrypted, NotEvenInTheMiddleOfALargeTransaction) {
  const auto gallery = open();
  gallery->begin();
  add_ada(*gallery);
  for (int i = 0; i < 8000; ++i) gallery->add_template(1, i % 2 ? face_ : at(float(i)), {0.5f, "holiday-photo.jpg"});
  expect_silence();
  EXPECT_THAT(files(), Each(testing::StartsWith("people.vav")));
  gallery->rollback();
  expect_silence();
}

TEST_F(Encrypted, OpensWithItsKeyAlone) {
  add_ada(*open());
  const std::string before = read_all(path());
  EXPECT_EQ(code_of([&] { open(nullptr); }), VAV_E_GALLERY_LOCKED);
  EXPECT_EQ(code_of([&] { open(shared_key(2)); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { open(shared_key(2), GalleryMode::read_only); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(code_of([&] { open(std::make_shared<KeySource>(by_passphrase("a"))); }), VAV_E_GALLERY_KEY);
  EXPECT_TRUE(read_all(path()) == before) << "something was written";
  EXPECT_THAT(files(), ElementsAre("people.vav"));
  EXPECT_EQ(open(shared_key(1), GalleryMode::read_only)->counts().persons, 1);
}

TEST_F(Encrypted, APassphraseOpensIt) {
  const auto words = [](const char* text) { return std::make_shared<KeySource>(by_passphrase(text)); };
  add_ada(*open(words("correct horse")));
  EXPECT_EQ(code_of([&] { open(words("correct house")); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(open(words("correct horse"))->counts().persons, 1);
}

// Somebody put a gallery of their own in place of the encrypted one.
TEST_F(Encrypted, APlainGalleryIsRefusedWhenAKeyIsGiven) {
  open(nullptr)->add_person(named("Eve"));
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_KEY);
}

TEST_F(Encrypted, MovedAndReplayedRowsAreNamedAndNeverMatch) {
  {
    const auto gallery = open();
    const int64_t ada = add_ada(*gallery), bo = gallery->add_person(named("Bo"));
    gallery->add_template(bo, at(3), {});
    ASSERT_EQ(ada, 1);
    ASSERT_EQ(bo, 2);
    // Another gallery with the same key and the same ids.
    const auto other = open(shared_key(1), GalleryMode::open_or_create, "other.vav");
    add_ada(*other);
  }
  const std::string whole = read_all(path());
  const auto after = [&](const std::string& sql, const char* row) {
    write_all(path(), whole);
    tamper(sql);
    const auto gallery = open();
    std::string message;
    vav_status code = code_of(
        [&] {
          for (const Match& match : gallery->identify(face_, 5, 0.1f)) EXPECT_EQ(match.person, 1) << sql;
          gallery->persons({});
          gallery->templates(1);
          gallery->templates(2);
        },
        &message);
    EXPECT_EQ(code, VAV_E_GALLERY_CORRUPT) << sql;
    EXPECT_THAT(message, HasSubstr(row)) << sql;
    EXPECT_THAT(gallery->check(), testing::Not(IsEmpty())) << sql;
  };
  after("UPDATE template SET person_id = 3 - person_id", "template 1");
  after("UPDATE template SET embedding = (SELECT embedding FROM template t WHERE t.id <> template.id)", "template 1");
  after("UPDATE template SET source = (SELECT name FROM person WHERE id = 1) WHERE id = 2", "source of template 2");
  after("UPDATE person SET name = (SELECT name FROM person p WHERE p.id <> person.id)", "person 1");
  after("UPDATE person SET enabled = 0 WHERE id = 2", "person 2");
  after("UPDATE person SET expires_at = 99 WHERE id = 2", "person 2");
  after("INSERT INTO membership VALUES (2, 1)", "person 2");
  after("UPDATE person SET name = 'Eve' WHERE id = 2", "person 2");
  after("ATTACH '" + path("other.vav") +
            "' AS o; UPDATE template SET embedding = (SELECT embedding FROM o.template)"
            " WHERE id = 1",
        "template 1");
  after("UPDATE template SET embedding = (SELECT CAST(x'02000000' || substr(embedding, 5) AS BLOB)) WHERE id = 1",
        "template 1");
}

// ---- Keys that change ----

TEST_F(Encrypted, ANewKeyReplacesTheOldAndTouchesNoRow) {
  const auto gallery = open();
  add_ada(*gallery);
  gallery->rekey(shared_key(2), false);
  EXPECT_EQ(gallery->persons({.name = "Ada Lovelace"}).size(), 1u);
  gallery->add_person(named("Bo"));
  EXPECT_EQ(code_of([&] { open(shared_key(1)); }), VAV_E_GALLERY_KEY);
  EXPECT_EQ(open(shared_key(2))->counts().persons, 2);
  gallery->rekey(std::make_shared<KeySource>(by_passphrase("words")), false);
  EXPECT_EQ(open(std::make_shared<KeySource>(by_passphrase("words")))->counts().persons, 2);
}

TEST_F(Encrypted, ReencryptingReplacesTheDataKeyInEveryRow) {
  const auto gallery = open();
  add_ada(*gallery);
  gallery->set_audit(true);
  gallery->begin();
  for (int i = 0; i < 2500; ++i) gallery->add_person({std::to_string(i), "id" + std::to_string(i), {}});
  gallery->commit();
  const auto other = open();
  EXPECT_EQ(other->persons({.name = "7"}).size(), 1u);
  gallery->rekey(shared_key(2), true);
  EXPECT_FALSE(gallery->state().reencrypting);
  EXPECT_THAT(gallery->check(), IsEmpty());
  EXPECT_TRUE(gallery->verify_audit(std::nullopt).sound);
  EXPECT_EQ(gallery->persons({.external_id = "id77"}).size(), 1u);
  EXPECT_THAT(persons_of(gallery->identify(face_, 1, 0.1f)), ElementsAre(1));
  EXPECT_EQ(code_of([&] { other->persons({.id = 1}); }), VAV_E_GALLERY_KEY) << "it has only the old key";
  EXPECT_EQ(open(shared_key(2))->persons({.name = "Ada Lovelace"}).size(), 1u);
  sqlite3* db = nullptr;  // nothing under the old key is left
  ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
  for (const char* sql : {"SELECT count(*) FROM person WHERE substr(name, 1, 4) <> x'02000000' OR substr(tag, 1, 4) <> "
                          "x'02000000'",
                          "SELECT count(*) FROM template WHERE substr(embedding, 1, 4) <> x'02000000'",
                          "SELECT count(*) FROM audit_entry WHERE substr(bytes, 1, 4) <> x'02000000'"}) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(db, sql, -1, &statement, nullptr);
    EXPECT_EQ(sqlite3_step(statement), SQLITE_ROW);
    EXPECT_EQ(sqlite3_column_int64(statement, 0), 0) << sql;
    sqlite3_finalize(statement);
  }
  sqlite3_close(db);
}

// Two handles with the same key: one encrypts anew, the other reads, writes and searches all the time.
TEST_F(Encrypted, OthersGoOnWhileItIsEncryptedAnew) {
  const auto gallery = open(), other = open();
  add_ada(*gallery);
  gallery->begin();
  for (int i = 0; i < 5000; ++i) gallery->add_template(1, at(float(10 + i)), {});
  gallery->commit();
  std::atomic<bool> done = false;
  std::thread rekeying([&] {
    for (int i = 0; i < 3; ++i) gallery->rekey(nullptr, true);
    done = true;
  });
  int rounds = 0;
  for (; !done || rounds < 3; ++rounds) {
    const std::string name = "new" + std::to_string(rounds);
    const int64_t person = other->add_person({name, name, {}});
    EXPECT_EQ(code_of([&] { other->add_person({"twin", name, {}}); }), VAV_E_ALREADY_EXISTS);
    EXPECT_THAT(persons_of(other->identify(face_, 1, 0.1f)), ElementsAre(1));
    EXPECT_EQ(other->persons({.external_id = name}).size(), 1u);
    EXPECT_EQ(other->persons({.name = "Ada Lovelace"}).size(), 1u);
    other->remove_person(person);
  }
  rekeying.join();
  EXPECT_THAT(other->check(), IsEmpty());
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_F(Encrypted, APlainGalleryHasNoKeyToChange) {
  EXPECT_EQ(code_of([&] { open(nullptr)->rekey(shared_key(2), false); }), VAV_E_WRONG_STATE);
}

// ---- Copies ----

TEST_F(Encrypted, ABackupIsEncryptedAndAnExportIsNot) {
  const auto gallery = open();
  add_ada(*gallery);
  gallery->rekey(shared_key(2), false);  // jobs have to know the key of now
  gallery->backup(path("backup.vav"), false)->run(std::chrono::minutes(1));
  gallery->export_to(path("export"), false)->run(std::chrono::minutes(1));
  EXPECT_NE(read_all(path("export")).find("Ada Lovelace"), std::string::npos);
  EXPECT_EQ(code_of([&] { open(nullptr, GalleryMode::must_exist, "backup.vav"); }), VAV_E_GALLERY_LOCKED);
  const auto backup = open(shared_key(2), GalleryMode::must_exist, "backup.vav");
  EXPECT_THAT(persons_of(backup->identify(face_, 1, 0.1f)), ElementsAre(1));
  std::filesystem::remove(path("export"));
  expect_silence();

  gallery->export_to(path("export"), false)->run(std::chrono::minutes(1));
  for (const bool encrypted : {true, false}) {
    const auto other = open(encrypted ? shared_key(3) : nullptr, GalleryMode::must_be_new, encrypted ? "e" : "p");
    other->import_from(path("export"), false)->run(std::chrono::minutes(1));
    EXPECT_THAT(persons_of(other->identify(face_, 1, 0.1f)), ElementsAre(1));
    EXPECT_EQ(other->persons({.external_id = "badge-4711"}).size(), 1u);
    EXPECT_THAT(other->persons({.id = 1})[0].groups, ElementsAre("mathematicians"));
    EXPECT_THAT(other->check(), IsEmpty());
  }
}

// ---- The audit log ----

TEST_F(Encrypted, TheAuditLogIsAChainAndSealed) {
  GalleryOptions options;
  options.key = shared_key(1);
  options.audit_label = "the north door";
  const auto gallery = Gallery::open(path(), kRecipe, options);
  gallery->record({AuditEntry{}});  // off: nothing
  gallery->set_audit(true);
  const int64_t ada = add_ada(*gallery);
  AuditEntry decision;
  decision.event = AuditEvent::identify;
  decision.person = ada;
  decision.distance = 0.25f;
  gallery->record({decision});
  const std::string head = to_text(gallery->verify_audit(std::nullopt).head);
  gallery->remove_person(ada);
  const auto entries = gallery->audit_entries(0, 100);
  std::vector<AuditEvent> events;
  for (const auto& [number, entry] : entries) {
    events.push_back(entry.event);
    EXPECT_EQ(entry.label, "the north door");
  }
  EXPECT_THAT(events, ElementsAre(AuditEvent::audit_on, AuditEvent::enroll, AuditEvent::identify, AuditEvent::remove));
  EXPECT_EQ(entries[2].second.distance, 0.25f);
  EXPECT_TRUE(gallery->verify_audit(audit_head_of(head)).sound);
  EXPECT_EQ(all_bytes().find("north door"), std::string::npos);

  tamper("DELETE FROM audit_entry WHERE id = 4");
  EXPECT_TRUE(gallery->verify_audit(audit_head_of(head)).sound) << "the end is cut off, which this head does not show";
  tamper("DELETE FROM audit_entry WHERE id = 3");
  EXPECT_FALSE(gallery->verify_audit(audit_head_of(head)).sound);
  EXPECT_EQ(gallery->verify_audit(audit_head_of(head)).first_wrong, 3);
  tamper(
      "UPDATE audit_entry SET bytes = CAST(substr(bytes, 1, 40) || CASE substr(bytes, 41, 1) WHEN x'00' THEN x'01'"
      " ELSE x'00' END || substr(bytes, 42) AS BLOB) WHERE id = 2");
  EXPECT_FALSE(gallery->verify_audit(std::nullopt).sound);
  EXPECT_EQ(gallery->verify_audit(std::nullopt).first_wrong, 2);
}

TEST_F(Encrypted, AChangeThatIsRolledBackIsNotInTheLog) {
  const auto gallery = open();
  gallery->set_audit(true);
  gallery->begin();
  add_ada(*gallery);
  gallery->rollback();
  EXPECT_EQ(gallery->audit_entries(0, 10).size(), 1u);
  add_ada(*gallery);
  EXPECT_EQ(gallery->audit_entries(0, 10).size(), 2u);
  EXPECT_TRUE(gallery->verify_audit(std::nullopt).sound);
}

}  // namespace
}  // namespace visavis
