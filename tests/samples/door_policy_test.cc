// The door's decisions: k of n frames, one decision for each visit, and every doubt a DENY.
#include "door_policy.h"

#include <gtest/gtest.h>

namespace {

const Sighting kAda{1, "Ada"};
const Sighting kBob{2, "Bob"};
const Sighting kStranger{};

TEST(DoorPolicy, GrantsWhenEnoughFramesAgree) {
  DoorPolicy door;
  EXPECT_FALSE(door.face(0.0, kAda));
  EXPECT_FALSE(door.face(0.1, kStranger));
  EXPECT_FALSE(door.face(0.2, kAda));
  const auto decision = door.face(0.3, kAda);
  ASSERT_TRUE(decision);
  EXPECT_TRUE(decision->grant);
  EXPECT_EQ(decision->person, 1);
  EXPECT_EQ(decision->reason, "Ada, 3 of 5 frames");
}

TEST(DoorPolicy, DeniesAStrangerAfterAllFrames) {
  DoorPolicy door;
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(door.face(0.1 * i, kStranger));
  const auto decision = door.face(0.4, kStranger);
  ASSERT_TRUE(decision);
  EXPECT_FALSE(decision->grant);
  EXPECT_EQ(decision->person, 0);
  EXPECT_EQ(decision->reason, "unknown person, 5 of 5 frames");
}

TEST(DoorPolicy, DeniesWhenFramesDisagree) {
  DoorPolicy door;
  door.face(0.0, kAda);
  door.face(0.1, kBob);
  door.face(0.2, kAda);
  door.face(0.3, kBob);
  const auto decision = door.face(0.4, kStranger);
  ASSERT_TRUE(decision);
  EXPECT_FALSE(decision->grant);
  EXPECT_EQ(decision->reason, "the frames do not agree on one person");
}

TEST(DoorPolicy, DecidesOnceUntilTheFaceHasGone) {
  DoorPolicy door;
  for (int i = 0; i < 2; ++i) door.face(0.1 * i, kAda);
  ASSERT_TRUE(door.face(0.2, kAda));
  for (int i = 3; i < 100; ++i) {
    EXPECT_FALSE(door.tick(0.1 * i));
    EXPECT_FALSE(door.face(0.1 * i, i % 2 ? kAda : kBob)) << "still the same visit";
  }
  EXPECT_FALSE(door.tick(12.0)) << "a decided visit ends in silence";
  EXPECT_FALSE(door.face(12.0, kBob));
  EXPECT_FALSE(door.face(12.1, kBob));
  const auto decision = door.face(12.2, kBob);
  ASSERT_TRUE(decision) << "a new visit";
  EXPECT_EQ(decision->person, 2);
}

TEST(DoorPolicy, DeniesWhoLeavesBeforeTheDecision) {
  DoorPolicy door;
  door.face(0.0, kAda);
  door.face(0.1, kAda);
  EXPECT_FALSE(door.tick(1.0)) << "may only have turned away";
  const auto decision = door.tick(2.2);
  ASSERT_TRUE(decision);
  EXPECT_FALSE(decision->grant);
  EXPECT_EQ(decision->reason, "left after 2 of 5 frames");
  EXPECT_FALSE(door.tick(5.0));
}

TEST(DoorPolicy, VotesDoNotOutliveTheirVisit) {
  DoorPolicy door;
  door.face(0.0, kAda);
  door.face(0.1, kAda);
  ASSERT_TRUE(door.tick(3.0));
  EXPECT_FALSE(door.face(3.0, kAda)) << "the two votes of the visit before must not count";
  EXPECT_FALSE(door.face(3.1, kAda));
  EXPECT_TRUE(door.face(3.2, kAda));
}

TEST(DoorPolicy, AFailureDeniesAndClosesTheVisit) {
  DoorPolicy door;
  door.face(0.0, kAda);
  door.face(0.1, kAda);
  const Decision decision = door.failure(0.2, "camera unplugged");
  EXPECT_FALSE(decision.grant);
  EXPECT_EQ(decision.reason, "error: camera unplugged");
  EXPECT_FALSE(door.face(0.3, kAda)) << "no GRANT can follow in this visit";
  EXPECT_FALSE(door.end());
}

TEST(DoorPolicy, TheEndOfAVideoDecidesAnOpenVisit) {
  DoorPolicy door;
  EXPECT_FALSE(door.end());
  door.face(0.0, kStranger);
  const auto decision = door.end();
  ASSERT_TRUE(decision);
  EXPECT_FALSE(decision->grant);
}

}  // namespace
