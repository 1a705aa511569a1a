// gallery/gallery: transactions, seen from inside, from outside, and after they failed.
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <new>
#include <thread>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Transaction : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
    other_ = open(GalleryMode::open_or_create, 1);
    ada_ = add("Ada", 1);
  }
  void TearDown() override {
    other_.reset();
    gallery_.reset();
    GalleryTest::TearDown();
  }
  int64_t add(const std::string& name, float x) {
    const int64_t person = gallery_->add_person(named(name));
    gallery_->add_template(person, at(x), {});
    return person;
  }
  std::vector<int64_t> found(Gallery& gallery) { return persons_of(gallery.identify(at(0), 50, kEverything)); }
  std::vector<int64_t> found() { return found(*gallery_); }

  std::unique_ptr<Gallery> gallery_, other_;
  int64_t ada_ = 0;
};

TEST_F(Transaction, IsSeenInsideAtOnceAndOutsideAfterCommit) {
  gallery_->begin();
  const int64_t bo = add("Bo", 2);
  gallery_->remove_person(ada_);
  EXPECT_THAT(found(), ElementsAre(bo));
  EXPECT_THAT(found(*other_), ElementsAre(ada_));
  EXPECT_EQ(gallery_->counts().persons, 1);
  gallery_->commit();
  EXPECT_THAT(found(), ElementsAre(bo));
  EXPECT_THAT(found(*other_), ElementsAre(bo));
}

TEST_F(Transaction, RollbackUndoesEverythingAlsoInTheIndex) {
  const int64_t bo = add("Bo", 2);
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
  gallery_->begin();
  const int64_t cy = add("Cy", 3);
  gallery_->remove_person(ada_);
  gallery_->update_person(bo, named("changed"));
  EXPECT_THAT(found(), ElementsAre(bo, cy));
  gallery_->rollback();
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
  EXPECT_EQ(gallery_->identify(at(2), 1, kEverything)[0].name, "Bo");
  EXPECT_EQ(gallery_->counts().persons, 2);
}

TEST_F(Transaction, AChangeThatFailsWithinIsUndoneAlone) {
  int failed = 0, kept = 0;
  for (int64_t more = 0; failed < 10'000; more += 100) {
    const auto fresh = open();  // whose statements SQLite has still to compile, each with memory of its own
    fresh->begin();
    bool done = true;
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + more);
    try {
      fresh->update_person(ada_, named("Another name"));
    } catch (const std::bad_alloc&) {
      done = false;
    }
    sqlite3_hard_heap_limit64(0);
    if (done) {
      fresh->rollback();
      break;
    }
    ++failed;
    kept += code_of([&] { fresh->commit(); }) == VAV_OK;
    ASSERT_EQ(other_->identify(at(1), 1, kEverything)[0].name, "Ada");
    ASSERT_THAT(other_->check(), IsEmpty());
  }
  EXPECT_GT(failed, 5);
  EXPECT_GT(kept, 5) << "the whole transaction is given up each time";
}

TEST_F(Transaction, RollbackOfUnseenChangesToo) {
  EXPECT_THAT(found(), ElementsAre(ada_));
  gallery_->begin();
  gallery_->remove_person(ada_);
  add("Bo", 2);
  gallery_->rollback();
  EXPECT_THAT(found(), ElementsAre(ada_));
}

TEST_F(Transaction, IdsRolledBackAndGivenToOthersAreNotMixedUp) {
  // The template id that Bo's rolled back template had is given to Cy's by another process before the next search.
  gallery_->begin();
  const int64_t bo = add("Bo", 2);
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
  gallery_->rollback();
  const int64_t cy = other_->add_person(named("Cy"));
  EXPECT_EQ(other_->add_template(cy, at(-3), {}), 2);
  const auto matches = gallery_->identify(at(0), 5, kEverything);
  EXPECT_THAT(persons_of(matches), ElementsAre(ada_, cy));
  EXPECT_EQ(matches[1].distance, 3);
  EXPECT_EQ(matches[1].name, "Cy");
}

TEST_F(Transaction, TwoRollbacksWithoutASearchBetween) {
  for (int i = 0; i < 2; ++i) {
    gallery_->begin();
    add("Bo", 2);
    found();
    gallery_->rollback();
    other_->add_template(ada_, at(7), {});
  }
  EXPECT_THAT(found(), ElementsAre(ada_));
  EXPECT_EQ(gallery_->identify(at(7), 1, kEverything)[0].distance, 0);
}

TEST_F(Transaction, ARollbackIsFollowedAlsoWhenACommitComesBeforeTheNextSearch) {
  const int64_t bo = add("Bo", 2);
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
  gallery_->begin();
  gallery_->remove_person(ada_);
  EXPECT_THAT(found(), ElementsAre(bo));
  gallery_->rollback();
  gallery_->begin();
  const int64_t cy = add("Cy", 3);
  gallery_->commit();
  EXPECT_THAT(found(), ElementsAre(ada_, bo, cy));
}

TEST_F(Transaction, ARemovalRolledBackBeforeTheFirstSearchAfterOpening) {
  const int64_t bo = add("Bo", 2);
  gallery_ = open();
  gallery_->begin();
  gallery_->remove_person(ada_);
  EXPECT_THAT(found(), ElementsAre(bo));
  gallery_->rollback();
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
}

TEST_F(Transaction, MoreRemovalsThanAreKeptAreFollowedToo) {
  const int64_t bo = add("Bo", 2);
  EXPECT_THAT(found(*other_), ElementsAre(ada_, bo));
  gallery_->begin();
  gallery_->remove_person(ada_);
  for (int i = 0; i < 10'050; ++i) gallery_->remove_template(gallery_->add_template(bo, at(9), {}));
  EXPECT_THAT(found(), ElementsAre(bo));
  gallery_->rollback();
  EXPECT_THAT(found(), ElementsAre(ada_, bo));
  gallery_->begin();
  gallery_->remove_person(ada_);
  for (int i = 0; i < 10'050; ++i) gallery_->remove_template(gallery_->add_template(bo, at(9), {}));
  gallery_->commit();
  EXPECT_THAT(found(), ElementsAre(bo));
  EXPECT_THAT(found(*other_), ElementsAre(bo));
}

TEST_F(Transaction, WrongOrderIsSaid) {
  EXPECT_EQ(code_of([&] { gallery_->commit(); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(code_of([&] { gallery_->rollback(); }), VAV_E_WRONG_STATE);
  gallery_->begin();
  EXPECT_EQ(code_of([&] { gallery_->begin(); }), VAV_E_WRONG_STATE);
  gallery_->commit();
  EXPECT_EQ(code_of([&] { gallery_->commit(); }), VAV_E_WRONG_STATE);
}

TEST_F(Transaction, AFailedChangeLeavesItOpen) {
  gallery_->begin();
  const int64_t bo = gallery_->add_person({"Bo", "b", std::nullopt});
  EXPECT_EQ(code_of([&] { gallery_->add_person({"Cy", "b", std::nullopt}); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(code_of([&] { gallery_->remove_person(99); }), VAV_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { gallery_->add_template(99, at(1), {}); }), VAV_E_NOT_FOUND);
  gallery_->commit();
  EXPECT_EQ(other_->persons({.id = bo}).size(), 1u);
}

TEST_F(Transaction, ClosingRollsBack) {
  gallery_->begin();
  add("Bo", 2);
  gallery_.reset();
  EXPECT_THAT(found(*other_), ElementsAre(ada_));
  gallery_ = open();
  EXPECT_THAT(found(), ElementsAre(ada_));
}

TEST_F(Transaction, OthersWaitAndAreToldButMayRead) {
  gallery_->begin();
  EXPECT_EQ(code_of([&] { other_->add_person(named("Bo")); }), VAV_E_GALLERY_BUSY);
  EXPECT_EQ(code_of([&] { other_->begin(); }), VAV_E_GALLERY_BUSY);
  EXPECT_THAT(found(*other_), ElementsAre(ada_));
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist, 1); }), VAV_OK) << "opening must not need the writer's lock";
  std::thread writer([&] { gallery_->add_person(named("Bo")); });
  writer.join();
  gallery_->commit();
  other_->add_person(named("Cy"));
  EXPECT_EQ(gallery_->counts().persons, 3);
}

TEST_F(Transaction, SearchesGoOnWhileThisHandleWaitsForAnotherWriter) {
  gallery_ = open(GalleryMode::open_or_create, 300'000);
  other_->begin();
  std::atomic<bool> written{false};
  std::thread waiting([&] {
    EXPECT_EQ(code_of([&] { gallery_->add_person(named("Bo")); }), VAV_OK) << "a search waited until it gave up";
    written = true;
  });
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(found(), ElementsAre(ada_));
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  EXPECT_FALSE(written) << "the searches waited with the writer";
  other_->commit();
  waiting.join();
  EXPECT_EQ(gallery_->counts().persons, 2);
}

TEST_F(Transaction, AFullDiskUndoesTheTransactionAndNothingElse) {
  other_.reset();
  gallery_.reset();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // files may not grow beyond 256 KiB here
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{256 << 10, 256 << 10};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto gallery = open();
    const auto fill = [&] {
      for (int i = 0; i < 5000; ++i) gallery->add_template(ada_, Embeddings(unsigned(i)).next(), {});
    };
    gallery->begin();
    bool failed = false;
    try {
      fill();
      gallery->commit();
    } catch (const Error& e) {
      failed = e.code() == VAV_E_DISK_FULL && std::string(e.what()).find("ulimit -f") != std::string::npos;
    }
    try {
      gallery->rollback();
    } catch (const Error& e) {
      failed = failed && e.code() == VAV_E_WRONG_STATE;
    }
    const bool as_before = persons_of(gallery->identify(at(1), 5, kEverything)) == std::vector<int64_t>{ada_} &&
                           gallery->counts().templates == 1 && gallery->check().empty();
    gallery.reset();
    _exit(failed && as_before ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  gallery_ = open();
  EXPECT_THAT(gallery_->check(), IsEmpty());
  EXPECT_EQ(gallery_->counts().templates, 1);
}

}  // namespace
}  // namespace visavis
