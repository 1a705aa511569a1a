// pipeline/identification: decisions, and that they are written down together or not at all.
#include "pipeline/identification.h"

#include <cmath>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using testing::SizeIs;

class IdentificationTest : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
    for (int i = 0; i < 3; ++i) {
      ids_.push_back(gallery_->add_person({.name = "p" + std::to_string(i)}));
      gallery_->add_template(ids_.back(), at(float(i)), {});
    }
  }
  Question ask(int64_t now = kNow) const {
    Question question;
    question.search.count = 2;
    question.search.among.now = now;
    question.note_seen = true;
    return question;
  }
  std::optional<int64_t> last_seen(int64_t person) {
    for (const Person& one : gallery_->persons({}))
      if (one.id == person) return one.last_seen_at;
    return std::nullopt;
  }
  static constexpr int64_t kNow = 1'700'000'000'000;
  std::unique_ptr<Gallery> gallery_;
  std::vector<int64_t> ids_;
};

TEST_F(IdentificationTest, TheDecisionIsByTheThresholdThatWasAskedForElseTheGallerysElseTheDefault) {
  const Embedding near = at(0.5f);
  const Limits usual = limits_for(Against::anybody, {}, 0, {kRecipe, 0.6f}, 3);
  EXPECT_EQ(identify(*gallery_, {near}, ask()).front().limits.match, usual.match);
  EXPECT_EQ(identify(*gallery_, {near}, ask()).front().limits.comparisons, 3);
  gallery_->set_threshold(0.4f);
  EXPECT_EQ(identify(*gallery_, {near}, ask()).front().decision, Decision::unknown);
  Question wider = ask();
  wider.asked.threshold = 0.55f;
  const Identification answer = identify(*gallery_, {near}, wider).front();
  EXPECT_EQ(answer.decision, Decision::match);
  EXPECT_EQ(answer.limits.match, 0.55f);
  wider.only_within = true;
  EXPECT_THAT(identify(*gallery_, {at(0.9f)}, wider).front().matches, SizeIs(1));
}

// The more templates a face is compared with, the more often a stranger is near one.
TEST_F(IdentificationTest, TheThresholdFollowsTheNumberOfTemplatesThatMayBeFound) {
  const auto match = [&](const Question& question) { return identify(*gallery_, {at(9)}, question).front().limits; };
  const float before = match(ask()).match;
  for (int i = 0; i < 20; ++i) gallery_->add_template(ids_[2], at(2 + float(i) / 1000), {});
  EXPECT_EQ(match(ask()).comparisons, 23);
  EXPECT_LT(match(ask()).match, before);
  Question among = ask();
  among.search.among.persons = {{ids_[0], ids_[1]}};
  EXPECT_EQ(match(among).comparisons, 2);
  among.search.among.persons = {{ids_[2]}};
  EXPECT_EQ(match(among).comparisons, 21);
  gallery_->update_person(ids_[2], {.enabled = false});
  EXPECT_EQ(match(among).comparisons, 0 + 1) << "nobody counts as one";
  // One person alone: with all templates of theirs.
  EXPECT_EQ(verify(*gallery_, ids_[2], at(9), ask()).limits.comparisons, 21);
  EXPECT_EQ(verify(*gallery_, ids_[0], at(9), ask()).limits.comparisons, 1);
}

TEST_F(IdentificationTest, ADoorHasTwoBandsAndAMarginWhateverTheCallerWantsToSee) {
  Question door = ask();
  door.asked.preset = Preset::door;
  door.search.count = 1;
  door.only_within = true;
  const Limits limits = identify(*gallery_, {at(9)}, door).front().limits;
  ASSERT_LT(limits.match, limits.review);
  EXPECT_EQ(identify(*gallery_, {at(-limits.match + 0.001f)}, door).front().decision, Decision::match);
  const Identification review = identify(*gallery_, {at(-limits.review + 0.001f)}, door).front();
  EXPECT_EQ(review.decision, Decision::review);
  EXPECT_THAT(review.matches, SizeIs(1));
  EXPECT_EQ(identify(*gallery_, {at(-limits.review - 0.001f)}, door).front().decision, Decision::unknown);
  gallery_->add_template(gallery_->add_person({.name = "twin"}), at(0.01f), {});
  const Identification ambiguous = identify(*gallery_, {at(0)}, door).front();
  EXPECT_EQ(ambiguous.decision, Decision::ambiguous);
  EXPECT_THAT(ambiguous.matches, SizeIs(1)) << "the next one decides, but was not asked for";
  door.asked.preset = Preset::standard;
  EXPECT_EQ(identify(*gallery_, {at(0)}, door).front().decision, Decision::match);
}

TEST_F(IdentificationTest, WhoMustBeLookedAtIsNotSeenAndNotNamedInTheLog) {
  gallery_->set_audit(true);
  Question door = ask();
  door.asked.preset = Preset::door;
  const Limits limits = identify(*gallery_, {at(9)}, door).front().limits;
  EXPECT_EQ(identify(*gallery_, {at(-limits.review + 0.001f)}, door).front().decision, Decision::review);
  const AuditEntry entry = gallery_->audit_entries(0, 1000).back().second;
  EXPECT_EQ(entry.decision, int32_t(Decision::review));
  EXPECT_EQ(entry.person, 0);
  EXPECT_EQ(entry.near_person, ids_[0]);
  EXPECT_EQ(last_seen(ids_[0]), std::nullopt);
}

TEST_F(IdentificationTest, WhoIsLeftOutCountsAlsoInTheBandOfReview) {
  gallery_->update_person(ids_[0], {.enabled = false});
  Question door = ask();
  door.asked.preset = Preset::door;
  const Limits limits = identify(*gallery_, {at(9)}, door).front().limits;
  const Identification answer = identify(*gallery_, {at(-limits.review + 0.001f)}, door).front();
  EXPECT_EQ(answer.decision, Decision::unknown);
  EXPECT_TRUE(answer.left_out);
}

// Their twin is not let in in their place: whoever is nearly as near makes it ambiguous, found or not.
TEST_F(IdentificationTest, WhoIsLeftOutIsTheNextPersonToo) {
  Question door = ask();
  door.asked.preset = Preset::door;
  const Limits limits = identify(*gallery_, {at(9)}, door).front().limits;
  const int64_t twin = gallery_->add_person({.name = "twin"});
  gallery_->add_template(twin, at(limits.margin / 2), {});
  gallery_->update_person(twin, {.enabled = false});
  for (const bool only_within : {false, true}) {
    door.only_within = only_within;
    const Identification answer = identify(*gallery_, {at(0)}, door).front();
    EXPECT_EQ(answer.decision, Decision::ambiguous);
    EXPECT_FALSE(answer.left_out) << "they are not the nearest";
    EXPECT_EQ(answer.matches.front().person, ids_[0]);
  }
  EXPECT_EQ(identify(*gallery_, {at(-limits.match + limits.margin / 4)}, door).front().decision, Decision::ambiguous)
      << "they are beyond the threshold";
  door.asked.preset = Preset::standard;
  EXPECT_EQ(identify(*gallery_, {at(0)}, door).front().decision, Decision::match);
}

// Whoever looks at a REVIEW would let them in.
TEST_F(IdentificationTest, WhoMayNotBeLetInIsNotReviewed) {
  Question door = ask();
  door.asked.preset = Preset::door;
  const Limits limits = verify(*gallery_, ids_[0], at(0), door).limits;
  const Embedding probe = at(-limits.review + 0.001f);
  EXPECT_EQ(verify(*gallery_, ids_[0], probe, door).decision, Decision::review);
  gallery_->update_person(ids_[0], {.enabled = false});
  EXPECT_EQ(verify(*gallery_, ids_[0], probe, door).decision, Decision::inactive);
  EXPECT_EQ(verify(*gallery_, ids_[0], at(-limits.review - 0.001f), door).decision, Decision::unknown);
}

TEST_F(IdentificationTest, WhoWasLeftOutAndIsNearerKeepsOthersFromBeingNamed) {
  gallery_->update_person(ids_[0], {.enabled = false});
  const Identification answer = identify(*gallery_, {at(0.1f)}, ask()).front();
  EXPECT_EQ(answer.decision, Decision::unknown);
  EXPECT_TRUE(answer.left_out);
  EXPECT_EQ(verify(*gallery_, ids_[0], at(0.1f), ask()).decision, Decision::inactive);
  EXPECT_EQ(verify(*gallery_, ids_[1], at(1.1f), ask()).decision, Decision::match);
}

TEST_F(IdentificationTest, EveryAnswerOfABatchIsInTheLogAndSeenOrNoneIs) {
  gallery_->set_audit(true);
  const auto logged = [&] { return gallery_->audit_entries(0, 1000).size(); };
  const size_t before = logged();
  EXPECT_THAT(identify(*gallery_, {at(0), at(1), at(7)}, ask()), SizeIs(3));
  EXPECT_EQ(logged(), before + 3);
  EXPECT_EQ(last_seen(ids_[0]), kNow);
  EXPECT_EQ(last_seen(ids_[2]), std::nullopt);

  gallery_->begin();
  EXPECT_EQ(code_of([&] { identify(*gallery_, {at(2), at(1)}, ask()); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(code_of([&] { verify(*gallery_, ids_[2], at(2), ask()); }), VAV_E_WRONG_STATE);
  gallery_->commit();
  EXPECT_EQ(logged(), before + 3);
  EXPECT_EQ(last_seen(ids_[2]), std::nullopt);
}

TEST_F(IdentificationTest, AReadOnlyHandleSaysThatItIsTheLogThatCannotBeWritten) {
  gallery_->set_audit(true);
  const auto reader = open(GalleryMode::read_only);
  std::string message;
  EXPECT_EQ(code_of([&] { identify(*reader, {at(0)}, ask()); }, &message), VAV_E_PERMISSION);
  EXPECT_THAT(message, testing::HasSubstr("audit log"));
  EXPECT_EQ(code_of([&] { verify(*reader, ids_[0], at(0), ask()); }, &message), VAV_E_PERMISSION);
  EXPECT_THAT(message, testing::HasSubstr("audit log"));
}

TEST_F(IdentificationTest, NearlyRecognisedIsSaidInTheLogAndStrangersAreNot) {
  gallery_->set_audit(true);
  identify(*gallery_, {at(2.6f), at(9)}, ask());
  const auto entries = gallery_->audit_entries(0, 1000);
  const AuditEntry &near = entries[entries.size() - 2].second, &far = entries.back().second;
  EXPECT_EQ(near.person, 0);
  EXPECT_EQ(near.near_person, ids_[2]);
  EXPECT_EQ(far.near_person, 0);
}

// 1.25 times the threshold of these sets is √2 of embeddings of norm 1, where half of mankind is.
TEST_F(IdentificationTest, WhereTheMetricIsCosineNearIsNearerThanStrangersAre) {
  const auto turned = [](float cosine) {
    Embedding e(kDlibEmbedding);
    e[0] = cosine;
    e[1] = std::sqrt(1 - cosine * cosine);
    return e;
  };
  const std::string cosine = path("cosine.vav");
  const auto gallery = Gallery::open(cosine, make_recipe(std::string(64, 'b'), kDlibEmbedding, kZooScoring), {});
  const int64_t person = gallery->add_person({.name = "p"});
  gallery->add_template(person, turned(1), {});
  gallery->set_audit(true);
  Question question = ask();
  question.asked.threshold = kZooScoring.compat_threshold;  // a cosine of 0.363
  identify(*gallery, {turned(0.31f), turned(0.2f)}, question);
  const auto entries = gallery->audit_entries(0, 1000);
  EXPECT_EQ(entries[entries.size() - 2].second.near_person, person);
  EXPECT_EQ(entries.back().second.near_person, 0);
}

TEST_F(IdentificationTest, DuplicatesAreEverybodyWithinTheThresholdButTheOneThatIsAskedFor) {
  gallery_->update_person(ids_[1], {.enabled = false});
  const Identification found = find_duplicates(*gallery_, {at(0.6f)}, ids_[0], 0.7f).front();
  EXPECT_EQ(found.decision, Decision::match);
  ASSERT_THAT(found.matches, SizeIs(1));
  EXPECT_EQ(found.matches[0].person, ids_[1]);
}

}  // namespace
}  // namespace visavis
