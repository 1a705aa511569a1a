// A transaction that SQLite undoes by itself, within a read or a change, is undone for good: until its owner ends it
// nothing more is changed, so that nothing of it, and nothing done after it, is kept alone.
#include <functional>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Undone : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open_stoppable();
    PersonFields ada = named("Ada");
    ada.metadata = R"({"long": ")" + std::string(40'000, 'x') + "\"}";  // reading it takes memory
    ada_ = gallery_->add_person(ada);
    gallery_->add_template(ada_, at(1), {});
    gallery_->set_threshold(0.5f);
    other_ = open();
  }
  void TearDown() override {
    gallery_.reset();
    other_.reset();
    GalleryTest::TearDown();
  }

  std::unique_ptr<Gallery> open_stoppable() {
    GalleryOptions options;
    options.keep_going = {[](void* left) -> int32_t { return --*static_cast<int*>(left) > 0; }, &left_};
    return Gallery::open(path(), kRecipe, options);
  }

  // What SQLite may take from now on, in bytes, for as long as the body runs.
  static vav_status with_memory(int64_t bytes, const std::function<void()>& body) {
    sqlite3_hard_heap_limit64(sqlite3_memory_used() + bytes);
    vav_status status = VAV_OK;
    try {
      body();
    } catch (const std::bad_alloc&) {
      status = VAV_E_OUT_OF_MEMORY;
    } catch (const Error& e) {
      status = e.code();
    }
    sqlite3_hard_heap_limit64(0);
    return status;
  }

  void change_much() {
    PersonFields off;
    off.enabled = false;
    gallery_->update_person(ada_, off);
    gallery_->set_threshold(1.1f);
    bo_ = gallery_->add_person(named("Bo"));
    gallery_->add_template(bo_, at(2), {});
  }

  void expect_as_before() {
    for (Gallery* each : {gallery_.get(), other_.get()}) {
      EXPECT_EQ(each->threshold(), 0.5f);
      EXPECT_EQ(each->counts().persons, 1);
      EXPECT_TRUE(each->persons({.id = ada_}).at(0).enabled);
      EXPECT_THAT(persons_of(each->identify(at(1), 5, kEverything)), ElementsAre(ada_));
    }
    EXPECT_THAT(other_->check(), IsEmpty());
  }

  // Every change that there is.
  std::vector<std::function<void()>> changes() {
    return {[&] { gallery_->add_person(named("Cy")); },
            [&] { gallery_->update_person(ada_, named("Eve")); },
            [&] { gallery_->remove_person(ada_); },
            [&] { gallery_->add_template(ada_, at(3), {}); },
            [&] { gallery_->remove_template(1); },
            [&] { gallery_->join_group(ada_, "day"); },
            [&] { gallery_->leave_group(ada_, "day"); },
            [&] { gallery_->purge_expired(5); },
            [&] { gallery_->set_threshold(0.7f); },
            [&] { gallery_->set_audit(true); },
            [&] { gallery_->forget_person(ada_, 0); },
            [&] { gallery_->finish_erasing(0); },
            [&] { gallery_->compact(); },
            [&] { gallery_->begin(); },
            [&] { gallery_->import_from(path("export"), false); },
            [&] { gallery_->record({AuditEntry{}}); }};
  }

  // Undone within a read, which has too little memory.
  bool begin_and_undo(int64_t bytes) {
    gallery_->begin();
    change_much();
    if (bytes % 2000) gallery_->identify(at(2), 5, kEverything);  // the index knows of it
    with_memory(bytes, [&] { gallery_->persons({}); });
    return code_of([&] { gallery_->join_group(ada_, "day"); }) == VAV_E_WRONG_STATE;
  }

  std::unique_ptr<Gallery> gallery_, other_;
  int64_t ada_ = 0, bo_ = 0;
  int left_ = 1'000'000;
};

TEST_F(Undone, ByAReadItIsUndoneAndNothingMoreIsChanged) {
  int undone = 0;
  for (int64_t bytes = 0; bytes < 60'000; bytes += 1000) {
    SCOPED_TRACE(bytes);
    if (!begin_and_undo(bytes)) {
      gallery_->rollback();
      continue;
    }
    if (++undone % 8 == 1) {
      std::string message;
      for (const auto& change : changes()) {
        EXPECT_EQ(code_of(change, &message), VAV_E_WRONG_STATE);
        EXPECT_THAT(message, HasSubstr("roll"));
      }
      gallery_->note_seen({ada_}, 1000);
    }
    expect_as_before();
    if (undone % 2) {
      EXPECT_EQ(code_of([&] { gallery_->rollback(); }), VAV_OK);
    } else {
      EXPECT_EQ(code_of([&] { gallery_->commit(); }), VAV_E_WRONG_STATE);
    }
    EXPECT_EQ(code_of([&] { gallery_->rollback(); }), VAV_E_WRONG_STATE) << "it has ended";
    expect_as_before();
  }
  EXPECT_GT(undone, 3);
  gallery_->begin();
  change_much();
  gallery_->commit();
  EXPECT_EQ(other_->counts().persons, 2);
}

TEST_F(Undone, ByAChangeItIsUndoneAndNothingMoreIsChanged) {
  const auto every = changes();
  int undone = 0, alone = 0;
  for (size_t which = 0; which < 9; ++which)
    for (int64_t bytes = 0; bytes < 20'000; bytes += 700) {
      SCOPED_TRACE(std::to_string(which) + " with " + std::to_string(bytes));
      gallery_->begin();
      change_much();
      const vav_status status = with_memory(bytes, every[which]);
      const bool is_undone = code_of([&] { gallery_->join_group(ada_, "night"); }) == VAV_E_WRONG_STATE;
      if (is_undone) expect_as_before();
      undone += is_undone;
      alone += status == VAV_E_OUT_OF_MEMORY && !is_undone;
      gallery_->rollback();
      if (is_undone || bytes == 0) expect_as_before();
    }
  EXPECT_GT(undone, 0);
  EXPECT_GT(alone, 0);
}

TEST_F(Undone, ACallThatIsStoppedIsUndoneAloneAndTheTransactionStaysOpen) {
  gallery_->begin();
  PersonFields fields = named("expired");
  fields.expires_at = 1000;
  for (int i = 0; i < 400; ++i) gallery_->add_template(gallery_->add_person(fields), at(3), {});
  const int64_t most = gallery_->add_person(named("with many faces"));
  for (int i = 0; i < 30'000; ++i) gallery_->add_template(most, at(4), {});
  gallery_->commit();
  int stopped = 0;
  for (const bool purges : {true, false})
    for (int questions = 1;; questions += 1 + questions / 8) {
      SCOPED_TRACE(questions);
      gallery_->begin();
      gallery_->set_threshold(1.1f);
      left_ = questions;
      const vav_status status =
          code_of([&] { purges ? void(gallery_->purge_expired(5000)) : gallery_->remove_person(most); });
      left_ = 1'000'000;
      const int64_t bo = gallery_->add_person(named("Bo"));
      if (status == VAV_OK) {
        gallery_->rollback();
        break;
      }
      ++stopped;
      ASSERT_EQ(status, VAV_E_CANCELLED);
      if (stopped % 2) {
        gallery_->rollback();
        EXPECT_EQ(other_->threshold(), 0.5f);
        EXPECT_EQ(other_->counts().persons, 402);
        continue;
      }
      gallery_->commit();
      EXPECT_EQ(other_->threshold(), 1.1f);
      EXPECT_EQ(other_->counts().persons, 403);
      EXPECT_EQ(other_->counts().templates, 30'401);
      gallery_->remove_person(bo);
      gallery_->set_threshold(0.5f);
    }
  EXPECT_GT(stopped, 4);
}

}  // namespace
}  // namespace visavis
