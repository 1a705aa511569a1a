// A forgotten person: no byte of them in any file of the gallery, at once or as soon as nobody reads the old state.
#include <functional>
#include <thread>

#include "gallery/locks/lock_vfs.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::IsEmpty;

class Forget : public GalleryTest {
 protected:
  Embedding face_of(int64_t person, int number) const { return Embeddings(unsigned(1000 * person + number)).next(); }

  int64_t add(Gallery& gallery, int templates = 2) {
    PersonFields fields = named("Secret Name");
    const int64_t person = gallery.add_person(fields);
    fields.name = "Secret Name " + std::to_string(person) + ".";
    fields.external_id = "secret-key-" + std::to_string(person) + ".";
    fields.metadata = "{\"secret\": \"value " + std::to_string(person) + ".\"}";
    gallery.update_person(person, fields);
    for (int i = 0; i < templates; ++i) gallery.add_template(person, face_of(person, i), {0.5f, "secret.jpg"});
    templates_[person] = templates;
    return person;
  }

  // How many traces of a person all files of the folder hold.
  int traces(int64_t person) const {
    const std::string number = std::to_string(person) + ".";
    int found = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      const std::string bytes = read_all(entry.path());
      for (const std::string& text : {"Secret Name " + number, "secret-key-" + number, "value " + number})
        found += bytes.find(text) != std::string::npos;
      for (int i = 0; i < templates_.at(person); ++i) {
        const Embedding face = face_of(person, i);
        // Any 16 bytes of it.
        for (size_t k = 0; k + 4 <= face.size(); k += 4)
          found += bytes.find(std::string(reinterpret_cast<const char*>(&face[k]), 16)) != std::string::npos;
      }
    }
    return found;
  }

  std::map<int64_t, int> templates_;
};

TEST_F(Forget, LeavesNoByte) {
  const auto gallery = open();
  const int64_t ada = add(*gallery), bo = add(*gallery);
  EXPECT_GT(traces(ada), 0);
  const Erasure receipt = gallery->forget_person(ada, 1000);
  EXPECT_EQ(receipt.person, ada);
  EXPECT_EQ(receipt.templates, 2);
  EXPECT_GE(receipt.erased_at, receipt.requested_at);
  EXPECT_EQ(traces(ada), 0);
  EXPECT_GT(traces(bo), 0);
  EXPECT_THAT(gallery->identify(face_of(ada, 0), 1, 0.01f), IsEmpty());
  EXPECT_EQ(code_of([&] { gallery->forget_person(ada, 0); }), VAV_E_NOT_FOUND);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

// Rows move between pages while a gallery grows and shrinks; nothing of them may stay behind.
TEST_F(Forget, LeavesNoByteInALivedInGallery) {
  const auto gallery = open();
  std::mt19937 random(41);
  std::vector<int64_t> there;
  for (int round = 0; round < 12; ++round) {
    gallery->begin();
    for (int i = 0; i < 60; ++i) there.push_back(add(*gallery, 1 + int(random() % 5)));
    gallery->commit();
    gallery->begin();
    for (int i = 0; i < 40; ++i) {
      const size_t at = random() % there.size();
      gallery->remove_person(there[at]);
      EXPECT_TRUE(templates_.erase(there[at]));
      there.erase(there.begin() + ptrdiff_t(at));
    }
    gallery->commit();
    for (int i = 0; i < 3; ++i) {
      const size_t at = random() % there.size();
      const int64_t person = there[at];
      ASSERT_NE(gallery->forget_person(person, 1000).erased_at, 0);
      EXPECT_EQ(traces(person), 0) << "round " << round << ", person " << person;
      there.erase(there.begin() + ptrdiff_t(at));
    }
  }
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_F(Forget, WaitsForReadersAndSaysWhenTheyTakeTooLong) {
  auto gallery = open();
  const int64_t ada = add(*gallery);
  add(*gallery);
  sqlite3* reader = nullptr;
  // With the gallery's own locks: looking for traces opens and closes the files, which takes away those of plain
  // SQLite.
  ASSERT_EQ(sqlite3_open_v2(path().c_str(), &reader, SQLITE_OPEN_READWRITE, lock_vfs()), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM template", nullptr, nullptr, nullptr), SQLITE_OK);
  const Erasure receipt = gallery->forget_person(ada, 50);
  EXPECT_EQ(receipt.erased_at, 0);
  EXPECT_TRUE(gallery->state().erase_pending);
  EXPECT_THAT(gallery->identify(face_of(ada, 0), 1, 0.01f), IsEmpty()) << "gone for everybody who asks now";
  EXPECT_GT(traces(ada), 0) << "what the reader sees must still be somewhere";
  EXPECT_FALSE(gallery->finish_erasing(20));

  sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr);
  EXPECT_TRUE(gallery->finish_erasing(1000));
  EXPECT_EQ(traces(ada), 0);
  EXPECT_FALSE(gallery->state().erase_pending);
  sqlite3_close(reader);
}

// Whatever handle changes something next, of whatever program.
TEST_F(Forget, WhatIsPendingIsFinishedByTheNextChangeOfAnyHandle) {
  const auto gallery = open(), other = open();
  const std::function<void()> changes[] = {
      [&] { other->set_threshold(0.5f); },
      [&] { other->set_audit(true); },
      [&] { other->record({AuditEntry{}}); },
      [&] { other->begin(), other->set_threshold(0.6f), other->commit(); },
      [&] { other->add_template(other->add_person(named("Bo")), at(1), {}); },
      [&] { gallery->begin(), gallery->set_threshold(0.7f), gallery->commit(); },
  };
  for (const auto& change : changes) {
    const int64_t ada = add(*gallery);
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open_v2(path().c_str(), &reader, SQLITE_OPEN_READWRITE, lock_vfs()), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM template", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(gallery->forget_person(ada, 0).erased_at, 0);
    change();
    EXPECT_TRUE(gallery->state().erase_pending) << "somebody reads on";
    sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr);
    sqlite3_close(reader);
    change();
    EXPECT_FALSE(gallery->state().erase_pending);
    EXPECT_EQ(traces(ada), 0);
    if (gallery->state().audit) other->set_audit(false);
  }
}

TEST_F(Forget, IsPendingWhenAnotherThreadBeginsATransactionMeanwhile) {
  struct Other {
    Gallery* gallery = nullptr;
    std::thread thread = {};
  } other;
  GalleryOptions options;
  options.keep_going.user = &other;
  options.keep_going.ask = [](void* user) {  // asked while it waits for the reader
    Other& now = *static_cast<Other*>(user);
    if (now.gallery && !now.thread.joinable()) now.thread = std::thread([&] { now.gallery->begin(); });
    return 1;
  };
  auto gallery = Gallery::open(path(), kRecipe, options);
  const int64_t ada = add(*gallery);
  sqlite3* reader = nullptr;
  ASSERT_EQ(sqlite3_open_v2(path().c_str(), &reader, SQLITE_OPEN_READWRITE, lock_vfs()), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM template", nullptr, nullptr, nullptr), SQLITE_OK);
  other.gallery = gallery.get();
  const Erasure receipt = gallery->forget_person(ada, 5000);
  ASSERT_TRUE(other.thread.joinable()) << "this test tests nothing any more";
  other.thread.join();
  EXPECT_EQ(receipt.templates, 2);
  EXPECT_EQ(receipt.erased_at, 0);
  sqlite3_close(reader);
  gallery->rollback();
  EXPECT_TRUE(gallery->finish_erasing(1000));
  EXPECT_EQ(traces(ada), 0);
}

TEST_F(Forget, IsFinishedByALaterChangeOrOpen) {
  for (const bool by_open : {false, true}) {
    auto gallery = open();
    const int64_t person = add(*gallery);
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &reader), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM template", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(gallery->forget_person(person, 0).erased_at, 0);
    if (by_open) gallery.reset();  // the reader keeps it from being the last who closes, which would empty the log
    sqlite3_exec(reader, "COMMIT", nullptr, nullptr, nullptr);
    if (by_open)
      gallery = open();
    else
      gallery->add_person(named("somebody else"));
    EXPECT_FALSE(gallery->state().erase_pending);
    EXPECT_EQ(traces(person), 0);
    sqlite3_close(reader);
  }
}

TEST_F(Forget, IsRefusedInATransaction) {
  const auto gallery = open();
  const int64_t ada = add(*gallery);
  gallery->begin();
  EXPECT_EQ(code_of([&] { gallery->forget_person(ada, 0); }), VAV_E_WRONG_STATE);
  gallery->rollback();
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only)->forget_person(ada, 0); }), VAV_E_PERMISSION);
}

}  // namespace
}  // namespace visavis
