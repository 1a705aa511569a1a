// The audit log beside what the owner's settings say of it: what disagrees is not sound, and nothing is added to it.
#include "gallery/store/audit_log.h"

#include "gallery/store/keyring.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AuditLogOf : public GalleryTest, public testing::WithParamInterface<bool> {
 protected:
  std::unique_ptr<Gallery> open() {
    GalleryOptions options;
    if (GetParam()) options.key = std::make_shared<KeySource>(by_key(1));
    return Gallery::open(path(), kRecipe, options);
  }
  // On, somebody enrolled, a visitor: four entries.
  void fill() {
    const auto gallery = open();
    gallery->set_audit(true);
    gallery->add_template(gallery->add_person(named("Ada")), at(1), {});
    gallery->record({AuditEntry{}, AuditEntry{}});
    EXPECT_THAT(gallery->check(), IsEmpty());
  }
  // However damaged they are.
  size_t rows() {
    Connection connection(path(), Connection::Access::read, 1000);
    size_t count = 0;
    for (Query query(connection, "SELECT id FROM audit_entry"); query.next();) ++count;
    return count;
  }
  // Both ways to look at it say where.
  void expect_not_sound(Gallery& gallery, int64_t first_wrong, const std::string& what) {
    const AuditVerdict verdict = gallery.verify_audit(std::nullopt);
    EXPECT_FALSE(verdict.sound) << what;
    EXPECT_EQ(verdict.first_wrong, first_wrong) << what;
    EXPECT_THAT(gallery.check(),
                ElementsAre(HasSubstr("audit log: not sound from entry " + std::to_string(first_wrong))))
        << what;
  }
  // Whatever would add to it says so as well, and adds nothing.
  void expect_refused(Gallery& gallery, int64_t first_wrong, const std::string& what) {
    expect_not_sound(gallery, first_wrong, what);
    const size_t entries = rows();
    std::string message;
    EXPECT_EQ(code_of([&] { gallery.record({AuditEntry{}}); }, &message), VAV_E_GALLERY_CORRUPT) << what;
    EXPECT_THAT(message, AllOf(HasSubstr("audit log"), HasSubstr("restore a backup"))) << what;
    EXPECT_EQ(code_of([&] { gallery.add_template(1, at(2), {}); }), VAV_E_GALLERY_CORRUPT) << what;
    EXPECT_EQ(code_of([&] { gallery.set_threshold(0.5f); }), VAV_E_GALLERY_CORRUPT) << what;
    EXPECT_EQ(code_of([&] { gallery.set_audit(!gallery.state().audit); }), VAV_E_GALLERY_CORRUPT) << what;
    EXPECT_EQ(rows(), entries) << what;
    expect_not_sound(gallery, first_wrong, what);
  }
};

TEST_P(AuditLogOf, AHeadOfBeforeTheFirstEntryIsAPartOfEveryLog) {
  const std::string head = to_text(open()->verify_audit(std::nullopt).head);
  EXPECT_TRUE(open()->verify_audit(audit_head_of(head)).sound);
  fill();
  EXPECT_TRUE(open()->verify_audit(audit_head_of(head)).sound);
  AuditHead other = audit_head_of(head);
  other.hash[5] ^= 1;
  EXPECT_FALSE(open()->verify_audit(other).sound);
}

TEST_P(AuditLogOf, WhatDisagreesWithTheSettingsIsNotSoundAndGetsNoEntry) {
  fill();
  const std::string sound = read_all(path());
  const struct {
    const char* forgery;
    int64_t first_wrong;
  } kForgeries[] = {
      {"DELETE FROM audit_entry", 1},
      {"DELETE FROM audit_entry; DELETE FROM sqlite_sequence WHERE name = 'audit_entry'", 1},
      {"DELETE FROM audit_entry WHERE id = 1", 1},
      {"DELETE FROM audit_entry WHERE id < 4", 1},
      {"UPDATE audit_entry SET bytes = zeroblob(length(bytes)) WHERE id = 1", 1},
      {"UPDATE audit_entry SET bytes = (SELECT bytes FROM audit_entry WHERE id = 2) WHERE id = 1", 1},
      {"UPDATE audit_entry SET bytes = zeroblob(10) WHERE id = 4", 4},
      {"UPDATE audit_entry SET bytes = zeroblob(length(bytes)) WHERE id = 4", 4},
      {"INSERT INTO audit_entry (bytes) VALUES (x'00')", 5},
      {"INSERT INTO audit_entry (bytes) VALUES (zeroblob(200))", 5},
      {"INSERT INTO audit_entry (id, bytes) VALUES (77, zeroblob(200))", 5},
  };
  for (const auto& [forgery, first_wrong] : kForgeries) {
    write_all(path(), sound);
    tamper(forgery);
    expect_refused(*open(), first_wrong, forgery);
  }
}

// What is added later mends nothing.
TEST_P(AuditLogOf, WhatIsWrongInBetweenStaysWrong) {
  fill();
  const std::string sound = read_all(path());
  for (const char* forgery : {"DELETE FROM audit_entry WHERE id = 3",
                              "UPDATE audit_entry SET bytes = zeroblob(length(bytes)) WHERE id = 3"}) {
    write_all(path(), sound);
    tamper(forgery);
    const auto gallery = open();
    expect_not_sound(*gallery, 3, forgery);
    gallery->record({AuditEntry{}});
    expect_not_sound(*gallery, 3, forgery);
  }
}

// Also under a handle that has added to it.
TEST_P(AuditLogOf, AnOpenHandleSeesThatItWasEmptied) {
  fill();
  const auto gallery = open();
  gallery->record({AuditEntry{}});
  tamper("DELETE FROM audit_entry");
  expect_refused(*gallery, 1, "emptied");
}

TEST_P(AuditLogOf, OffItStaysWhatItWas) {
  fill();
  open()->set_audit(false);
  EXPECT_TRUE(open()->verify_audit(std::nullopt).sound);
  EXPECT_THAT(open()->check(), IsEmpty());
  const std::string sound = read_all(path());
  for (const char* forgery : {"DELETE FROM audit_entry", "DELETE FROM audit_entry WHERE id = 5"}) {
    write_all(path(), sound);
    tamper(forgery);
    const auto gallery = open();
    EXPECT_FALSE(gallery->verify_audit(std::nullopt).sound) << forgery;
    EXPECT_THAT(gallery->check(), Contains(HasSubstr("audit log"))) << forgery;
    EXPECT_EQ(code_of([&] { gallery->set_audit(true); }), VAV_E_GALLERY_CORRUPT) << forgery;
    gallery->add_template(1, at(2), {});  // off: nothing is added
  }
  write_all(path(), sound);
  open()->set_audit(true);
  EXPECT_TRUE(open()->verify_audit(std::nullopt).sound);
  EXPECT_EQ(open()->audit_entries(0, 100).size(), 6u);
}

// The end that is cut off is what a head kept elsewhere is for.
TEST_P(AuditLogOf, ACutOffEndLooksLikeAShorterLog) {
  fill();
  const auto gallery = open();
  const AuditHead head = gallery->verify_audit(std::nullopt).head;
  tamper("DELETE FROM audit_entry WHERE id > 1");
  EXPECT_TRUE(gallery->verify_audit(std::nullopt).sound);
  EXPECT_FALSE(gallery->verify_audit(head).sound);
  gallery->record({AuditEntry{}});
  EXPECT_FALSE(gallery->verify_audit(head).sound);
}

// A whole new log, made by whoever knows how: in a plain gallery only a head kept elsewhere shows it, but it has to begin
// as a log begins.
TEST_P(AuditLogOf, ItBeginsWithBeingTurnedOn) {
  fill();
  Connection connection(path(), Connection::Access::write, 1000);
  connection.keep();
  const GalleryId id = read_gallery_id(connection);
  if (GetParam()) return;  // nobody makes an entry without the key
  tamper("DELETE FROM audit_entry");
  AuditEntry identify;
  AuditHead head = AuditChain({}, id).start();
  const auto bytes = AuditChain({}, id).append(head, identify);
  Query(connection, "INSERT INTO audit_entry (id, bytes) VALUES (1, ?1)").bind(bytes).next();
  expect_refused(*open(), 1, "begins with a visitor");
}

INSTANTIATE_TEST_SUITE_P(PlainAndEncrypted, AuditLogOf, testing::Bool());

}  // namespace
}  // namespace visavis
