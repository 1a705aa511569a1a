// gallery/gallery shared: several handles on one file, a read-only one beside a writer, and many threads on one handle.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <set>
#include <thread>

#include "support/gallery_fixture.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class Sharing : public GalleryTest {
 protected:
  static std::vector<int64_t> found(Gallery& gallery, float x = 0) {
    return persons_of(gallery.identify(at(x), 1000, kEverything));
  }
};

TEST_F(Sharing, EveryChangeOfOneHandleIsFoundByTheOther) {
  const auto one = open(), two = open();
  const int64_t ada = one->add_person(named("Ada"));
  const int64_t first = one->add_template(ada, at(1), {});
  EXPECT_THAT(found(*two), ElementsAre(ada));
  const int64_t bo = two->add_person(named("Bo"));
  two->add_template(bo, at(2), {});
  EXPECT_THAT(found(*one), ElementsAre(ada, bo));
  two->add_template(bo, at(0), {});
  EXPECT_THAT(found(*one), ElementsAre(bo, ada));
  // One removed and one added between two searches: the count alone does not show it.
  two->remove_template(first);
  two->add_template(ada, at(-9), {});
  EXPECT_EQ(one->identify(at(1), 2, kEverything)[1].distance, 10);
  two->remove_person(bo);
  EXPECT_THAT(found(*one), ElementsAre(ada));
  two->update_person(ada, named("Ada L."));
  EXPECT_EQ(one->identify(at(0), 1, kEverything)[0].name, "Ada L.");
}

TEST_F(Sharing, RandomChangesOfTwoHandlesKeepBothIndexesExact) {
  std::unique_ptr<Gallery> handles[2] = {open(), open()};
  std::mt19937 random(11);
  Embeddings embeddings(12);
  std::map<int64_t, std::pair<int64_t, Embedding>> templates;
  std::vector<int64_t> persons;
  for (int i = 0; i < 10; ++i) persons.push_back(handles[0]->add_person(named("P")));
  for (int step = 0; step < 120; ++step) {
    Gallery& writer = *handles[random() % 2];
    const bool in_transaction = random() % 4 == 0, give_up = random() % 2;
    auto before = templates;
    if (in_transaction) writer.begin();
    for (unsigned i = 0; i <= random() % 3; ++i) {
      if (random() % 3 == 0 && !templates.empty()) {
        const auto victim = std::next(templates.begin(), long(random() % templates.size()));
        writer.remove_template(victim->first);
        templates.erase(victim);
      } else {
        const int64_t person = persons[random() % persons.size()];
        const Embedding e = embeddings.next();
        templates[writer.add_template(person, e, {})] = {person, e};
      }
      if (random() % 3 == 0) found(writer);
    }
    if (in_transaction && give_up) {
      writer.rollback();
      templates = std::move(before);
    } else if (in_transaction) {
      writer.commit();
    }
    if (random() % 3) continue;
    Gallery& reader = *handles[random() % 2];
    std::map<int64_t, int64_t> expected;  // person, by the template that is its own
    for (const auto& [id, row] : templates) {
      const auto matches = reader.identify(row.second, 1, kEverything);
      ASSERT_EQ(matches.size(), 1u);
      EXPECT_EQ(matches[0].template_id, id);
      EXPECT_EQ(matches[0].person, row.first);
      EXPECT_EQ(matches[0].distance, 0);
      expected[row.first] = id;
    }
    EXPECT_EQ(found(reader).size(), expected.size());
  }
  EXPECT_THAT(handles[0]->check(), IsEmpty());
}

TEST_F(Sharing, AReadOnlyHandleFollowsAWriterThatComesAndGoes) {
  const int64_t ada = open()->add_person(named("Ada"));
  open()->add_template(ada, at(1), {});
  const auto reader = open(GalleryMode::read_only);
  EXPECT_THAT(found(*reader), ElementsAre(ada));
  auto writer = open();
  EXPECT_THAT(found(*reader), ElementsAre(ada));
  const int64_t bo = writer->add_person(named("Bo"));
  writer->add_template(bo, at(2), {});
  EXPECT_THAT(found(*reader), ElementsAre(ada, bo));
  EXPECT_EQ(reader->counts().persons, 2);
  writer->remove_person(ada);
  EXPECT_THAT(found(*reader), ElementsAre(bo));
  writer.reset();
  EXPECT_THAT(found(*reader), ElementsAre(bo));
  open()->add_template(bo, at(0), {});
  EXPECT_EQ(reader->verify(bo, at(0)).distance, 0);
}

TEST_F(Sharing, AReadOnlyHandleNoticesAWriterThatHasGoneAgain) {
  const int64_t ada = open()->add_person(named("Ada"));
  const auto reader = open(GalleryMode::read_only);
  EXPECT_THAT(found(*reader), IsEmpty());
  open()->add_template(ada, at(1), {});  // opens, writes, and is closed before the reader looks again
  EXPECT_THAT(files(), ElementsAre("people.vav"));
  EXPECT_THAT(found(*reader), ElementsAre(ada));
}

TEST_F(Sharing, AFileThatWasTakenAwayIsSaid) {
  const auto gallery = open();
  gallery->add_person(named("Ada"));
  gallery->begin();
  gallery->add_person(named("Bo"));
  fs::rename(path(), path("elsewhere"));
  EXPECT_EQ(code_of([&] { gallery->commit(); }), VAV_E_IO);
  EXPECT_EQ(code_of([&] { gallery->add_person(named("Cy")); }), VAV_E_IO);
  gallery->rollback();
  EXPECT_EQ(code_of([&] { found(*gallery); }), VAV_E_IO);
  Gallery::open(path("new"), kRecipe, {});
  fs::rename(path("new"), path());
  EXPECT_EQ(code_of([&] { gallery->add_person(named("Cy")); }), VAV_E_IO);
}

TEST_F(Sharing, ReadOnlyOnMediaThatCannotBeWritten) {
  const int64_t ada = open()->add_person(named("Ada"));
  open()->add_template(ada, at(1), {});
  fs::permissions(path(), fs::perms(0444));
  fs::permissions(folder_, fs::perms(0555));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {  // to root nothing is read-only
    if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(2);
    const bool reads = code_of([&] { found(*open(GalleryMode::read_only)); }) == VAV_OK;
    const bool refuses = code_of([&] { open(); }) == VAV_E_PERMISSION;
    const bool says_why = code_of([&] { Gallery::open(path("new"), kRecipe, {}); }) == VAV_E_PERMISSION;
    _exit(reads && refuses && says_why ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  fs::permissions(folder_, fs::perms(0755));
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
}

TEST_F(Sharing, AFileThatMayNotBeReadIsSaid) {
  open();
  fs::permissions(path(), fs::perms(0));
  fs::permissions(folder_, fs::perms(0755));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (getuid() == 0 && setuid(65534) != 0) _exit(2);
    _exit(code_of([&] { open(GalleryMode::read_only); }) == VAV_E_PERMISSION ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
}

// Eight threads on one handle add, remove and search; a person whose removal was acknowledged is never found again.
TEST_F(Sharing, ThreadsOnOneHandle) {
  const auto gallery = open();
  const int64_t stays = gallery->add_person(named("stays"));
  gallery->add_template(stays, at(0), {});
  std::vector<std::thread> threads;
  std::atomic<bool> done = false;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 6; ++i) {
        const float place = 10.0f * float(t + 1);
        const int64_t person = gallery->add_person(named("comes and goes"));
        gallery->add_template(person, at(place), {});
        EXPECT_EQ(gallery->identify(at(place), 1, 1)[0].person, person);
        EXPECT_EQ(gallery->verify(person, at(place)).distance, 0);
        gallery->remove_person(person);
        EXPECT_THAT(gallery->identify(at(place), 1, 1), IsEmpty());
      }
    });
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      while (!done) {
        const auto matches = gallery->identify(at(0), 10, kEverything);
        ASSERT_FALSE(matches.empty());
        EXPECT_EQ(matches[0].person, stays);
        for (const Match& match : matches) EXPECT_FALSE(match.name.empty());
      }
    });
  for (int t = 0; t < 4; ++t) threads[size_t(t)].join();
  done = true;
  for (int t = 4; t < 8; ++t) threads[size_t(t)].join();
  EXPECT_EQ(gallery->counts().persons, 1);
  EXPECT_THAT(gallery->check(), IsEmpty());
}

}  // namespace
}  // namespace visavis
