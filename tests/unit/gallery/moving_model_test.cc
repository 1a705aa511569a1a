// gallery/moving: random sequences of staging, moving and every change of people, on two handles that are opened and
// closed, against a plain model of what must be there.
#include <map>
#include <random>
#include <set>

#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::IsEmpty;

struct Kept {
  int64_t person = 0;
  Embedding now;
  std::optional<Embedding> staged;
  bool chip = false;
};

class MovingModel : public GalleryTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    if (GetParam()) options_.key = std::make_shared<KeySource>(by_key(1));
  }
  const Recipe& recipe() const { return recipes_[at_]; }
  const Recipe& other() const { return recipes_[(at_ + 1) % recipes_.size()]; }
  unsigned any(size_t below) { return static_cast<unsigned>(random_() % below); }
  Embedding some(const Recipe& recipe) { return Embeddings(any(1'000'000'000), embedding_length(recipe)).next(); }

  Gallery& hand() {
    auto& one = hands_[any(2)];
    if (any(10) == 0) one.reset();
    if (!one) one = Gallery::open(path(), recipe(), options_);
    return *one;
  }
  int64_t some_template() {
    if (model_.empty()) return 0;
    return std::next(model_.begin(), any(model_.size()))->first;
  }
  int64_t some_person() { return persons_.empty() ? 0 : *std::next(persons_.begin(), any(persons_.size())); }

  void drop(int64_t person) {
    persons_.erase(person);
    std::erase_if(model_, [&](const auto& one) { return one.second.person == person; });
  }

  void step() {
    Gallery& gallery = hand();
    switch (any(14)) {
      case 0:
      case 1: {
        const int64_t person = gallery.add_person(named("somebody"));
        EXPECT_TRUE(persons_.insert(person).second) << "an id came back";
        break;
      }
      case 2:
      case 3:
        if (const int64_t person = some_person()) {
          const Embedding face = some(recipe());
          const int64_t id = gallery.add_template(person, face, {});
          EXPECT_GT(id, last_template_) << "an id came back";
          last_template_ = id;
          model_[id] = {person, face, {}, false};
        }
        break;
      case 4:
        if (const int64_t id = some_template()) gallery.remove_template(id), model_.erase(id);
        break;
      case 5:
        if (const int64_t person = some_person(); person && any(2)) gallery.remove_person(person), drop(person);
        break;
      case 6:
        if (const int64_t person = some_person(); person && any(2)) gallery.forget_person(person, 0), drop(person);
        break;
      case 7:
      case 8:
      case 9:
      case 10:
        if (const int64_t id = some_template()) {
          const Embedding face = some(other());
          gallery.stage(other(), id, face);
          model_[id].staged = face;
          under_way_ = true;
        }
        break;
      case 11:
        if (const int64_t id = some_template())
          gallery.keep_chip(id, std::vector<uint8_t>(50, uint8_t(id))), model_[id].chip = true;
        break;
      case 12:
        if (any(4) == 0) {
          gallery.cancel_move();
          under_way_ = false;
          for (auto& [id, one] : model_) one.staged.reset();
        } else if (GetParam() && any(4) == 0) {
          gallery.rekey(nullptr, true);
        }
        break;
      default:
        if (any(3) == 0) move(gallery);
    }
  }

  void move(Gallery& gallery) {
    const bool all = std::ranges::all_of(model_, [](const auto& one) { return one.second.staged.has_value(); });
    const bool leave = any(2) == 0;
    const vav_status status = code_of([&] { gallery.move(other(), leave); });
    EXPECT_EQ(status, under_way_ && (all || leave) ? VAV_OK : VAV_E_WRONG_STATE);
    if (status != VAV_OK) return;
    for (auto& one : hands_)
      if (one) {
        EXPECT_EQ(code_of([&] { one->counts(); }), VAV_E_GALLERY_RECIPE);
        one.reset();
      }
    std::erase_if(model_, [](const auto& one) { return !one.second.staged; });
    for (auto& [id, one] : model_) one.now = *std::exchange(one.staged, std::nullopt);
    under_way_ = false;
    at_ = (at_ + 1) % recipes_.size();
    ++moves_;
  }

  void compare() {
    Gallery& gallery = hand();
    EXPECT_EQ(gallery.counts().persons, static_cast<int64_t>(persons_.size()));
    const MoveState state = gallery.move_state();
    EXPECT_EQ(state.to.has_value(), under_way_);
    EXPECT_EQ(state.templates, static_cast<int64_t>(model_.size()));
    EXPECT_EQ(state.staged,
              std::ranges::count_if(model_, [](const auto& one) { return one.second.staged.has_value(); }));
    EXPECT_EQ(state.kept_chips, std::ranges::count_if(model_, [](const auto& one) { return one.second.chip; }));
    std::vector<int64_t> missing;
    for (const auto& [id, one] : model_)
      if (!one.staged) missing.push_back(id);
    std::vector<int64_t> told;
    for (const TemplateOwner& one : gallery.unstaged(0, 1'000'000)) told.push_back(one.template_id);
    EXPECT_EQ(told, missing);
    for (const auto& [id, one] : model_) {
      const std::vector<Match> found = gallery.identify(one.now, 1, 1e-3f);
      ASSERT_EQ(found.size(), 1u) << "template " << id;
      EXPECT_EQ(found[0].template_id, id);
      EXPECT_EQ(found[0].person, one.person);
      EXPECT_EQ(gallery.kept_chip(id).has_value(), one.chip);
    }
    EXPECT_THAT(gallery.identify(some(recipe()), 1, 0.1f), IsEmpty());
  }

  GalleryOptions options_;
  const std::vector<Recipe> recipes_ = {kRecipe, make_recipe(std::string(64, 'b')),
                                        make_recipe(std::string(64, 'c'), 256)};
  size_t at_ = 0;
  std::mt19937 random_{7};
  std::unique_ptr<Gallery> hands_[2];
  std::map<int64_t, Kept> model_;  // by template
  std::set<int64_t> persons_;
  int64_t last_template_ = 0;
  bool under_way_ = false;
  int moves_ = 0;
};

TEST_P(MovingModel, IsObeyed) {
  options_.durability = Durability::normal;
  for (int i = 0; i < 1500 && !HasFailure(); ++i) {
    SCOPED_TRACE("step " + std::to_string(i));
    step();
    if (i % 25 == 0) compare();
    if (i % 250 == 0) {
      EXPECT_THAT(hand().check(), IsEmpty());
    }
  }
  EXPECT_GT(moves_, 5) << "too few to prove anything";
}

INSTANTIATE_TEST_SUITE_P(, MovingModel, testing::Bool(),
                         [](const auto& one) { return std::string(one.param ? "encrypted" : "plain"); });

}  // namespace
}  // namespace visavis
