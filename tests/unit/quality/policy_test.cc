// quality/policy, quality/words: limits, and what is said of values that do not keep them.
#include "quality/policy.h"

#include <gtest/gtest.h>

#include <clocale>

#include "quality/words.h"

namespace visavis {
namespace {

using enum QualityMeasure;

// A face of which all measures have the same native value.
FaceQuality all_at(float raw) {
  FaceQuality quality;
  for (const QualityMeasure measure : kQualityMeasures)
    quality[measure] = {QualityState::evaluated, QualityGap::none, raw, 50};
  return quality;
}

TEST(Policy, IsTheStricterTheStricterItIsCalled) {
  const Policy lenient(PolicyKind::lenient), normal(PolicyKind::normal), strict(PolicyKind::strict);
  for (const QualityMeasure measure : kQualityMeasures) {
    EXPECT_LE(lenient[measure].least, normal[measure].least);
    EXPECT_LE(normal[measure].least, strict[measure].least);
    EXPECT_GE(lenient[measure].most, normal[measure].most);
    EXPECT_GE(normal[measure].most, strict[measure].most);
    EXPECT_LT(strict[measure].least, strict[measure].most);
  }
}

TEST(Policy, SaysWhatIsSeenWhatIsNeededAndWhatHelps) {
  FaceQuality quality;  // nothing is known
  EXPECT_TRUE(refusals_of(quality, Policy(PolicyKind::strict)).empty());
  quality[inter_eye_distance] = {QualityState::approximate, QualityGap::none, 38.2f, 10};
  quality[head_pose_yaw] = {QualityState::approximate, QualityGap::none, -31, 70};
  const auto refusals = refusals_of(quality, Policy(PolicyKind::normal));
  ASSERT_EQ(refusals.size(), 2u);
  EXPECT_EQ(refusals[0].measure, inter_eye_distance);
  EXPECT_EQ(refusals[0].raw, 38.2f);
  EXPECT_EQ(refusals[0].limit, 70);
  EXPECT_EQ(refusals[0].text,
            "eyes 38 px apart, needs 70: step nearer to the camera, or use a picture with more pixels");
  EXPECT_EQ(refusals[1].text,
            "the head is turned to a side by 31 degrees, at most 25: look straight into the camera: the head is turned "
            "to a side");
  EXPECT_EQ(refusals_of(quality, Policy(PolicyKind::lenient)).size(), 1u);
}

TEST(Policy, BoundsAreIncluded) {
  Policy policy(PolicyKind::lenient);
  for (const QualityMeasure measure : kQualityMeasures) policy[measure] = {5, 5};
  EXPECT_TRUE(refusals_of(all_at(5), policy).empty());
  EXPECT_EQ(refusals_of(all_at(4.999f), policy).size(), kQualityMeasures.size());
  EXPECT_EQ(refusals_of(all_at(5.001f), policy).size(), kQualityMeasures.size());
}

// A limit that somebody has set on the other side: what makes pictures better leads away from it.
TEST(Policy, NeverAdvisesTheOpposite) {
  FaceQuality quality;
  quality[inter_eye_distance] = {QualityState::approximate, QualityGap::none, 178, 100};
  quality[head_pose_yaw] = {QualityState::approximate, QualityGap::none, -3, 100};
  Policy policy(PolicyKind::lenient);
  policy[inter_eye_distance] = {-1, 100};
  policy[head_pose_yaw] = {20, 40};
  const auto refusals = refusals_of(quality, policy);
  ASSERT_EQ(refusals.size(), 2u);
  EXPECT_EQ(refusals[0].text, "eyes 178 px apart, at most 100: take another picture, or set another limit");
  EXPECT_EQ(refusals[1].text,
            "the head is turned to a side by -3 degrees, needs 20: take another picture, or set another limit");
  quality[head_pose_yaw].raw = 41;
  EXPECT_EQ(refusals_of(quality, policy)[1].text.find("the head is turned to a side by 41 degrees, at most 40: look "),
            0u);
}

TEST(Policy, ALimitThatCannotBeMeantIsTold) {
  constexpr float kNone = std::numeric_limits<float>::infinity(), kNan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(why_no_limit(over_exposure_prevention, {-kNone, 0.15f}), "");
  EXPECT_EQ(why_no_limit(over_exposure_prevention, {-kNone, 15}),
            " has the bound 15, and native values of over_exposure_prevention are 0 to 1");
  EXPECT_NE(why_no_limit(head_pose_yaw, {-200, 20}), "");
  EXPECT_NE(why_no_limit(dynamic_range, {8.5f, kNone}), "");
  EXPECT_EQ(why_no_limit(inter_eye_distance, {1000, kNone}), "");
  for (const QualityMeasure measure : kQualityMeasures) {
    EXPECT_EQ(why_no_limit(measure, {-kNone, kNone}), "");
    EXPECT_EQ(why_no_limit(measure, Policy(PolicyKind::strict)[measure]), "") << name_of(measure);
    for (const QualityLimit limit : {QualityLimit{kNone, kNone}, {-kNone, -kNone}, {kNan, 1}, {0, kNan}, {1, 0}})
      EXPECT_NE(why_no_limit(measure, limit), "") << name_of(measure);
  }
}

// "70 px apart, needs 70" would be no reason.
TEST(Words, ANumberIsNeverRoundedToItsLimit) {
  EXPECT_EQ(limit_told(inter_eye_distance, 69.9f, 70), "eyes 69 px apart, needs 70");
  EXPECT_EQ(limit_told(inter_eye_distance, 69.99f, 70.5f), "eyes 69.9 px apart, needs 70.5");
  EXPECT_EQ(limit_told(over_exposure_prevention, 0.1501f, 0.15f), "16 % of the face are nearly white, at most 15");
  EXPECT_EQ(limit_told(sharpness, 0.2999f, 0.3f), "the face has a sharpness of 0.29, needs 0.30");
  EXPECT_EQ(limit_told(head_pose_roll, 25.1f, 25), "the head is tilted by 26 degrees, at most 25");
}

TEST(Words, NumbersDoNotFollowTheLocale) {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* name : {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"}) std::setlocale(LC_NUMERIC, name);
  EXPECT_EQ(limit_told(dynamic_range, 4.5f, 5), "the shades of the face have 4.5 bits, needs 5.0");
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST(Words, EachMeasureHasItsOwn) {
  for (const QualityMeasure measure : kQualityMeasures) {
    EXPECT_STRNE(name_of(measure), "unknown");
    EXPECT_STRNE(advice_for(measure, 0.5f), "");
    EXPECT_EQ(limit_told(measure, 1, 2).find('#'), std::string::npos);
  }
  EXPECT_STREQ(name_of(QualityMeasure{1}), "unknown");
  EXPECT_STREQ(advice_for(QualityMeasure{1}, 0), "");
}

}  // namespace
}  // namespace visavis
