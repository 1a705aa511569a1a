// The C++ layer's assessment of a person's photos.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "cpp/scratch.h"

namespace {

using scratch::code_of;
using scratch::flat;

TEST(AssessmentTest, PhotosAloneAndBesideAGallery) {
  scratch::Folder folder;
  const visavis::Models models;
  const std::vector<float> near = flat(0.12f), same = flat(0.121f), stranger = flat(0.2f);
  const std::vector<visavis::PhotoToAssess> photos = {
      {near}, {same}, {{nullptr, 0}, VAV_PHOTO_QUALITY}, {stranger}, {same}};
  const visavis::Assessment alone(models, photos);
  const visavis::AssessedPhoto first = alone[0];
  const visavis::PhotoVerdict verdict = first.verdict;
  EXPECT_EQ(verdict, VAV_PHOTO_ACCEPTED);
  EXPECT_STREQ(alone[2].verdict.name(), "quality");
  EXPECT_EQ(alone[3].verdict, VAV_PHOTO_DIFFERENT_FACE);
  EXPECT_EQ(alone[4].same_as, 1);
  EXPECT_FALSE(alone[0].same_as || alone[0].same_template);
  EXPECT_EQ(alone[0].compared, 1);
  EXPECT_EQ(alone[0].within, 1);
  EXPECT_FLOAT_EQ(alone[0].nearest, alone[0].mean);
  EXPECT_TRUE(std::isinf(alone[2].nearest));
  const visavis::AssessmentSummary all = alone.summary();
  EXPECT_EQ(all.photos, 5);
  EXPECT_EQ(all.accepted + all.same_picture + all.different_face + all.known, 5);
  EXPECT_EQ(all.rivals, 1);
  EXPECT_FALSE(all.undecided || all.wrong_person);
  EXPECT_GT(alone.limits().threshold, 0);
  EXPECT_EQ(alone.lookalike_limits().threshold, 0);
  EXPECT_EQ(code_of([&] { alone[5]; }), VAV_E_INVALID_ARGUMENT);

  visavis::Gallery gallery(folder.file("people.vav"), models);
  const std::int64_t ada = gallery.add_person("Ada"), bob = gallery.add_person("Bob");
  gallery.add_template(ada, near);
  const std::int64_t of_bob = gallery.add_template(bob, stranger);
  visavis::AssessOptions how;
  const visavis::Assessment beside = gallery.assess(photos, ada, how);
  EXPECT_EQ(beside.summary().templates, 1);
  EXPECT_TRUE(beside[0].same_template);
  ASSERT_EQ(beside[3].lookalikes.size(), 1u);
  const visavis::Lookalike other = beside[3].lookalikes.front();
  EXPECT_EQ(other.person, bob);
  EXPECT_EQ(other.template_id, of_bob);
  EXPECT_EQ(other.distance, 0);
  EXPECT_EQ(other.name, "Bob");
  how.lookalike_threshold = 0.001f;
  how.all_of_person = true;
  EXPECT_EQ(gallery.assess(photos, ada, how)[3].verdict, VAV_PHOTO_ACCEPTED);
  how.skip_lookalikes = true;
  EXPECT_TRUE(gallery.assess(photos, ada, how)[3].lookalikes.empty());
  how.asked.threshold = 2;
  EXPECT_EQ(code_of([&] { gallery.assess(photos, ada, how); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery.assess({{near}}, 99); }), VAV_E_NOT_FOUND);
  EXPECT_EQ(code_of([&] { visavis::Assessment(models, {{near}, {}}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { visavis::Assessment(models, {{near}, {{near.data(), 64}}}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(gallery.assess({}).summary().photos, 0);
  EXPECT_EQ(visavis::Assessment(models, {{{nullptr, 0}, VAV_PHOTO_NO_FACE}}).summary().known, 1);
}

}  // namespace
