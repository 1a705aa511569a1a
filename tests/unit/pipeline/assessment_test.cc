// pipeline/assessment: beside a gallery, with its thresholds; who else looks like a photo.
#include "pipeline/assessment.h"

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

using enum PhotoVerdict;
using testing::ElementsAre;
using testing::IsEmpty;

class AssessmentTest : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
    ada_ = gallery_->add_person({.name = "Ada"});
    bob_ = gallery_->add_person({.name = "Bob"});
    gallery_->add_template(ada_, at(0), {});
    gallery_->add_template(bob_, at(3), {});
  }
  static PhotosQuestion ask(std::vector<Embedding> faces) {
    PhotosQuestion question;
    question.known.assign(faces.size(), not_evaluated);
    question.faces = std::move(faces);
    return question;
  }
  static std::vector<PhotoVerdict> verdicts(const Assessment& found) {
    std::vector<PhotoVerdict> all;
    for (const AssessedPhoto& one : found.result.photos) all.push_back(one.verdict);
    return all;
  }
  std::unique_ptr<Gallery> gallery_;
  int64_t ada_ = 0, bob_ = 0;
};

TEST_F(AssessmentTest, ToldIsWhoElseLooksLikeAPhotoWhetherEligibleOrNot) {
  gallery_->update_person(bob_, {.enabled = false});
  const Assessment found = assess(*gallery_, ada_, ask({at(0.1f), at(3.1f), at(0)}));
  EXPECT_THAT(verdicts(found), ElementsAre(accepted, different_face, same_picture));
  EXPECT_THAT(persons_of(found.lookalikes[0]), IsEmpty());
  EXPECT_THAT(persons_of(found.lookalikes[1]), ElementsAre(bob_));
  EXPECT_FALSE(found.wrong_person());
  EXPECT_EQ(found.lookalike_limits.comparisons, 2);
  const Assessment of_bob = assess(*gallery_, bob_, ask({at(0.1f), at(3.1f)}));  // who is disabled can be enrolled
  EXPECT_THAT(verdicts(of_bob), ElementsAre(different_face, accepted));
  EXPECT_THAT(persons_of(of_bob.lookalikes[0]), ElementsAre(ada_));
}

TEST_F(AssessmentTest, OfSomebodyNewEverybodyMayLookLikeThem) {
  const Assessment found = assess(*gallery_, 0, ask({at(0.1f), at(0.2f), at(8)}));
  EXPECT_THAT(verdicts(found), ElementsAre(accepted, accepted, different_face));
  EXPECT_THAT(persons_of(found.lookalikes[0]), ElementsAre(ada_));
  EXPECT_FALSE(found.undecided());
  EXPECT_TRUE(assess(*gallery_, 0, ask({at(0.1f), at(8)})).undecided());
  EXPECT_TRUE(assess(*gallery_, ada_, ask({at(8)})).wrong_person());
  PhotosQuestion alone = ask({at(0.1f)});
  alone.lookalikes = false;
  const Assessment quiet = assess(*gallery_, 0, alone);
  EXPECT_THAT(quiet.lookalikes[0], IsEmpty());
  EXPECT_EQ(quiet.lookalike_limits.comparisons, 0);
}

TEST_F(AssessmentTest, TheGallerysOwnThresholdDecidesUnlessAnotherIsAskedFor) {
  const Limits usual = assess(*gallery_, ada_, ask({})).limits;
  EXPECT_EQ(usual.match, limits_for(Against::one, {.preset = Preset::photos}, 0, rates_of(*gallery_), 1).match);
  gallery_->set_threshold(0.05f);
  PhotosQuestion question = ask({at(0.1f)});
  EXPECT_THAT(verdicts(assess(*gallery_, ada_, question)), ElementsAre(different_face));
  question.asked.threshold = 0.2f;
  EXPECT_THAT(verdicts(assess(*gallery_, ada_, question)), ElementsAre(accepted));
}

TEST_F(AssessmentTest, WhatIsRefused) {
  const auto code = [&](int64_t person, PhotosQuestion question) {
    return code_of([&] { assess(*gallery_, person, std::move(question)); });
  };
  EXPECT_EQ(code(99, ask({at(0)})), VAV_E_NOT_FOUND);
  EXPECT_EQ(code(ada_, ask({at(0), Embedding(kDlibEmbedding)})), VAV_E_INVALID_ARGUMENT);  // zeros
  EXPECT_EQ(code(ada_, ask({Embedding(64, 1.0f)})), VAV_E_INVALID_ARGUMENT);
  // Models that nobody has measured have no threshold; nor need they any, where the caller knows who it is.
  const ModelRates unknown{make_recipe(std::string(64, 'c'), 64), 0, nullptr};
  PhotosQuestion question = ask({Embedding(64, 0.2f), Embedding(64, 0.3f)});
  EXPECT_EQ(code_of([&] { assess(unknown, question); }), VAV_E_INVALID_ARGUMENT);
  question.all_of_person = true;
  EXPECT_THAT(verdicts(assess(unknown, question)), ElementsAre(accepted, accepted));
  EXPECT_EQ(assess(unknown, question).limits.match, 0);
  question.asked.threshold = 2;
  EXPECT_EQ(code_of([&] { assess(unknown, question); }), VAV_E_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace visavis
