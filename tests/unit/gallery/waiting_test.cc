// gallery/gallery waiting for others: whoever is asked whether to go on is asked meanwhile, too.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>

#include "gallery/locks/file_locks.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

class Waiting : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    open()->add_person(named("Ada"));
    options_.busy_timeout_ms = 20'000;
    options_.keep_going = {[](void* left) -> int32_t { return (*static_cast<int*>(left))-- > 0; }, &left_};
  }

  template <class Body>
  void expect_stopped(Body body) {
    left_ = 3;
    std::string words;
    EXPECT_EQ(code_of(body, &words), VAV_E_CANCELLED) << words;
    EXPECT_NE(words.find("keep_going"), std::string::npos) << words;
  }

  // Holds the bytes as another program would.
  class Held {
   public:
    Held(const std::string& path, int64_t first, int64_t count) : fd_(::open(path.c_str(), O_RDWR | O_CLOEXEC)) {
      EXPECT_EQ(set_file_lock(fd_, FileLock::exclusive, first, count), 0);
    }
    ~Held() { ::close(fd_); }
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;

   private:
    int fd_;
  };

  int left_ = 1'000'000;
  GalleryOptions options_;
};

TEST_F(Waiting, ToOpenWhatIsBeingReplaced) {
  const Held held(path(), kNames, kRange);
  expect_stopped([&] { Gallery::open(path(), kRecipe, options_); });
}

TEST_F(Waiting, ToOpenWhatAnotherHasToItself) {
  {
    const Held held(path(), kPendingByte, kSharedFirst + kSharedSize - kPendingByte);
    expect_stopped([&] { Gallery::open(path(), kRecipe, options_); });
  }
  tamper("PRAGMA journal_mode = DELETE");
  {
    const Held held(path(), kReservedByte, 1);
    expect_stopped([&] { Gallery::open(path(), kRecipe, options_); });
  }
  left_ = 1'000'000;
  EXPECT_EQ(Gallery::open(path(), kRecipe, options_)->counts().persons, 1);
}

TEST_F(Waiting, ToWrite) {
  const auto other = open(), waiting = Gallery::open(path(), kRecipe, options_);
  other->begin();
  expect_stopped([&] { waiting->add_person(named("Bo")); });
  expect_stopped([&] { waiting->begin(); });
  expect_stopped([&] { waiting->compact(); });
  other->rollback();
  left_ = 1'000'000;
  EXPECT_EQ(waiting->counts().persons, 1);
  waiting->add_person(named("Bo"));
}

TEST_F(Waiting, ToErase) {
  const auto writer = Gallery::open(path(), kRecipe, options_), reader = open();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, "BEGIN; SELECT * FROM person", nullptr, nullptr, nullptr), SQLITE_OK);
  left_ = 3;
  EXPECT_EQ(writer->forget_person(1, 20'000).erased_at, 0);  // it is pending
  EXPECT_EQ(left_, -1) << "it is not asked again after it said no";
  left_ = 3;
  EXPECT_FALSE(writer->finish_erasing(20'000));
  EXPECT_EQ(left_, -1);
  sqlite3_close(db);
  left_ = 1'000'000;
  EXPECT_TRUE(writer->finish_erasing(20'000));
}

TEST_F(Waiting, ForAsLongAsWasSaid) {
  options_.busy_timeout_ms = 300;
  const Held held(path(), kPendingByte, kSharedFirst + kSharedSize - kPendingByte);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(code_of([&] { Gallery::open(path(), kRecipe, options_); }), VAV_E_GALLERY_BUSY);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(290));
}

}  // namespace
}  // namespace visavis
