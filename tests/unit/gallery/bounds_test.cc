// gallery/: creation, imports and long calls are bounded, can be stopped, and leave nothing half done.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "gallery/transfer/transfer.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// ---- Creation ----

class Creation : public GalleryTest {};

TEST_F(Creation, KilledAtAnyMomentItLeavesNothingOrAWholeGallery) {
  std::mt19937 random(3);
  for (int round = 0; round < 40; ++round) {
    const pid_t child = fork();
    if (child == 0) {
      open();
      _exit(0);
    }
    usleep(random() % 6000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const vav_status code = code_of([&] { open(GalleryMode::read_only)->counts(); });
    EXPECT_TRUE(code == VAV_OK || code == VAV_E_FILE_NOT_FOUND) << code;
    EXPECT_THAT(open()->check(), IsEmpty());
    EXPECT_THAT(files(), ElementsAre("people.vav"));
    fs::remove(path());
  }
}

TEST_F(Creation, ALogWithoutItsGalleryIsNotTakenOver) {
  write_all(path("people.vav-wal"), "somebody's changes");
  std::string message;
  EXPECT_EQ(code_of([&] { open(); }, &message), VAV_E_GALLERY_BUSY);
  EXPECT_THAT(message, HasSubstr("people.vav-wal"));
  EXPECT_EQ(read_all(path("people.vav-wal")), "somebody's changes");
  EXPECT_THAT(files(), ElementsAre("people.vav-wal"));
}

TEST_F(Creation, AFileOfNoBytesKeepsItsRights) {
  write_all(path(), "");
  fs::permissions(path(), fs::perms(0640));
  EXPECT_THAT(open()->check(), IsEmpty());
  EXPECT_EQ(fs::status(path()).permissions(), fs::perms(0640));
}

// ---- Imports ----

class Import : public GalleryTest {
 protected:
  // A file as an export is, of these records, with the right checksum.
  void write_export(const std::string& header, const std::string& records) const {
    TransferHash hash;
    const std::string text = "visavis-export 1\n" + header + "\n" + records;
    hash.update({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
    write_all(path("x"), text + "E" + std::string("\x20\0\0\0", 4) + hash.final());
  }
  static std::string record(char kind, const std::string& payload) {
    std::string head(1, kind);
    for (int k = 0; k < 4; ++k) head += static_cast<char>(payload.size() >> (8 * k));
    return head + payload;
  }
  static std::string header(int persons, const std::string& more = "") {
    return "{\"model_sha256\": \"" + kRecipe.model_sha256 + "\", \"scoring\": \"" + kRecipe.scoring +
           "\", \"exported_at\": 1, \"persons\": " + std::to_string(persons) + ", \"templates\": 0" + more + "}";
  }
  static std::string person(int64_t id, const std::string& groups) {
    return record('P', "{\"id\": " + std::to_string(id) +
                           ", \"name\": \"p\", \"external_id\": null, \"metadata\": \"{}\", \"created_at\": 1, "
                           "\"updated_at\": 1, \"enabled\": true, \"groups\": " +
                           groups + "}");
  }
  vav_status import(std::string* message = nullptr) const {
    return code_of([&] { open()->import_from(path("x"), false)->run(kToTheEnd); }, message);
  }
};

TEST_F(Import, OfWhatIsWellFormed) {
  write_export(header(2), person(1, "[]") + person(2, "[\"a\", \"b\"]"));
  EXPECT_EQ(import(), VAV_OK);
  EXPECT_EQ(open()->persons({.group = "b"}).size(), 1u);
}

TEST_F(Import, AnIdLeavesRoomForAsManyMore) {
  for (const int64_t id : {int64_t{1} << 53, (int64_t{1} << 52) + 1, int64_t{0}}) {
    write_export(header(1), person(id, "[]"));
    EXPECT_EQ(import(), VAV_E_GALLERY_CORRUPT) << id;
  }
  write_export(header(1), person(int64_t{1} << 52, "[]"));
  EXPECT_EQ(import(), VAV_OK);
  EXPECT_EQ(open()->add_person({.name = "next"}), (int64_t{1} << 52) + 1);
}

TEST_F(Import, AGroupInWhichNothingCanBeSeenIsRefused) {
  for (const char* groups : {"[\"\"]", "[\"a\", \" \"]"}) {
    write_export(header(1), person(1, groups));
    std::string message;
    EXPECT_EQ(import(&message), VAV_E_GALLERY_CORRUPT);
    EXPECT_THAT(message, HasSubstr("blank"));
  }
}

TEST_F(Import, WhoIsNeverValidIsRefused) {
  for (const char* times : {"[], \"valid_from\": 7, \"valid_until\": 7", "[], \"valid_from\": 8, \"valid_until\": 7"}) {
    write_export(header(1), person(1, times));
    std::string message;
    EXPECT_EQ(import(&message), VAV_E_GALLERY_CORRUPT);
    EXPECT_THAT(message, HasSubstr("never valid"));
  }
}

TEST_F(Import, NestedJsonIsRefusedHoweverDeep) {
  for (const size_t depth : {2u, 100'000u, 5'000'000u}) {
    std::string message;
    write_export(header(1), person(1, std::string(depth, '[') + std::string(depth, ']')));
    EXPECT_EQ(import(&message), VAV_E_GALLERY_CORRUPT);
    EXPECT_THAT(message, HasSubstr("list"));
  }
  write_export(header(1, ", \"more\": " + std::string(30'000, '[') + std::string(30'000, ']')), person(1, "[]"));
  EXPECT_EQ(import(), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(open()->counts().persons, 0);
}

TEST_F(Import, TheChecksumComesBeforeAnythingElse) {
  write_export("{", "no record");  // wrong in every way
  std::string bytes = read_all(path("x")), message;
  bytes.back() ^= 1;
  write_all(path("x"), bytes);
  EXPECT_EQ(import(&message), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(message, HasSubstr("checksum"));
}

// How often SQLite asks says how much it works; a second would say it only on an idle machine.
TEST_F(Import, AGroupForEachPersonIsNoMoreWorkThanOneForAll) {
  const auto work = [&](bool own_group) {
    std::string records;
    constexpr int kPersons = 1500;
    for (int i = 1; i <= kPersons; ++i)
      records += person(i, own_group ? "[\"g" + std::to_string(i) + "\"]" : "[\"all\"]");
    write_export(header(kPersons), records);
    static int asked;
    asked = 0;
    GalleryOptions options;
    options.keep_going.ask = [](void*) -> int32_t { return ++asked; };
    const std::string name = path(own_group ? "own.vav" : "all.vav");
    Gallery::open(name, kRecipe, options)->import_from(path("x"), false)->run(kToTheEnd);
    return asked;
  };
  const int all = work(false), own = work(true);
  EXPECT_LT(own, 3 * all + 10);
}

TEST_F(Import, ManyGroupsInOneTransactionAreNotLookedAtAgainAndAgain) {
  static int asked;
  GalleryOptions options;
  options.keep_going.ask = [](void*) -> int32_t { return ++asked; };
  const auto gallery = Gallery::open(path(), kRecipe, options);
  gallery->begin();
  std::vector<int64_t> persons;
  for (int i = 0; i < 1200; ++i) {
    PersonFields fields = named("p");
    fields.groups = {"g" + std::to_string(i)};
    persons.push_back(gallery->add_person(fields));
  }
  asked = 0;
  for (const int64_t person : persons) gallery->remove_person(person);
  EXPECT_LT(asked, 2000);
  EXPECT_THAT(gallery->groups(), IsEmpty());
  gallery->commit();
}

// ---- Stopping ----

class Stopping : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    const auto gallery = open();
    gallery->begin();
    for (int i = 0; i < 400; ++i) gallery->add_template(gallery->add_person(named("p")), at(float(i)), {});
    gallery->commit();
    left_ = -1;
    GalleryOptions options;
    options.keep_going.ask = [](void*) -> int32_t { return left_ < 0 || left_-- > 0; };
    gallery_ = Gallery::open(path(), kRecipe, options);
  }
  void TearDown() override {
    gallery_.reset();
    GalleryTest::TearDown();
  }
  template <class Body>
  void expect_stopped(Body body) {
    int stopped = 0;
    for (int after = 0; after < 3; ++after) {
      left_ = after;
      const vav_status code = code_of(body);
      left_ = -1;
      EXPECT_TRUE(code == VAV_OK || code == VAV_E_CANCELLED) << code;
      stopped += code == VAV_E_CANCELLED;
      EXPECT_EQ(gallery_->counts().persons, 400);
      EXPECT_THAT(gallery_->check(), IsEmpty());
      open(GalleryMode::must_exist, 1)->update_person(1, named("no lock is left"));
    }
    EXPECT_GT(stopped, 0);
    EXPECT_THAT(files(), testing::Each(testing::Not(HasSubstr("partial"))));
  }
  static int left_;
  std::unique_ptr<Gallery> gallery_;
};
int Stopping::left_ = -1;

TEST_F(Stopping, Check) {
  expect_stopped([&] { gallery_->check(); });
}
TEST_F(Stopping, Compact) {
  expect_stopped([&] { gallery_->compact(); });
}
TEST_F(Stopping, Export) {
  expect_stopped([&] { gallery_->export_to(path("x"), true)->run(kToTheEnd); });
}
TEST_F(Stopping, TheFirstSearch) {
  expect_stopped([&] {
    const auto fresh =
        Gallery::open(path(), kRecipe, {.keep_going = {[](void*) -> int32_t { return left_ < 0 || left_-- > 0; }}});
    fresh->identify(at(0), 1, kEverything);
  });
}

// SQLite asks after so many of its steps, counted over all runs of a statement: now and then after a BEGIN or COMMIT has
// worked.
TEST_F(Stopping, NoTransactionIsOpenOfWhichNobodyKnows) {
  for (int i = 0; i < 3000; ++i) {
    left_ = 0;
    const vav_status begun = code_of([&] { gallery_->begin(); });
    EXPECT_TRUE(begun == VAV_OK || begun == VAV_E_CANCELLED) << begun;
    if (begun == VAV_OK) gallery_->commit();
  }
  left_ = -1;
  open(GalleryMode::must_exist, 1)->update_person(1, named("no lock is left"));
}

// ---- Times ----

TEST(Times, AreNotBeyondTheLatest) {
  EXPECT_GT(now_ms(), 1'600'000'000'000);
  EXPECT_LT(now_ms(), kLatestTime);
}

}  // namespace
}  // namespace visavis
