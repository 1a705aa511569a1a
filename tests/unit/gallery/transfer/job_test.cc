// gallery/job: backup, export, import and compact: whole or not at all, and nothing left behind.
#include "gallery/transfer/job.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "gallery/transfer/transfer.h"
#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// All that a gallery holds, for comparing.
std::string everything(Gallery& gallery) {
  std::string all;
  for (const Person& p : gallery.persons({})) {
    all += std::to_string(p.id) + p.name + p.external_id.value_or("-") + p.metadata + std::to_string(p.created_at) +
           std::to_string(p.enabled) + std::to_string(p.valid_from.value_or(-1)) + p.consent_ref.value_or("-") +
           std::to_string(p.valid_until.value_or(-1)) + std::to_string(p.consent_at.value_or(-1)) +
           std::to_string(p.expires_at.value_or(-1)) + std::to_string(p.last_seen_at.value_or(-1));
    for (const std::string& group : p.groups) all += "/" + group;
    for (const Template& t : gallery.templates(p.id))
      all += "\n " + std::to_string(t.id) + " " + std::to_string(t.embedding[0]) + std::to_string(t.embedding[127]) +
             std::to_string(t.fields.quality.value_or(-1)) + t.fields.source.value_or("-") +
             std::to_string(t.created_at);
    all += "\n";
  }
  return all;
}

class Jobs : public GalleryTest {
 protected:
  void SetUp() override {
    GalleryTest::SetUp();
    gallery_ = open();
    Embeddings embeddings(7);
    gallery_->begin();
    for (int i = 0; i < 300; ++i) {
      PersonFields fields = named(std::string("Person é ").append(std::to_string(i)));
      fields.metadata = "{\"n\": \"\\u0000\"}";
      if (i % 2) fields.external_id = std::string("badge-").append(std::to_string(i));
      if (i % 3 == 0) fields.valid_from = 10, fields.valid_until = 1'800'000'000'000 + i, fields.enabled = i % 2;
      if (i % 5 == 0) fields.groups = {"staff", std::string("group").append(std::to_string(i % 4))};
      if (i % 7 == 0) fields.consent_ref = "form", fields.consent_at = 5, fields.expires_at = 1'900'000'000'000;
      const int64_t person = gallery_->add_person(fields);
      for (int k = 0; k < i % 4; ++k)
        gallery_->add_template(person, embeddings.next(), k ? TemplateFields{0.25f, "photo.jpg"} : TemplateFields{});
    }
    gallery_->commit();
    gallery_->remove_person(2);
    gallery_->note_seen({3}, 1'700'000'000'000);
  }
  void TearDown() override {
    gallery_.reset();
    GalleryTest::TearDown();
  }
  std::unique_ptr<Gallery> other(const std::string& name) const { return Gallery::open(path(name), kRecipe, {}); }

  std::unique_ptr<Gallery> gallery_;
};

TEST_F(Jobs, ABackupIsTheGalleryOfOneMoment) {
  const std::string before = everything(*gallery_);
  const auto job = gallery_->backup(path("copy.vav"), false);
  EXPECT_FALSE(job->run(milliseconds(0))) << "one piece";
  gallery_->add_person(named("added meanwhile"));
  gallery_->remove_person(5);
  EXPECT_EQ(code_of([&] { other("copy.vav.none")->counts(); }), VAV_OK);
  EXPECT_TRUE(job->run(kToTheEnd));
  EXPECT_TRUE(job->run(kToTheEnd)) << "finished is finished";
  EXPECT_EQ(job->done(), job->total());
  EXPECT_EQ(fs::status(path("copy.vav")).permissions(), fs::perms(0600));
  const auto copy = other("copy.vav");
  EXPECT_EQ(everything(*copy), before);
  EXPECT_THAT(copy->check(), IsEmpty());
}

// Compacting and re-encrypting write the whole file anew; to a job it is still the gallery of one moment.
TEST_F(Jobs, OthersDisturbNone) {
  const std::string before = everything(*gallery_);
  for (const bool backup : {true, false}) {
    gallery_.reset();
    gallery_ = open();  // nothing is in the log
    const auto job = backup ? gallery_->backup(path("copy"), true) : gallery_->export_to(path("copy"), true);
    EXPECT_FALSE(job->run(milliseconds(0)));
    const auto other_handle = open();
    const int64_t more = other_handle->add_person(named("more"));
    other_handle->compact();
    EXPECT_FALSE(job->run(milliseconds(0)));
    EXPECT_TRUE(job->run(kToTheEnd));
    other_handle->remove_person(more);
    if (!backup) {
      const auto fresh = other("fresh.vav");
      EXPECT_TRUE(fresh->import_from(path("copy"), false)->run(kToTheEnd));
    }
    EXPECT_EQ(everything(*other(backup ? "copy" : "fresh.vav")), before);
    fs::remove(path("copy"));
  }
}

// A read-only handle reads without locks while nobody writes: what it has copied when somebody does is of no use.
TEST_F(Jobs, FromAReadOnlyHandleTheyBeginAnew) {
  gallery_.reset();
  for (const bool backup : {true, false}) {
    const auto reader = open(GalleryMode::read_only);
    auto job = backup ? reader->backup(path("copy"), true) : reader->export_to(path("copy"), true);
    EXPECT_FALSE(job->run(milliseconds(0)));
    open()->add_person(named("more"));
    EXPECT_TRUE(job->run(kToTheEnd));
    job = nullptr;
    if (!backup) {
      EXPECT_TRUE(other("fresh.vav")->import_from(path("copy"), false)->run(kToTheEnd));
    }
    EXPECT_EQ(everything(*other(backup ? "copy" : "fresh.vav")), everything(*open()));
    fs::remove(path("copy"));
    job = backup ? reader->backup(path("copy"), true) : reader->export_to(path("copy"), true);
    const vav_status code = code_of([&] {
      for (int i = 0; i < 100; ++i) {
        open()->add_person(named("more and more"));
        job->run(milliseconds(0));
      }
    });
    EXPECT_EQ(code, VAV_E_GALLERY_BUSY) << "at some time it gives up";
    job = nullptr;
    EXPECT_FALSE(fs::exists(path("copy")));
  }
}

TEST_F(Jobs, WhatIsThereIsReplacedOnlyWhenAskedFor) {
  write_all(path("there"), "precious");
  EXPECT_EQ(code_of([&] { gallery_->backup(path("there"), false); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(code_of([&] { gallery_->export_to(path("there"), false); }), VAV_E_ALREADY_EXISTS);
  const auto late = gallery_->export_to(path("late"), false);
  write_all(path("late"), "somebody was faster");
  EXPECT_EQ(code_of([&] { late->run(kToTheEnd); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(code_of([&] { late->run(kToTheEnd); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(read_all(path("late")), "somebody was faster");
  EXPECT_EQ(read_all(path("there")), "precious");
  EXPECT_TRUE(gallery_->backup(path("there"), true)->run(kToTheEnd));
  EXPECT_EQ(everything(*other("there")), everything(*gallery_));
  EXPECT_EQ(code_of([&] { gallery_->backup(path(), true); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->export_to(path(), true); }), VAV_E_INVALID_ARGUMENT);
  EXPECT_EQ(code_of([&] { gallery_->backup(path("no/folder"), false); }), VAV_E_FILE_NOT_FOUND);
  const auto open_elsewhere = other("there");
  open_elsewhere->add_person(named("new"));
  EXPECT_EQ(code_of([&] { gallery_->backup(path("there"), true); }), VAV_E_GALLERY_BUSY);
}

TEST_F(Jobs, WhatIsStoppedLeavesNothing) {
  gallery_->backup(path("a"), false)->run(milliseconds(0));
  gallery_->export_to(path("b"), false)->run(milliseconds(0));
  gallery_.reset();
  EXPECT_THAT(files(), ElementsAre("people.vav"));
}

TEST_F(Jobs, ExportAndImportKeepAll) {
  EXPECT_TRUE(gallery_->export_to(path("people.export"), false)->run(kToTheEnd));
  EXPECT_EQ(fs::status(path("people.export")).permissions(), fs::perms(0600));
  const auto fresh = other("fresh.vav");
  EXPECT_TRUE(fresh->import_from(path("people.export"), false)->run(kToTheEnd));
  EXPECT_EQ(everything(*fresh), everything(*gallery_)) << "an unused gallery takes over the ids";
  EXPECT_THAT(fresh->check(), IsEmpty());
  EXPECT_GT(fresh->add_person(named("next")), 300);
  EXPECT_EQ(fresh->identify(gallery_->templates(4)[0].embedding, 1, kEverything).at(0).person, 4);
}

TEST_F(Jobs, ImportIntoAUsedGalleryGivesNewIds) {
  EXPECT_TRUE(gallery_->export_to(path("people.export"), false)->run(kToTheEnd));
  const auto used = other("used.vav");
  const int64_t there = used->add_person({"Mine", "badge-7"});
  EXPECT_TRUE(used->identify(at(0), 1, kEverything).empty());
  EXPECT_EQ(code_of([&] { used->import_from(path("people.export"), false)->run(kToTheEnd); }), VAV_E_ALREADY_EXISTS);
  EXPECT_EQ(used->counts().persons, 1) << "all or nothing";
  EXPECT_TRUE(used->import_from(path("people.export"), true)->run(kToTheEnd));
  const GalleryCounts all = gallery_->counts();
  EXPECT_EQ(used->counts().persons, 1 + all.persons - 1);
  EXPECT_EQ(used->counts().templates, all.templates - int64_t(gallery_->templates(8).size()));
  EXPECT_EQ(used->persons({.external_id = "badge-7"})[0].id, there);
  EXPECT_EQ(used->persons({.external_id = "badge-9"})[0].name, gallery_->persons({.external_id = "badge-9"})[0].name);
  EXPECT_THAT(used->check(), IsEmpty());
}

// It would wait for its own handle.
TEST_F(Jobs, NoImportWithinATransaction) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  gallery_->begin();
  EXPECT_EQ(code_of([&] { gallery_->import_from(path("e"), true); }), VAV_E_WRONG_STATE);
  gallery_->rollback();
}

TEST_F(Jobs, WhoWaitsForAnImportIsToldThatItMayBeOnesOwn) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  const auto impatient = open(GalleryMode::must_exist, 1);
  const auto import = impatient->import_from(path("e"), true);
  std::string message;
  EXPECT_EQ(code_of([&] { impatient->add_person(named("late")); }, &message), VAV_E_GALLERY_BUSY);
  EXPECT_THAT(message, HasSubstr("a job"));
}

TEST_F(Jobs, ImportsRefuseWhatDoesNotFit) {
  const auto job = gallery_->export_to(path("e"), false);
  job->run(kToTheEnd);
  auto stranger = Gallery::open(path("stranger.vav"), make_recipe(std::string(64, 'b')), {});
  EXPECT_EQ(code_of([&] { stranger->import_from(path("e"), false); }), VAV_E_GALLERY_RECIPE);
  EXPECT_EQ(code_of([&] { gallery_->import_from(path("none"), false); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { gallery_->import_from(path(), false); }), VAV_E_GALLERY_FORMAT);
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only)->import_from(path("e"), false); }), VAV_E_PERMISSION);
  write_all(path("newer"), "visavis-export 2\n{}\n");
  std::string message;
  EXPECT_EQ(code_of([&] { gallery_->import_from(path("newer"), false); }, &message), VAV_E_GALLERY_FORMAT);
  EXPECT_THAT(message, HasSubstr("newer"));
  for (const char* text : {"", "x", "visavis-export 1", "visavis-export 1\n", "visavis-export 1\n[]\n"}) {
    write_all(path("bad"), text);
    const vav_status code = code_of([&] { gallery_->import_from(path("bad"), false); });
    EXPECT_TRUE(code == VAV_E_GALLERY_FORMAT || code == VAV_E_GALLERY_CORRUPT) << text << code;
  }
}

TEST_F(Jobs, AnExportSaysItsRecipeAndHoldsNothingOfAnother) {
  Person person;
  person.id = 1, person.name = "Eve", person.metadata = "{}", person.created_at = person.updated_at = 1;
  Template one;
  one.id = 1, one.created_at = 1;
  for (const float norm : {1.3f, 1.0f, 0.70710678f, 0.75f}) {  // the last two are those of sets with a density
    const std::string file = path("norm" + std::to_string(norm));
    one.embedding = Embedding(kDlibEmbedding, norm / std::sqrt(float(kDlibEmbedding)));
    TransferWriter writer(file, false, {kRecipe, 1, {.persons = 1, .templates = 1}});
    writer.write(person);
    writer.write(one);
    writer.finish();
    EXPECT_EQ(Gallery::recipe_at(file), kRecipe);
    const auto fresh = other("of" + std::to_string(norm));
    const vav_status code = code_of([&] { fresh->import_from(file, false)->run(kToTheEnd); });
    EXPECT_EQ(code, norm < 1 ? VAV_E_GALLERY_CORRUPT : VAV_OK) << norm;
    EXPECT_EQ(fresh->counts().templates, norm < 1 ? 0 : 1) << norm;
  }
}

// Every way in which a file can be cut or altered is an error, and the gallery stays as it was.
TEST_F(Jobs, DamagedExportsChangeNothing) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  const std::string whole = read_all(path("e"));
  const auto fresh = other("fresh.vav");
  std::mt19937 random(8);
  for (int round = 0; round < 400; ++round) {
    std::string bad = whole;
    const size_t at = round < 200 ? size_t(round) : random() % whole.size();
    if (round % 3 == 0)
      bad.resize(at);
    else if (round % 3 == 1)
      bad[at] = char(bad[at] ^ char(1 << random() % 8));
    else
      bad.insert(at, 1, char(random()));
    write_all(path("bad"), bad);
    std::string message;
    const vav_status code = code_of([&] { fresh->import_from(path("bad"), false)->run(kToTheEnd); }, &message);
    EXPECT_TRUE(code == VAV_E_GALLERY_FORMAT || code == VAV_E_GALLERY_CORRUPT || code == VAV_E_GALLERY_RECIPE ||
                code == VAV_E_ALREADY_EXISTS)
        << round << ": " << code << message;
    ASSERT_EQ(fresh->counts().persons, 0) << round;
  }
  write_all(path("bad"), whole + "x");
  EXPECT_EQ(code_of([&] { fresh->import_from(path("bad"), false)->run(kToTheEnd); }), VAV_E_GALLERY_CORRUPT);
  EXPECT_TRUE(fresh->import_from(path("e"), false)->run(kToTheEnd)) << "and it can still be used";
}

// What a later version writes: its kinds are known by their letters, and no such file passes for a damaged one.
TEST_F(Jobs, RecordsOfANewerVersionAreNamedOrLeftOut) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  const std::string whole = read_all(path("e"));
  constexpr size_t kEnd = 5 + 32;
  const size_t first = whole.find('\n', whole.find('\n') + 1) + 1;
  const auto with = [&](char kind, size_t where) {
    std::string file = whole.substr(0, whole.size() - kEnd);
    file.insert(where, std::string(1, kind) + std::string("\x03\0\0\0new", 7));
    TransferHash hash;
    hash.update({reinterpret_cast<const uint8_t*>(file.data()), file.size()});
    return file + whole.substr(whole.size() - kEnd, 5) + hash.final();
  };
  const size_t last = whole.size() - kEnd;
  for (const size_t where : {first, last}) {
    for (const auto& [kind, name] : {std::pair('X', "\"X\""), std::pair('\x07', "7"), std::pair('\xfe', "254")}) {
      write_all(path("newer"), with(kind, where));
      const auto fresh = other("refused.vav");
      std::string message;
      EXPECT_EQ(code_of([&] { fresh->import_from(path("newer"), false)->run(kToTheEnd); }, &message),
                VAV_E_GALLERY_FORMAT);
      EXPECT_THAT(message, AllOf(HasSubstr(std::string("kind ") + name), HasSubstr("newer version")));
      EXPECT_EQ(fresh->counts().persons, 0);
    }
    write_all(path("newer"), with('x', where));
    const std::string name = "fresh" + std::to_string(where);
    ASSERT_TRUE(other(name)->import_from(path("newer"), false)->run(kToTheEnd));
    EXPECT_EQ(everything(*other(name)), everything(*gallery_));
  }
}

// A file that says it holds far more than it does must not make us take memory for it.
TEST_F(Jobs, LengthsAreCheckedBeforeMemoryIsTaken) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  const std::string whole = read_all(path("e"));
  const size_t header = whole.find('\n', whole.find('\n') + 1) + 1;
  for (const char kind : {'P', 'T', 'E', 'X'}) {
    write_all(path("bad"), whole.substr(0, header) + kind + std::string(4, '\xff'));
    EXPECT_EQ(code_of([&] { other("fresh.vav")->import_from(path("bad"), false)->run(kToTheEnd); }),
              VAV_E_GALLERY_CORRUPT);
    write_all(path("bad"), whole.substr(0, header) + kind + std::string("\xff\xff\x00\x00", 4));
    EXPECT_EQ(code_of([&] { other("fresh.vav")->import_from(path("bad"), false)->run(kToTheEnd); }),
              VAV_E_GALLERY_CORRUPT);
  }
}

TEST_F(Jobs, AKilledImportLeavesNothing) {
  gallery_->export_to(path("e"), false)->run(kToTheEnd);
  gallery_.reset();
  std::mt19937 random(9);
  for (int round = 0; round < 8; ++round) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      other("fresh.vav")->import_from(path("e"), false)->run(kToTheEnd);
      _exit(0);
    }
    usleep(random() % 20'000);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    const auto fresh = other("fresh.vav");
    const int64_t persons = fresh->counts().persons;
    EXPECT_TRUE(persons == 0 || persons == 299) << persons;
    EXPECT_THAT(fresh->check(), IsEmpty());
    for (const Person& person : fresh->persons({})) fresh->remove_person(person.id);
  }
}

TEST_F(Jobs, CompactGivesRoomBackAndKeepsAll) {
  for (int64_t id = 10; id < 280; ++id) gallery_->remove_person(id);
  const std::string before = everything(*gallery_);
  const auto size = fs::file_size(path());
  const auto reader = open();
  const auto nearest = reader->identify(at(0), 5, kEverything);
  gallery_->compact();
  EXPECT_LT(fs::file_size(path()), size / 2);
  EXPECT_EQ(everything(*gallery_), before);
  EXPECT_EQ(persons_of(reader->identify(at(0), 5, kEverything)), persons_of(nearest));
  EXPECT_THAT(gallery_->check(), IsEmpty());
  gallery_->begin();
  EXPECT_EQ(code_of([&] { gallery_->compact(); }), VAV_E_WRONG_STATE);
  EXPECT_EQ(code_of([&] { open(GalleryMode::must_exist, 1)->compact(); }), VAV_E_GALLERY_BUSY);
  gallery_->rollback();
  EXPECT_EQ(code_of([&] { open(GalleryMode::read_only)->compact(); }), VAV_E_PERMISSION);
}

}  // namespace
}  // namespace visavis
