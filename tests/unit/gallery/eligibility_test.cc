// gallery/eligibility: groups, validity, enabled and lists of persons decide who is scored, at once and for every
// handle.
#include "gallery/eligibility.h"

#include <functional>
#include <set>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class EligibilityOf : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
    other_ = open();
  }
  void TearDown() override {
    gallery_.reset();
    other_.reset();
    GalleryTest::TearDown();
  }
  int64_t add(float x, const PersonFields& fields = {}) {
    PersonFields all = fields;
    all.name = "P";
    const int64_t person = gallery_->add_person(all);
    gallery_->add_template(person, at(x), {});
    return person;
  }
  std::vector<int64_t> found(const CandidateFilter& among, size_t count = 1000) {
    const auto here = persons_of(gallery_->identify(at(0), Search{count, kEverything, 1, among}));
    EXPECT_EQ(persons_of(other_->identify(at(0), Search{count, kEverything, 1, among})), here);
    return here;
  }
  std::vector<int64_t> found_at(int64_t now) { return found({.now = now}); }

  std::unique_ptr<Gallery> gallery_, other_;
};

TEST_F(EligibilityOf, ValidityEndsAndBeginsByTheClock) {
  const int64_t always = add(1), from = add(2, {.valid_from = 100}), until = add(3, {.valid_until = 200}),
                between = add(4, {.valid_from = 100, .valid_until = 200}), expires = add(5, {.expires_at = 150});
  EXPECT_THAT(found_at(0), ElementsAre(always, until, expires));
  EXPECT_THAT(found_at(99), ElementsAre(always, until, expires));
  EXPECT_THAT(found_at(100), ElementsAre(always, from, until, between, expires));
  EXPECT_THAT(found_at(149), ElementsAre(always, from, until, between, expires));
  EXPECT_THAT(found_at(150), ElementsAre(always, from, until, between));
  EXPECT_THAT(found_at(199), ElementsAre(always, from, until, between));
  EXPECT_THAT(found_at(200), ElementsAre(always, from));
  EXPECT_THAT(found_at(99), ElementsAre(always, until, expires)) << "the clock may go back";
  EXPECT_THAT(found({.also_inactive = true, .now = 99}), ElementsAre(always, from, until, between, expires));
  // The nearest are the nearest of those who may be candidates.
  EXPECT_THAT(found({.now = 200}, 2), ElementsAre(always, from));
  const int64_t late = add(0.5f);
  EXPECT_THAT(found_at(200), ElementsAre(late, always, from)) << "added while the list is kept";
  gallery_->update_person(until, {.valid_until = kNoTime});
  EXPECT_THAT(found_at(200), ElementsAre(late, always, from, until));
}

TEST_F(EligibilityOf, EnabledIsFollowedAtOnce) {
  const int64_t ada = add(1), bo = add(2);
  EXPECT_THAT(found({}), ElementsAre(ada, bo));
  gallery_->update_person(ada, {.enabled = false});
  EXPECT_THAT(found({}), ElementsAre(bo));
  EXPECT_FALSE(gallery_->persons({.id = ada})[0].enabled);
  other_->update_person(bo, {.enabled = false});
  EXPECT_THAT(found({}), IsEmpty());
  EXPECT_THAT(found({.also_inactive = true}), ElementsAre(ada, bo));
  gallery_->update_person(ada, {.enabled = true});
  EXPECT_THAT(found({}), ElementsAre(ada));
  gallery_->begin();
  gallery_->update_person(bo, {.enabled = true});
  EXPECT_THAT(persons_of(gallery_->identify(at(0), Search{5, kEverything})), ElementsAre(ada, bo));
  gallery_->rollback();
  EXPECT_THAT(found({}), ElementsAre(ada));
  other_->update_person(ada, {.enabled = false});  // takes the number which was rolled back
  EXPECT_THAT(found({}), IsEmpty());
}

TEST_F(EligibilityOf, GroupsAndListsNarrow) {
  const int64_t ada = add(1, {.groups = {{"staff", "night"}}}), bo = add(2, {.groups = {{"staff"}}}), cy = add(3);
  EXPECT_THAT(found({.groups = {{"staff"}}}), ElementsAre(ada, bo));
  EXPECT_THAT(found({.groups = {{"night"}}}), ElementsAre(ada));
  EXPECT_THAT(found({.groups = {{"night", "staff"}}}), ElementsAre(ada, bo)) << "in one of them is enough";
  EXPECT_THAT(found({.groups = {{"nobody's"}}}), IsEmpty());
  EXPECT_THAT(found({.groups = std::vector<std::string>{}}), IsEmpty());
  EXPECT_THAT(found({.persons = {{cy, bo, cy, 99}}}), ElementsAre(bo, cy));
  EXPECT_THAT(found({.groups = {{"staff"}}, .persons = {{cy, bo}}}), ElementsAre(bo)) << "both must hold";
  gallery_->join_group(cy, "night");
  gallery_->join_group(cy, "night");
  EXPECT_THAT(found({.groups = {{"night"}}}), ElementsAre(ada, cy));
  other_->leave_group(ada, "night");
  EXPECT_THAT(found({.groups = {{"night"}}}), ElementsAre(cy));
  gallery_->update_person(bo, {.groups = std::vector<std::string>{"day"}});
  EXPECT_THAT(found({.groups = {{"staff"}}}), ElementsAre(ada));
  EXPECT_THAT(found({.groups = {{"day"}}}), ElementsAre(bo));
  EXPECT_THAT(gallery_->persons({.id = ada})[0].groups, ElementsAre("staff"));
  EXPECT_EQ(gallery_->persons({.group = "night"}).at(0).id, cy);
  EXPECT_THAT(gallery_->persons({.name = "nobody", .group = "night"}), IsEmpty());
  gallery_->remove_person(cy);
  std::set<std::string> left;
  for (const Group& group : other_->groups()) left.insert(group.name + std::to_string(group.persons));
  EXPECT_THAT(left, ElementsAre("day1", "staff1")) << "a group without members is gone";
  EXPECT_EQ(code_of([&] { gallery_->join_group(cy, "night"); }), VAV_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { gallery_->leave_group(99, "night"); }), VAV_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { gallery_->join_group(bo, ""); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_THAT(gallery_->check(), IsEmpty());
}

TEST_F(EligibilityOf, PurgeRemovesWhoseTimeHasCome) {
  const int64_t stays = add(1), later = add(2, {.expires_at = 200}), now = add(3, {.expires_at = 100});
  EXPECT_EQ(gallery_->purge_expired(99), 0);
  EXPECT_EQ(gallery_->purge_expired(100), 1);
  EXPECT_THAT(found({.also_inactive = true}), ElementsAre(stays, later));
  EXPECT_THAT(gallery_->persons({.id = now}), IsEmpty());
  EXPECT_EQ(other_->purge_expired(1'000), 1);
  EXPECT_EQ(gallery_->counts().templates, 1);
}

TEST_F(EligibilityOf, SeenIsNotedOnceAnHour) {
  const int64_t ada = add(1);
  EXPECT_EQ(gallery_->persons({.id = ada})[0].last_seen_at, std::nullopt);
  constexpr int64_t kHour = 3'600'000, kStart = 1'800'000'000'000;
  gallery_->note_seen({ada}, kStart);
  gallery_->note_seen({ada}, kStart + kHour - 1);
  EXPECT_EQ(other_->persons({.id = ada})[0].last_seen_at, kStart);
  gallery_->note_seen({ada}, kStart + kHour);
  EXPECT_EQ(other_->persons({.id = ada})[0].last_seen_at, kStart + kHour);
  gallery_->note_seen({ada}, kStart);
  EXPECT_EQ(other_->persons({.id = ada})[0].last_seen_at, kStart + kHour) << "never a little backwards";
  // A clock that was once far ahead does not silence it for years.
  gallery_->note_seen({ada}, kStart + 20'000 * kHour);
  gallery_->note_seen({ada}, kStart + 2 * kHour);
  EXPECT_EQ(other_->persons({.id = ada})[0].last_seen_at, kStart + 2 * kHour);
  // Noting waits for nobody and fails for nothing.
  other_->begin();
  gallery_->note_seen({ada}, kStart + 9 * kHour);
  other_->rollback();
  EXPECT_EQ(other_->persons({.id = ada})[0].last_seen_at, kStart + 2 * kHour);
  open(GalleryMode::read_only)->note_seen({ada}, kStart + 9 * kHour);
  gallery_->note_seen({99}, kStart);  // removed meanwhile: nothing to note
}

// Whatever has looked at the gallery in between, the next search knows of all changes.
TEST_F(EligibilityOf, NothingUsesUpAChange) {
  const int64_t ada = add(1), bo = add(20), cy = add(40);
  gallery_->update_person(cy, {.enabled = false});
  const std::function<void()> between[] = {
      [&] { gallery_->check(); },
      [&] { gallery_->duplicates(0, 100, 1); },
      [&] { gallery_->identify(at(0), 5, kEverything); },
      [&] {
        gallery_->identify(at(0), Search{5, kEverything, 1, {.groups = {{"nobody's"}}}});
      },
      [&] {
        gallery_->identify(at(0), Search{5, kEverything, 1, {.persons = {{bo}}}});
      },
      [&] { gallery_->forget_person(gallery_->add_person(named("gone")), 0); },
      [&] { gallery_->counts(); },
  };
  for (const auto& look : between)
    for (Gallery* writer : {gallery_.get(), other_.get()}) {
      writer->update_person(ada, {.enabled = false});
      look();
      EXPECT_THAT(persons_of(gallery_->identify(at(0), Search{5, kEverything})), ElementsAre(bo));
      writer->update_person(ada, {.enabled = true});
      look();
      EXPECT_THAT(persons_of(gallery_->identify(at(0), Search{5, kEverything})), ElementsAre(ada, bo));
    }
}

// Typed on another machine it is the same text.
TEST_F(EligibilityOf, NamesAndGroupsAreComparedInTheirNormalForm) {
  const int64_t zoe = add(1);
  gallery_->update_person(zoe, {.name = "Zoe\u0308", .groups = {{"na\u0308chtlich"}}});
  EXPECT_EQ(other_->persons({.name = "Zo\u00eb"}).at(0).name, "Zoe\u0308") << "kept as it was typed";
  EXPECT_EQ(other_->persons({.name = "Zoe\u0308"}).size(), 1u);
  EXPECT_EQ(other_->persons({.group = "n\u00e4chtlich"}).size(), 1u);
  EXPECT_THAT(found({.groups = {{"n\u00e4chtlich"}}}), ElementsAre(zoe));
  gallery_->join_group(zoe, "n\u00e4chtlich");
  EXPECT_EQ(gallery_->groups().size(), 1u);
  gallery_->leave_group(zoe, "n\u00e4chtlich");
  EXPECT_EQ(gallery_->groups().size(), 0u);
  for (const char* blank : {"", " ", "\t\n", "\u00a0\u2003", "\u200b\u2060", "\u3000"}) {
    EXPECT_EQ(code_of([&] { gallery_->add_person(named(blank)); }), VAV_E_INVALID_ARGUMENT) << blank;
    EXPECT_EQ(code_of([&] { gallery_->update_person(zoe, named(blank)); }), VAV_E_INVALID_ARGUMENT);
    EXPECT_EQ(code_of([&] { gallery_->join_group(zoe, blank); }), VAV_E_INVALID_ARGUMENT);
    EXPECT_EQ(code_of([&] { gallery_->leave_group(zoe, blank); }), *blank ? VAV_OK : VAV_E_INVALID_ARGUMENT);
  }
  EXPECT_EQ(gallery_->add_person(named("\u200b\u5c0f")), zoe + 1);
}

TEST_F(EligibilityOf, RandomChangesAgainstAPlainModel) {
  struct Row {
    bool enabled = true;
    std::optional<int64_t> from, until;
    std::set<std::string> groups;
  };
  std::map<int64_t, Row> rows;
  std::mt19937 random(31);
  const auto time = [&]() -> std::optional<int64_t> {
    return random() % 3 ? std::optional<int64_t>(random() % 50 + 1) : std::nullopt;
  };
  for (int step = 0; step < 300; ++step) {
    Gallery& writer = random() % 2 ? *gallery_ : *other_;
    const unsigned what = random() % 6;
    if (what <= 1 || rows.empty()) {
      PersonFields fields = named("P");
      Row row;
      if (what == 1) fields.valid_from = row.from = time(), fields.valid_until = row.until = time();
      const int64_t id = writer.add_person(fields);
      writer.add_template(id, at(float(id)), {});
      rows[id] = row;
    } else {
      const auto one = std::next(rows.begin(), long(random() % rows.size()));
      const std::string group(1, char('a' + random() % 3));
      if (what == 2) writer.update_person(one->first, {.enabled = one->second.enabled = random() % 2});
      if (what == 3) writer.join_group(one->first, group), one->second.groups.insert(group);
      if (what == 4) writer.leave_group(one->first, group), one->second.groups.erase(group);
      if (what == 5) writer.remove_person(one->first), rows.erase(one);
    }
    const auto now = int64_t(random() % 52);
    CandidateFilter filter{.now = now};
    if (random() % 2) filter.groups = {std::string(1, char('a' + random() % 3))};
    std::vector<int64_t> expected;
    for (const auto& [id, row] : rows)
      if (row.enabled && now >= row.from.value_or(0) && now < row.until.value_or(100) &&
          (!filter.groups || row.groups.contains(filter.groups->front())))
        expected.push_back(id);
    ASSERT_EQ(found(filter), expected) << step;
  }
}

}  // namespace
}  // namespace visavis
