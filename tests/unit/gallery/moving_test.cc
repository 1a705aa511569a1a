// gallery/moving: a gallery takes other models' embeddings in one step, and until then and afterwards nothing of the one
// is compared with the other.
#include <random>

#include "base/byte_writer.h"
#include "support/gallery_fixture.h"
#include "support/secrets.h"

namespace visavis {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Recipe kOther = make_recipe(std::string(64, 'b'));
const Recipe kLonger = make_recipe(std::string(64, 'c'), 512);

// The embedding that the other models give for the face with this number.
Embedding of(const Recipe& recipe, int face) {
  return Embeddings(1000 * static_cast<unsigned>(recipe.model_sha256[0]) + static_cast<unsigned>(face),
                    embedding_length(recipe))
      .next();
}

// As write_origin() stores it, in hexadecimal digits.
std::string written(const Recipe& recipe) {
  std::string digits;
  for (const uint8_t byte : ByteWriter().text(recipe.model_sha256).text(recipe.scoring).done()) {
    digits += "0123456789abcdef"[byte / 16];
    digits += "0123456789abcdef"[byte % 16];
  }
  return digits;
}

struct Way {
  const char* name;
  Recipe to;
  bool encrypted;
};

class Moving : public GalleryTest, public testing::WithParamInterface<Way> {
 protected:
  static constexpr int kPersons = 6;

  void SetUp() override {
    GalleryTest::SetUp();
    if (GetParam().encrypted) options_.key = std::make_shared<KeySource>(by_key(1));
    const auto gallery = open();
    gallery->set_audit(true);
    for (int i = 1; i <= kPersons; ++i) {
      PersonFields fields = named("Person " + std::to_string(i));
      fields.groups = {"staff"};
      fields.consent_ref = "form " + std::to_string(i);
      const int64_t person = gallery->add_person(fields);
      EXPECT_EQ(gallery->add_template(person, of(kRecipe, i), {0.5f, "photo.jpg"}), i);
    }
    gallery->set_threshold(0.3f);
  }

  Recipe to() const { return GetParam().to; }
  std::unique_ptr<Gallery> open(const Recipe& recipe = kRecipe) const {
    return Gallery::open(path(), recipe, options_);
  }
  std::unique_ptr<Gallery> moved() const { return open(to()); }
  void stage_all(Gallery& gallery, int from = 1) const {
    for (int i = from; i <= kPersons; ++i) gallery.stage(to(), i, of(to(), i));
  }
  void move_there_and_back() const {
    const auto gallery = open();
    stage_all(*gallery);
    gallery->move(to(), false);
    const auto there = moved();
    for (int i = 1; i <= kPersons; ++i) there->stage(kRecipe, i, of(kRecipe, i));
    there->move(kRecipe, false);
  }
  static std::vector<int64_t> found(Gallery& gallery, const Recipe& recipe, int face) {
    return persons_of(gallery.identify(of(recipe, face), 1, 0.01f));
  }

  GalleryOptions options_;
};

TEST_P(Moving, TheOldModelsAnswerUntilTheMoveAndTheNewOnesAfterwards) {
  const auto gallery = open(), watcher = open();
  stage_all(*gallery);
  for (int i = 1; i <= kPersons; ++i) EXPECT_THAT(found(*watcher, kRecipe, i), ElementsAre(i));
  EXPECT_EQ(code_of([&] { moved(); }), VAV_E_GALLERY_RECIPE);
  gallery->move(to(), false);
  for (const auto* old : {&gallery, &watcher}) {
    EXPECT_EQ(code_of([&] { (*old)->identify(of(kRecipe, 1), 1, 1); }), VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->persons({}); }), VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->add_person(named("late")); }), VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->check(); }), VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->verify(1, of(kRecipe, 1)); }), VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->export_to(path("out"), false)->run(std::chrono::seconds(1)); }),
              VAV_E_GALLERY_RECIPE);
    EXPECT_EQ(code_of([&] { (*old)->backup(path("copy"), false)->run(std::chrono::seconds(1)); }),
              VAV_E_GALLERY_RECIPE);
  }
  EXPECT_EQ(code_of([&] { open(); }), VAV_E_GALLERY_RECIPE);
  const auto now = moved();
  EXPECT_THAT(now->check(), IsEmpty());
  for (int i = 1; i <= kPersons; ++i) EXPECT_THAT(found(*now, to(), i), ElementsAre(i));
}

TEST_P(Moving, AHandleThatReadsWithoutLocksFollows) {
  std::unique_ptr<Gallery> reader;
  {
    const auto gallery = open();
    stage_all(*gallery);
  }
  options_.mode = GalleryMode::read_only;
  reader = open();
  EXPECT_THAT(found(*reader, kRecipe, 1), ElementsAre(1));
  EXPECT_EQ(reader->move_state().staged, kPersons);
  EXPECT_EQ(code_of([&] { reader->stage(to(), 1, of(to(), 1)); }), VAV_E_PERMISSION);
  EXPECT_EQ(code_of([&] { reader->move(to(), false); }), VAV_E_PERMISSION);
  options_.mode = GalleryMode::must_exist;
  open()->move(to(), false);
  EXPECT_EQ(code_of([&] { found(*reader, kRecipe, 1); }), VAV_E_GALLERY_RECIPE);
  EXPECT_EQ(code_of([&] { reader->export_to(path("out"), false); }), VAV_E_GALLERY_RECIPE);
  options_.mode = GalleryMode::read_only;
  EXPECT_THAT(found(*moved(), to(), 1), ElementsAre(1));
}

TEST_P(Moving, EverythingButTheTemplatesStays) {
  std::vector<std::string> before, after;
  const auto list = [](Gallery& gallery, std::vector<std::string>& into) {
    for (const Person& p : gallery.persons({}))
      into.push_back(std::to_string(p.id) + p.name + p.consent_ref.value_or("") + p.groups.at(0) +
                     std::to_string(p.created_at) + " " + std::to_string(p.updated_at));
  };
  const auto gallery = open();
  list(*gallery, before);
  const int64_t made = gallery->templates(2).at(0).created_at;
  stage_all(*gallery);
  gallery->move(to(), false);
  const auto now = moved();
  list(*now, after);
  EXPECT_EQ(before, after);
  const Template one = now->templates(2).at(0);
  EXPECT_EQ(one.created_at, made);
  EXPECT_EQ(one.fields.source, "photo.jpg");
  EXPECT_EQ(one.fields.quality, 0.5f);
  EXPECT_EQ(one.embedding, of(to(), 2));
  EXPECT_EQ(now->threshold(), 0) << "it was for other distances";
  EXPECT_TRUE(now->verify_audit(std::nullopt).sound);
  const auto entries = now->audit_entries(0, 100);
  EXPECT_EQ(entries.back().second.event, AuditEvent::move);
  EXPECT_EQ(entries.back().second.recipe, kRecipe.scoring + " -> " + to().scoring);
  EXPECT_EQ(now->add_template(now->add_person(named("new")), of(to(), 50), {}), kPersons + 1) << "ids go on";
  EXPECT_THAT(found(*now, to(), 50), ElementsAre(kPersons + 1));
}

TEST_P(Moving, WhoHasNoneIsLeftBehindOnlyWhenTold) {
  const auto gallery = open();
  stage_all(*gallery, 3);
  std::string message;
  EXPECT_EQ(code_of([&] { gallery->move(to(), false); }, &message), VAV_E_WRONG_STATE);
  EXPECT_THAT(message, HasSubstr("2 of 6"));
  EXPECT_THAT(message, HasSubstr("1 (person 1), 2 (person 2)"));
  EXPECT_EQ(gallery->unstaged(0, 100).size(), 2u);
  EXPECT_EQ(gallery->unstaged(1, 100).at(0).person, 2);
  EXPECT_THAT(found(*gallery, kRecipe, 1), ElementsAre(1)) << "goes on to answer";
  gallery->move(to(), true);
  const auto now = moved();
  EXPECT_THAT(now->check(), IsEmpty());
  EXPECT_EQ(now->counts().persons, kPersons);
  EXPECT_EQ(now->counts().templates, kPersons - 2);
  EXPECT_EQ(now->persons({.id = 1}).at(0).templates, 0);
}

TEST_P(Moving, WhatIsRemovedMeanwhileIsNotMoved) {
  const auto gallery = open();
  stage_all(*gallery);
  gallery->keep_chip(1, std::vector<uint8_t>(100, 7));
  gallery->keep_chip(2, std::vector<uint8_t>(100, 7));
  gallery->keep_chip(3, std::vector<uint8_t>(100, 7));
  open()->remove_person(1);
  open()->remove_template(2);
  open()->forget_person(3, 100);
  const MoveState state = gallery->move_state();
  EXPECT_EQ(state.staged, kPersons - 3);
  EXPECT_EQ(state.templates, kPersons - 3);
  EXPECT_EQ(state.kept_chips, 0);
  EXPECT_EQ(code_of([&] { gallery->stage(to(), 1, of(to(), 1)); }), VAV_E_NOT_FOUND);
  const int64_t added = gallery->add_template(gallery->add_person(named("new")), of(kRecipe, 9), {});
  EXPECT_EQ(gallery->unstaged(0, 9).at(0).template_id, added);
  gallery->move(to(), true);
  EXPECT_THAT(moved()->check(), IsEmpty());
}

TEST_P(Moving, CanBeCancelledAndBegunAgain) {
  const auto gallery = open();
  stage_all(*gallery);
  const Recipe third = make_recipe(std::string(64, 'd'));
  EXPECT_EQ(code_of([&] { gallery->stage(third, 1, of(third, 1)); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(code_of([&] { gallery->move(third, true); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(code_of([&] { gallery->stage(kRecipe, 1, of(kRecipe, 1)); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery->stage(to(), 1, Embedding(100)); }), VAV_E_INVALID_ARGUMENT);
  gallery->cancel_move();
  EXPECT_EQ(gallery->move_state().staged, 0);
  EXPECT_FALSE(gallery->move_state().to);
  EXPECT_EQ(code_of([&] { gallery->move(to(), true); }), VAV_E_WRONG_STATE);
  gallery->stage(third, 1, of(third, 1));
  EXPECT_EQ(gallery->move_state().to, third);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_P(Moving, ATransactionStagesAllOrNothing) {
  const auto gallery = open();
  gallery->begin();
  stage_all(*gallery);
  EXPECT_EQ(code_of([&] { gallery->move(to(), false); }), VAV_E_WRONG_STATE) << "not inside";
  gallery->rollback();
  EXPECT_EQ(gallery->move_state().staged, 0);
  EXPECT_FALSE(gallery->move_state().to);
  gallery->begin();
  stage_all(*gallery);
  gallery->commit();
  EXPECT_EQ(gallery->move_state().staged, kPersons);
}

TEST_P(Moving, ThereAndBackIsNoticedByWhoSlept) {
  const auto sleeper = open();
  EXPECT_THAT(found(*sleeper, kRecipe, 1), ElementsAre(1));
  {
    const auto gallery = open();
    stage_all(*gallery);
    gallery->move(to(), false);
    const auto now = moved();
    for (int i = 1; i <= kPersons; ++i) now->stage(kRecipe, i, of(kRecipe, 10 * i));
    now->move(kRecipe, false);
  }
  EXPECT_EQ(code_of([&] { found(*sleeper, kRecipe, 1); }), VAV_E_GALLERY_RECIPE);
  const auto again = open();
  EXPECT_THAT(again->check(), IsEmpty());
  EXPECT_THAT(found(*again, kRecipe, 20), ElementsAre(2));
  EXPECT_THAT(found(*again, kRecipe, 1), IsEmpty());
}

TEST_P(Moving, ThereAndBackIsNoticedByWhoWasNeverAsked) {
  const auto sleeper = open();  // opened, and no more
  move_there_and_back();
  EXPECT_EQ(code_of([&] { sleeper->add_person(named("late")); }), VAV_E_GALLERY_RECIPE);
  EXPECT_EQ(code_of([&] { found(*sleeper, kRecipe, 1); }), VAV_E_GALLERY_RECIPE);
  EXPECT_THAT(found(*open(), kRecipe, 1), ElementsAre(1));
}

// Such a handle opens the file anew when it changes.
TEST_P(Moving, ThereAndBackIsNoticedByWhoReadsWithoutLocks) {
  const auto mode = options_.mode;
  open().reset();  // nothing is left in a log
  options_.mode = GalleryMode::read_only;
  const auto reader = open();
  EXPECT_THAT(found(*reader, kRecipe, 1), ElementsAre(1));
  options_.mode = mode;
  move_there_and_back();
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code_of([&] { found(*reader, kRecipe, 1); }), VAV_E_GALLERY_RECIPE);
}

TEST_P(Moving, ACheckWithinATransactionKnowsWhatItHasStaged) {
  const auto gallery = open();
  gallery->begin();
  gallery->stage(to(), 1, of(to(), 1));
  EXPECT_THAT(gallery->check(), IsEmpty());
  gallery->cancel_move();
  EXPECT_THAT(gallery->check(), IsEmpty());
  gallery->rollback();
}

TEST_P(Moving, AGalleryWithoutTemplatesMoves) {
  const auto gallery = open();
  for (int i = 1; i <= kPersons; ++i) gallery->remove_template(i);
  EXPECT_EQ(code_of([&] { gallery->move(kRecipe, false); }), VAV_E_WRONG_STATE);
  gallery->move(to(), false);
  EXPECT_THAT(moved()->check(), IsEmpty());
}

TEST_P(Moving, ABackupTakesWhatIsStagedAndAnExportDoesNot) {
  const auto gallery = open();
  stage_all(*gallery, 2);
  gallery->keep_chip(1, std::vector<uint8_t>(100, 7));
  EXPECT_TRUE(gallery->backup(path("copy.vav"), false)->run({}));
  EXPECT_TRUE(gallery->export_to(path("out"), false)->run({}));
  const auto copy = Gallery::open(path("copy.vav"), kRecipe, options_);
  EXPECT_THAT(copy->check(), IsEmpty());
  EXPECT_EQ(copy->move_state().staged, kPersons - 1);
  EXPECT_EQ(copy->kept_chip(1), std::vector<uint8_t>(100, 7));
  const auto other = Gallery::open(path("other.vav"), kRecipe, options_);
  EXPECT_TRUE(other->import_from(path("out"), false)->run({}));
  EXPECT_EQ(other->move_state().staged, 0);
  EXPECT_EQ(other->move_state().kept_chips, 0);
  copy->move(to(), true);
  const auto now = Gallery::open(path("copy.vav"), to(), options_);
  EXPECT_TRUE(now->export_to(path("out2"), false)->run({}));
  const auto last = Gallery::open(path("last.vav"), to(), options_);
  EXPECT_TRUE(last->import_from(path("out2"), false)->run({}));
  EXPECT_THAT(found(*last, to(), 2), ElementsAre(2));
}

TEST_P(Moving, AForgedStampOrOriginGivesNoAnswer) {
  const auto forged = [&](const std::string& statements, const Recipe& as) {
    std::filesystem::copy_file(path(), path("forged.vav"), std::filesystem::copy_options::overwrite_existing);
    tamper(path("forged.vav"), statements);
    return code_of([&] { Gallery::open(path("forged.vav"), as, options_)->identify(of(as, 1), 1, 1); });
  };
  const std::string stamp =
      "UPDATE gallery SET model_sha256 = '" + to().model_sha256 + "', scoring = '" + to().scoring + "';";
  const std::string origin = "INSERT OR REPLACE INTO setting VALUES ('origin', x'" + written(kRecipe) + "');";
  EXPECT_EQ(forged(origin, kRecipe), VAV_OK) << "says what is true";
  EXPECT_EQ(forged(stamp, to()), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(forged(stamp + origin, to()), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(forged(stamp + "INSERT INTO setting VALUES ('origin', x'00')", to()), VAV_E_GALLERY_CORRUPT);
  {
    const auto gallery = open();
    stage_all(*gallery);
    gallery->move(to(), false);
  }
  const std::string back =
      "UPDATE gallery SET model_sha256 = '" + std::string(64, 'a') + "', scoring = '" + kRecipe.scoring + "';";
  EXPECT_EQ(forged(back, kRecipe), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(forged(back + "DELETE FROM setting WHERE key = 'origin'", kRecipe), VAV_E_GALLERY_CORRUPT);
  EXPECT_EQ(forged("DELETE FROM setting WHERE key = 'origin'", to()), VAV_E_GALLERY_CORRUPT);
}

TEST_P(Moving, WhatWasStagedForAnotherTemplateIsNotTaken) {
  const auto gallery = open();
  stage_all(*gallery);
  tamper("UPDATE staged SET embedding = (SELECT embedding FROM staged WHERE id = 2) WHERE id = 1");
  EXPECT_THAT(gallery->check(), ElementsAre(HasSubstr("staged: template 1 is damaged")));
  EXPECT_EQ(code_of([&] { gallery->move(to(), false); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_THAT(found(*gallery, kRecipe, 1), ElementsAre(1)) << "nothing has changed";
  gallery->stage(to(), 1, of(to(), 1));
  tamper("UPDATE staged SET person_id = 2 WHERE id = 1");
  EXPECT_FALSE(gallery->check().empty());
  EXPECT_EQ(code_of([&] { gallery->move(to(), false); }), VAV_E_GALLERY_CORRUPT);
  gallery->cancel_move();
  EXPECT_THAT(gallery->check(), IsEmpty());
}

TEST_P(Moving, AnAlteredStampIsStillFoundByACheck) {
  const auto gallery = open();
  stage_all(*gallery);
  gallery->move(to(), false);
  const auto now = moved();
  tamper("UPDATE gallery SET scoring = 'metric=cosine'");
  EXPECT_THAT(now->check(), ElementsAre(HasSubstr("recipe: the gallery says")));
}

TEST_P(Moving, AChangeOfKeyTakesWhatIsStagedAlong) {
  if (!GetParam().encrypted) return;
  const auto gallery = open();
  stage_all(*gallery);
  gallery->keep_chip(4, std::vector<uint8_t>(100, 7));
  gallery->rekey(nullptr, true);
  EXPECT_THAT(gallery->check(), IsEmpty());
  EXPECT_EQ(gallery->kept_chip(4), std::vector<uint8_t>(100, 7));
  gallery->move(to(), false);
  const auto now = moved();
  EXPECT_THAT(now->check(), IsEmpty());
  now->rekey(nullptr, true);
  EXPECT_THAT(moved()->check(), IsEmpty());
  EXPECT_EQ(moved()->kept_chip(4), std::vector<uint8_t>(100, 7));
  EXPECT_THAT(found(*moved(), to(), 4), ElementsAre(4));
}

TEST_P(Moving, NothingStaysUnderAnOldKeyWhenItMovesMeanwhile) {
  if (!GetParam().encrypted) return;
  stage_all(*open());
  int asked = 0;
  options_.keep_going = {[](void* count) -> int32_t { return ++*static_cast<int*>(count) < 4; }, &asked};
  const auto gallery = open();
  asked = 0;
  EXPECT_EQ(code_of([&] { gallery->rekey(nullptr, true); }), VAV_E_CANCELLED);
  EXPECT_TRUE(Gallery::open(path(), kRecipe, {.key = options_.key})->state().reencrypting);
  options_.keep_going = {};
  open()->move(to(), false);
  moved()->rekey(nullptr, true);
  EXPECT_FALSE(moved()->state().reencrypting);
  EXPECT_THAT(moved()->check(), IsEmpty());
}

TEST_P(Moving, NoTraceOfTheOldEmbeddingsStays) {
  if (GetParam().encrypted) return;
  const Embedding old = of(kRecipe, 5);
  const std::string bytes(reinterpret_cast<const char*>(old.data()), 64);
  const auto traces = [&] {
    int found = 0;
    for (const std::string& file : files()) found += read_all(folder_ / file).find(bytes) != std::string::npos;
    return found;
  };
  EXPECT_GT(traces(), 0);
  {
    const auto gallery = open();
    stage_all(*gallery);
    gallery->move(to(), false);
  }
  EXPECT_EQ(traces(), 0);
}

TEST_P(Moving, NoTraceOfAKeptChipStays) {
  if (GetParam().encrypted) return;
  // Longer than pages of the file are: its parts lie in different places.
  std::vector<uint8_t> picture(100'000);
  std::mt19937 random(5);
  for (uint8_t& byte : picture) byte = static_cast<uint8_t>(random());
  const auto traces = [&] {
    int found = 0;
    for (const std::string& file : files()) {
      const std::string bytes = read_all(folder_ / file);
      for (size_t at = 0; at + 32 <= picture.size(); at += 1000)
        found += bytes.find(std::string(picture.begin() + static_cast<ptrdiff_t>(at),
                                        picture.begin() + static_cast<ptrdiff_t>(at) + 32)) != std::string::npos;
    }
    return found;
  };
  const auto gallery = open();
  for (int id = 1; id <= 3; ++id) gallery->keep_chip(id, picture);
  EXPECT_GT(traces(), 90);
  gallery->remove_template(1);
  EXPECT_NE(gallery->forget_person(2, 1000).erased_at, 0);
  gallery->keep_chip(3, std::vector<uint8_t>(10, 1));  // in its place
  gallery->forget_person(4, 1000);
  EXPECT_EQ(traces(), 0);
}

INSTANTIATE_TEST_SUITE_P(, Moving,
                         testing::Values(Way{"plain", kOther, false}, Way{"encrypted", kOther, true},
                                         Way{"plain_longer", kLonger, false}, Way{"encrypted_longer", kLonger, true}),
                         [](const auto& way) { return std::string(way.param.name); });

}  // namespace
}  // namespace visavis
