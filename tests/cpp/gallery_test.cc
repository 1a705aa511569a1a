// The C++ layer's gallery: persons, groups, templates, search, duplicates, transactions, jobs.
#include <optional>
#include <set>
#include <utility>

#include "cpp/scratch.h"

namespace {

using scratch::code_of;
using scratch::flat;

class GalleryTest : public testing::Test {
 protected:
  std::int64_t enrol(const std::string& name, float value) {
    const std::int64_t id = gallery_.add_person(name);
    gallery_.add_template(id, flat(value));
    return id;
  }

  scratch::Folder folder_;
  visavis::Models models_;
  visavis::Gallery gallery_{folder_.file("people.vav"), models_};
};

TEST_F(GalleryTest, OpensAsAskedAndTellsWhatItHolds) {
  const visavis::GalleryInfo info = gallery_.info();
  EXPECT_EQ(visavis::Gallery::model_set(folder_.file("people.vav")), models_.set());
  EXPECT_EQ(code_of([&] { visavis::Gallery::model_set(folder_.file("none.vav")); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_GT(info.schema_version, 0);
  EXPECT_GT(info.created_at, 0);
  EXPECT_EQ(info.persons + info.templates, 0);
  EXPECT_EQ(info.model_sha256.size(), 64u);
  EXPECT_FALSE(info.recipe.empty());
  EXPECT_FALSE(info.encrypted || info.reencrypting || info.erase_pending || info.audit || info.threshold);

  visavis::GalleryOptions options;
  options.mode = VAV_GALLERY_MUST_BE_NEW;
  options.busy_timeout_ms = 100;
  options.durability = VAV_DURABILITY_NORMAL;
  options.threads = 2;
  const std::string second = folder_.file("second.vav");
  EXPECT_EQ(visavis::Gallery(second, models_, options).info().persons, 0);
  EXPECT_EQ(code_of([&] { visavis::Gallery(second, models_, options); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(code_of([&] { visavis::Gallery(std::string("a\0b", 3), models_); }), VAV_E_INVALID_ARGUMENT);
  options.mode = VAV_GALLERY_READ_ONLY;
  visavis::Gallery readable(second, models_, options);
  EXPECT_EQ(code_of([&] { readable.add_person("Ada"); }), VAV_E_PERMISSION);
  readable = std::move(gallery_);
  EXPECT_EQ(gallery_.get(), nullptr);
  EXPECT_EQ(code_of([&] { gallery_.info(); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(readable.add_person("Ada"), 1);

  vav_gallery* plain = nullptr;
  ASSERT_EQ(vav_gallery_open(&plain, second.c_str(), models_.get(), nullptr, nullptr), VAV_OK);
  EXPECT_EQ(visavis::Gallery(plain).info().persons, 0);
}

TEST_F(GalleryTest, KeepsAllThatIsSaidOfAPerson) {
  visavis::PersonFields fields;
  fields.name = "Ada";
  fields.external_id = "E1";
  fields.metadata = "{\"desk\":7}";
  fields.consent_ref = "form 12";
  fields.enabled = false;
  fields.consent_at = 1000;
  fields.valid_from = 2000;
  fields.valid_until = 9000;
  fields.expires_at = 8000;
  const std::int64_t ada = gallery_.add_person(fields);
  EXPECT_EQ(code_of([&] { gallery_.add_person(fields); }), VAV_E_ALREADY_EXISTS);
  gallery_.join_group(ada, "night");
  gallery_.join_group(ada, "day");
  gallery_.join_group(ada, "none");
  gallery_.leave_group(ada, "none");

  const visavis::Persons persons = gallery_.persons();
  ASSERT_EQ(persons.size(), 1);
  visavis::Person person = persons[0];
  EXPECT_EQ(person.id, ada);
  EXPECT_EQ(person.name, "Ada");
  EXPECT_EQ(person.external_id, "E1");
  EXPECT_EQ(person.metadata, "{\"desk\":7}");
  EXPECT_EQ(person.consent_ref, "form 12");
  EXPECT_FALSE(person.enabled);
  EXPECT_EQ(person.consent_at, 1000);
  EXPECT_EQ(person.valid_from, 2000);
  EXPECT_EQ(person.valid_until, 9000);
  EXPECT_EQ(person.expires_at, 8000);
  EXPECT_EQ(person.last_seen_at, std::nullopt);
  EXPECT_EQ(person.templates, 0);
  EXPECT_EQ(std::set<std::string>(person.groups.begin(), person.groups.end()), (std::set<std::string>{"day", "night"}));
  EXPECT_GE(person.updated_at, person.created_at);
  EXPECT_EQ(code_of([&] { persons[1]; }), VAV_E_INVALID_ARGUMENT);

  visavis::PersonFields change;
  change.enabled = true;
  change.external_id = "";
  change.valid_until = VAV_TIME_NONE;
  gallery_.update_person(ada, change);
  person = gallery_.persons()[0];
  EXPECT_TRUE(person.enabled);
  EXPECT_EQ(person.name, "Ada");
  EXPECT_EQ(person.external_id, std::nullopt);
  EXPECT_EQ(person.valid_until, std::nullopt);
  change.name = std::string("A\0B", 3);
  EXPECT_EQ(code_of([&] { gallery_.update_person(ada, change); }), VAV_E_INVALID_ARGUMENT);

  EXPECT_EQ(gallery_.purge_expired(7000), 0);
  EXPECT_EQ(gallery_.purge_expired(), 1);
  EXPECT_EQ(code_of([&] { gallery_.remove_person(ada); }), VAV_E_NOT_FOUND);
}

TEST_F(GalleryTest, ListsWhoWasAskedFor) {
  const std::int64_t ada = gallery_.add_person("Ada"), bo = gallery_.add_person("Bo");
  gallery_.join_group(bo, "night");
  visavis::PersonFields cy;
  cy.name = "Cy";
  cy.external_id = "E3";
  gallery_.add_person(cy);

  const auto names = [&](const visavis::PersonQuery& query) {
    std::string all;
    for (const visavis::Person& person : gallery_.persons(query)) all += person.name + " ";
    return all;
  };
  visavis::PersonQuery query;
  EXPECT_EQ(names(query), "Ada Bo Cy ");
  query.limit = 1;
  query.after = ada;
  EXPECT_EQ(names(query), "Bo ");
  query = {};
  query.person = bo;
  EXPECT_EQ(names(query), "Bo ");
  query = {};
  query.name = "Ada";
  EXPECT_EQ(names(query), "Ada ");
  query = {};
  query.external_id = "E3";
  EXPECT_EQ(names(query), "Cy ");
  query = {};
  query.group = "night";
  EXPECT_EQ(names(query), "Bo ");

  const visavis::Groups groups = gallery_.groups();
  ASSERT_EQ(groups.size(), 1);
  const visavis::Group night = groups[0];
  EXPECT_EQ(night.name, "night");
  EXPECT_EQ(night.persons, 1);
  EXPECT_EQ(code_of([&] { groups[-1]; }), VAV_E_INVALID_ARGUMENT);
}

TEST_F(GalleryTest, KeepsTemplates) {
  const std::int64_t ada = gallery_.add_person("Ada");
  visavis::TemplateFields fields;
  fields.quality = 0.5f;
  fields.source = "badge.jpg";
  const std::int64_t first = gallery_.add_template(ada, flat(0.5f), fields);
  const std::int64_t second = gallery_.add_template(ada, {flat(0.25f).data(), VAV_EMBEDDING_DIM});
  const visavis::Templates templates = gallery_.templates(ada);
  ASSERT_EQ(templates.size(), 2);
  const visavis::Template one = templates[0];
  EXPECT_EQ(one.id, first);
  EXPECT_GT(one.created_at, 0);
  EXPECT_EQ(one.quality, 0.5f);
  EXPECT_EQ(one.source, "badge.jpg");
  EXPECT_EQ(one.embedding[VAV_EMBEDDING_DIM - 1], 0.5f);
  EXPECT_EQ(templates[1].quality, std::nullopt);
  EXPECT_EQ(templates[1].source, std::nullopt);
  const std::vector<float> all = templates.embeddings();
  ASSERT_EQ(all.size(), std::size_t(2 * VAV_EMBEDDING_DIM));
  EXPECT_EQ(std::vector<float>(all.begin(), all.begin() + VAV_EMBEDDING_DIM), flat(0.5f));
  EXPECT_EQ(std::vector<float>(all.begin() + VAV_EMBEDDING_DIM, all.end()), flat(0.25f));
  gallery_.remove_template(second);
  EXPECT_EQ(gallery_.templates(ada).size(), 1);
  EXPECT_TRUE(gallery_.identify(one.embedding).decision() == VAV_DECISION_MATCH);
  EXPECT_EQ(code_of([&] { gallery_.add_template(ada, std::vector<float>(3)); }), VAV_E_INVALID_ARGUMENT);
}

TEST_F(GalleryTest, FindsWhoItIs) {
  const std::int64_t ada = enrol("Ada", 0), bo = enrol("Bo", 0.5f);
  const visavis::Matches matches = gallery_.identify(flat(0.001f));
  EXPECT_EQ(matches.decision(), VAV_DECISION_MATCH);
  EXPECT_FALSE(matches.inactive());
  EXPECT_FLOAT_EQ(matches.threshold(), visavis::default_threshold());
  ASSERT_EQ(matches.size(), 2);
  const visavis::Match match = matches[0];
  EXPECT_EQ(match.person, ada);
  EXPECT_EQ(match.name, "Ada");
  EXPECT_NEAR(match.distance, 0.0113f, 1e-3);
  EXPECT_EQ(match.template_id, gallery_.templates(ada)[0].id);
  EXPECT_EQ(code_of([&] { matches[2]; }), VAV_E_INVALID_ARGUMENT);

  visavis::IdentifyOptions options;
  options.max_candidates = 1;
  options.threshold = 0.7f;
  options.only_within_threshold = true;
  options.best_of = 2;
  options.note_seen = true;
  options.now = 5000;
  EXPECT_EQ(gallery_.identify(flat(0), options).size(), 1);
  EXPECT_TRUE(gallery_.persons()[0].last_seen_at.has_value());

  options = {};
  options.persons = {bo};
  EXPECT_EQ(gallery_.identify(flat(0.5f), options)[0].person, bo);
  EXPECT_FALSE(gallery_.verify(ada, flat(0), options).same());
  options.groups = {{"night"}};
  EXPECT_NE(gallery_.identify(flat(0.5f), options).decision(), VAV_DECISION_MATCH);
  // A list that came out empty does not mean everybody.
  options = {};
  options.persons.emplace();
  EXPECT_EQ(code_of([&] { gallery_.identify(flat(0), options); }), VAV_E_INVALID_ARGUMENT);
  options = {};
  options.groups.emplace();
  EXPECT_EQ(code_of([&] { gallery_.verify(ada, flat(0), options); }), VAV_E_INVALID_ARGUMENT);

  gallery_.set_threshold(0.01f);
  EXPECT_EQ(gallery_.info().threshold, 0.01f);
  EXPECT_EQ(gallery_.identify(flat(0.001f)).decision(), VAV_DECISION_UNKNOWN);
}

TEST_F(GalleryTest, FindsManyAtOnce) {
  enrol("Ada", 0);
  const std::vector<float> near = flat(0), far = flat(0.9f);
  const std::vector<visavis::Matches> found = gallery_.identify_batch({near, far});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].decision(), VAV_DECISION_MATCH);
  EXPECT_EQ(found[1].decision(), VAV_DECISION_UNKNOWN);
  EXPECT_EQ(gallery_.identify_batch(near.data(), VAV_EMBEDDING_DIM, 1).size(), 1u);
  EXPECT_TRUE(gallery_.identify_batch(std::vector<visavis::EmbeddingView>()).empty());
  EXPECT_EQ(code_of([&] { gallery_.identify_batch(near.data(), VAV_EMBEDDING_DIM, -1); }), VAV_E_INVALID_ARGUMENT);
  const std::vector<float> longer(512, 0.1f);  // another model's
  EXPECT_EQ(code_of([&] { gallery_.identify_batch({near, longer}); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_.identify_batch({longer}); }), VAV_E_INVALID_ARGUMENT);
}

TEST_F(GalleryTest, VerifiesAPerson) {
  const std::int64_t ada = enrol("Ada", 0);
  EXPECT_TRUE(gallery_.verify(ada, flat(0)).same());
  EXPECT_EQ(gallery_.verify(ada, flat(0.02f), 0.1f).decision, VAV_DECISION_UNKNOWN);
  visavis::PersonFields off;
  off.enabled = false;
  gallery_.update_person(ada, off);
  const visavis::Comparison refused = gallery_.verify(ada, flat(0));
  EXPECT_FALSE(refused.same());
  EXPECT_EQ(refused.decision, VAV_DECISION_INACTIVE);
  EXPECT_TRUE(gallery_.identify(flat(0)).inactive());
  visavis::IdentifyOptions options;
  options.include_inactive = true;
  EXPECT_TRUE(gallery_.verify(ada, flat(0), options).same());
}

TEST_F(GalleryTest, FindsTheSameFaceTwice) {
  const std::int64_t ada = enrol("Ada", 0), again = enrol("Ada again", 0.001f);
  EXPECT_EQ(gallery_.find_duplicates(flat(0), ada)[0].person, again);
  EXPECT_EQ(gallery_.find_duplicates(flat(0), ada, 0.001f).decision(), VAV_DECISION_UNKNOWN);
  const visavis::Duplicates pairs = gallery_.duplicates();
  ASSERT_EQ(pairs.size(), 1);
  const visavis::Duplicate pair = pairs[0];
  EXPECT_EQ(pair.person, ada);
  EXPECT_EQ(pair.other, again);
  EXPECT_EQ(pair.name, "Ada");
  EXPECT_EQ(pair.other_name, "Ada again");
  EXPECT_NEAR(pair.distance, 0.0113f, 1e-3);
  EXPECT_EQ(pairs.last(), 0);
  visavis::DuplicateQuery query;
  query.limit = 1;
  EXPECT_EQ(gallery_.duplicates(query).last(), ada);
}

TEST_F(GalleryTest, UndoesWhatWasNotCommitted) {
  {
    visavis::Transaction undone(gallery_);
    gallery_.add_person("Nobody");
    EXPECT_EQ(code_of([&] { visavis::Transaction second(gallery_); }), VAV_E_WRONG_STATE);
    EXPECT_EQ(gallery_.info().persons, 1);
  }
  EXPECT_EQ(gallery_.info().persons, 0);
  visavis::Transaction undone(gallery_);
  gallery_.add_person("Nobody");
  undone.rollback();
  EXPECT_EQ(gallery_.info().persons, 0);
  {
    visavis::Transaction first(gallery_);
    visavis::Transaction moved(std::move(first));
    gallery_.add_person("Ada");
    moved.commit();
    EXPECT_EQ(code_of([&] { moved.commit(); }), VAV_E_INVALID_ARGUMENT);
  }
  EXPECT_EQ(gallery_.info().persons, 1);
}

// Another thread may have begun the next one meanwhile.
TEST_F(GalleryTest, ATransactionThatHasEndedUndoesNoOther) {
  {
    visavis::Transaction over(gallery_);
    EXPECT_EQ(vav_gallery_rollback(gallery_.get(), nullptr), VAV_OK);
    EXPECT_EQ(code_of([&] { over.commit(); }), VAV_E_WRONG_STATE);
    EXPECT_EQ(vav_gallery_begin(gallery_.get(), nullptr), VAV_OK);
    gallery_.add_person("Ada");
  }
  EXPECT_EQ(vav_gallery_commit(gallery_.get(), nullptr), VAV_OK);
  EXPECT_EQ(gallery_.info().persons, 1);
}

TEST_F(GalleryTest, MovesToOtherModels) {
  visavis::ModelsOptions options;
  options.set = "opencv-zoo";
  const visavis::Models other(options);
  enrol("Ada", 0.3f);
  enrol("Grace", 0.4f);
  std::vector<float> unit(VAV_EMBEDDING_DIM);
  unit[1] = 1;
  EXPECT_EQ(code_of([&] { gallery_.stage(other, 3, unit); }), VAV_E_NOT_FOUND);
  gallery_.stage(other, 1, unit);
  const visavis::MoveStatus now = gallery_.move_status(&other);
  EXPECT_TRUE(now.under_way && now.to_these);
  EXPECT_EQ(now.staged, 1);
  EXPECT_EQ(now.templates, 2);
  EXPECT_EQ(now.kept_chips, 0);
  EXPECT_EQ(now.to_set, "opencv-zoo");
  EXPECT_EQ(now.to_model_sha256.size(), 64u);
  EXPECT_NE(now.to_recipe.find("cosine"), std::string::npos);
  EXPECT_FALSE(gallery_.move_status().to_these);
  const std::vector<visavis::Unstaged> left = gallery_.unstaged();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].template_id, 2);
  EXPECT_EQ(left[0].person, 2);
  EXPECT_TRUE(gallery_.unstaged(2, 10).empty());
  EXPECT_EQ(code_of([&] { gallery_.unstaged(0, 0); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_.move(other); }), VAV_E_WRONG_STATE);
  const std::vector<std::uint8_t> pixels(3 * 50 * 40, 7);
  visavis::Pixels view;
  view.format = VAV_PIXEL_RGB;
  view.width = 50;
  view.height = 40;
  view.data[0] = pixels.data();
  const auto chip = visavis::Image::wrap(view);
  gallery_.keep_chip(1, chip);
  EXPECT_EQ(gallery_.kept_chip(1).width(), 50);
  EXPECT_EQ(code_of([&] { gallery_.kept_chip(2); }), VAV_E_NOT_FOUND);
  EXPECT_EQ(gallery_.move_status().kept_chips, 1);
  EXPECT_LE(50, visavis::kept_chip_max);
  EXPECT_EQ(code_of([&] { visavis::cut_face(chip, visavis::Faces(nullptr), 0); }), VAV_E_INVALID_ARGUMENT);
  gallery_.remove_chips();
  EXPECT_EQ(gallery_.move_status().kept_chips, 0);
  gallery_.cancel_move();
  gallery_.stage(other, 1, unit);
  gallery_.move(other, true);
  EXPECT_EQ(code_of([&] { gallery_.info(); }), VAV_E_GALLERY_RECIPE);
  EXPECT_EQ(visavis::Gallery(folder_.file("people.vav"), other).identify(unit)[0].person, 1);
}

TEST_F(GalleryTest, IsCopiedExportedAndImported) {
  for (int i = 0; i < 50; ++i) enrol("Person " + std::to_string(i), float(i));
  gallery_.compact();
  EXPECT_TRUE(gallery_.check().empty());

  int told = 0;
  visavis::JobProgress last{};
  visavis::Job backup = gallery_.start_backup(folder_.file("copy.vav"));
  backup.finish(
      [&](const visavis::JobProgress& progress) {
        last = progress;
        ++told;
      },
      1);
  EXPECT_GT(told, 0);
  EXPECT_TRUE(last.finished);
  EXPECT_GT(last.done, 0);
  EXPECT_EQ(last.total, last.done);
  EXPECT_EQ(visavis::Gallery(folder_.file("copy.vav"), models_).info().persons, 50);

  const std::string exported = folder_.file("people.json");
  gallery_.start_export(exported).finish();
  EXPECT_EQ(code_of([&] { gallery_.start_export(exported).finish(); }), VAV_E_ALREADY_EXISTS);
  gallery_.start_export(exported, true).finish();

  std::optional<visavis::Gallery> other(std::in_place, folder_.file("other.vav"), models_);
  EXPECT_TRUE(other->start_import(exported).run().finished);
  EXPECT_EQ(other->info().persons, 50);
  visavis::Job unfinished = other->start_import(exported, true);
  other.reset();  // a job goes on without its gallery
  unfinished.run(1);

  visavis::Job stopped = gallery_.start_backup(folder_.file("stopped.vav"), true);
  EXPECT_THROW(stopped.finish([](const visavis::JobProgress&) { throw std::runtime_error("enough"); }),
               std::runtime_error);
  visavis::Job taken(nullptr);
  EXPECT_EQ(code_of([&] { taken.run(); }), VAV_E_INVALID_ARGUMENT);
}

}  // namespace
