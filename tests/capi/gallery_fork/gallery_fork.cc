// What a child inherits is refused and left alone; what it opens anew is right, whatever its parent does; and threads
// that are busy at the fork do not make it hang.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "visavis/visavis.h"

namespace {

int failures = 0;
std::string folder;
vav_models* models = nullptr;

void expect(bool holds, const char* what, const vav_error& err) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "process %d: %s: %s\n", int(getpid()), what, err.message);
}

std::string path(const char* name = "people.vav") { return folder + "/" + name; }

vav_gallery* open(const std::string& file) {
  vav_error err = VAV_ERROR_INIT;
  vav_gallery* gallery = nullptr;
  vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
  options.busy_timeout_ms = 60'000;
  options.durability = VAV_DURABILITY_NORMAL;
  expect(vav_gallery_open(&gallery, file.c_str(), models, &options, &err) == VAV_OK, "open", err);
  return gallery;
}

vav_status add(vav_gallery* gallery, const char* name, vav_error& err) {
  vav_person_fields fields = VAV_PERSON_FIELDS_INIT;
  fields.name = name;
  int64_t person = 0, id = 0;
  std::vector<float> embedding(VAV_EMBEDDING_DIM, 0.125f);
  if (const vav_status status = vav_gallery_add_person(&person, gallery, &fields, &err); status != VAV_OK)
    return status;
  return vav_gallery_add_template(&id, gallery, person, embedding.data(), VAV_EMBEDDING_DIM, nullptr, &err);
}

int64_t persons(vav_gallery* gallery) {
  vav_error err = VAV_ERROR_INIT;
  vav_gallery_info info = VAV_GALLERY_INFO_INIT;
  expect(vav_gallery_get_info(gallery, &info, &err) == VAV_OK, "info", err);
  return info.persons;
}

void expect_sound(int64_t number) {
  vav_error err = VAV_ERROR_INIT;
  vav_gallery* gallery = open(path());
  expect(persons(gallery) == number, "what was acknowledged is there", err);
  vav_check_report* report = nullptr;
  expect(vav_gallery_check(&report, gallery, &err) == VAV_OK, "check", err);
  for (int32_t i = 0; i < vav_check_report_count(report); ++i) expect(false, vav_check_report_problem(report, i), err);
  vav_check_report_destroy(report);
  vav_gallery_destroy(gallery);
}

// A child that does `body` and ends without closing anything; it is killed when it hangs.
template <class Body>
pid_t in_child(Body body) {
  const pid_t child = fork();
  if (child != 0) return child;
  failures = 0;
  alarm(30);
  body();
  _exit(failures);
}

void expect_fine(pid_t child, const char* what) {
  vav_error err = VAV_ERROR_INIT;
  int status = 0;
  waitpid(child, &status, 0);
  expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, what, err);
}

struct Signal {
  Signal() {
    if (pipe(ends) != 0) std::abort();
  }
  ~Signal() { close(ends[0]), close(ends[1]); }
  void give() const {
    if (write(ends[1], "x", 1) != 1) std::abort();
  }
  void await() const {
    char byte;
    if (read(ends[0], &byte, 1) != 1) std::abort();
  }
  int ends[2];
};

// Every call on what was inherited says so and touches nothing, also in the middle of the parent's transaction.
void inherited_handles() {
  vav_error err = VAV_ERROR_INIT;
  unlink(path().c_str());
  vav_gallery* gallery = open(path());
  expect(add(gallery, "Ada", err) == VAV_OK, "add", err);
  vav_job* job = nullptr;
  expect(vav_gallery_start_backup(&job, gallery, path("copy.vav").c_str(), 1, &err) == VAV_OK, "backup", err);
  expect(vav_gallery_begin(gallery, &err) == VAV_OK && add(gallery, "Bo", err) == VAV_OK, "in a transaction", err);
  expect_fine(in_child([&] {
                const auto refused = [&](vav_status status, const char* what) {
                  expect(status == VAV_E_WRONG_STATE && std::strstr(err.message, "fork"), what, err);
                };
                std::vector<float> probe(VAV_EMBEDDING_DIM, 0.125f);
                vav_matches* matches = nullptr;
                vav_persons* list = nullptr;
                vav_job* another = nullptr;
                vav_gallery_info info = VAV_GALLERY_INFO_INIT;
                refused(add(gallery, "child", err), "add");
                refused(vav_gallery_identify(&matches, gallery, probe.data(), VAV_EMBEDDING_DIM, nullptr, &err),
                        "identify");
                refused(vav_gallery_list_persons(&list, gallery, nullptr, &err), "list");
                refused(vav_gallery_get_info(gallery, &info, &err), "info");
                refused(vav_gallery_rollback(gallery, &err), "rollback");
                refused(vav_gallery_commit(gallery, &err), "commit");
                refused(vav_gallery_compact(gallery, &err), "compact");
                refused(vav_gallery_start_export(&another, gallery, path("x").c_str(), 1, &err), "export");
                refused(vav_job_run(job, 0, nullptr, &err), "job");
                vav_job_destroy(job);
                vav_gallery_destroy(gallery);
              }),
              "a child with inherited handles");
  // The parent's lock is still there: another program cannot write.
  expect_fine(in_child([&] {
                vav_gallery_options options = VAV_GALLERY_OPTIONS_INIT;
                options.busy_timeout_ms = 1;
                vav_gallery* own = nullptr;
                expect(vav_gallery_open(&own, path().c_str(), models, &options, &err) == VAV_OK, "open", err);
                expect(add(own, "child", err) == VAV_E_GALLERY_BUSY, "the parent is writing", err);
                vav_gallery_destroy(own);
              }),
              "a child beside a transaction");
  expect(vav_gallery_commit(gallery, &err) == VAV_OK, "commit", err);
  expect(vav_job_run(job, 0, nullptr, &err) == VAV_OK, "the parent's job", err);
  vav_job_destroy(job);
  expect(access(path("copy.vav").c_str(), F_OK) == 0, "the parent's backup", err);
  vav_gallery_destroy(gallery);
  expect_sound(2);
}

// The parent closes first, a third process writes in between, and the child ends without closing.
void opened_anew() {
  constexpr int kMany = 40;
  vav_error err = VAV_ERROR_INIT;
  unlink(path().c_str());
  const Signal child_wrote, parent_closed, stranger_may, stranger_did;
  const pid_t stranger = in_child([&] {
    stranger_may.await();
    vav_gallery* own = open(path());
    for (int i = 0; i < kMany; ++i) expect(add(own, "stranger", err) == VAV_OK, "stranger", err);
    vav_gallery_destroy(own);
    stranger_did.give();
  });
  vav_gallery* gallery = open(path());
  expect(add(gallery, "parent", err) == VAV_OK, "add", err);
  const pid_t child = in_child([&] {
    vav_gallery* own = open(path());
    for (int i = 0; i < kMany; ++i) expect(add(own, "child", err) == VAV_OK, "first", err);
    child_wrote.give();
    parent_closed.await();
    for (int i = 0; i < kMany; ++i) expect(add(own, "child", err) == VAV_OK, "second", err);
  });
  child_wrote.await();
  vav_gallery_destroy(gallery);
  stranger_may.give();
  stranger_did.await();
  parent_closed.give();
  expect_fine(stranger, "the stranger");
  expect_fine(child, "the child");
  expect_sound(1 + 3 * kMany);
}

// A lock does not outlive the process that took it because a child has inherited its descriptor.
void a_parent_that_died() {
  unlink(path().c_str());
  vav_gallery_destroy(open(path()));
  const Signal grandchild_may_end, forked;
  const pid_t parent = in_child([&] {
    vav_error err = VAV_ERROR_INIT;
    vav_gallery* gallery = open(path());
    expect(vav_gallery_begin(gallery, &err) == VAV_OK && add(gallery, "never", err) == VAV_OK, "begin", err);
    if (fork() == 0) {
      grandchild_may_end.await();
      _exit(0);
    }
    forked.give();
  });
  forked.await();
  expect_fine(parent, "the parent");
  vav_error err = VAV_ERROR_INIT;
  vav_gallery* gallery = open(path());
  expect(add(gallery, "Ada", err) == VAV_OK, "nobody is writing any more", err);
  vav_gallery_destroy(gallery);
  grandchild_may_end.give();
  expect_sound(1);
}

void busy_threads() {
  unlink(path().c_str());
  vav_gallery* gallery = open(path());
  vav_error err = VAV_ERROR_INIT;
  expect(add(gallery, "Ada", err) == VAV_OK, "add", err);
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t)
    threads.emplace_back([&, t] {
      vav_error own = VAV_ERROR_INIT;
      std::vector<float> probe(VAV_EMBEDDING_DIM, 0.125f);
      while (!stop) {
        vav_matches* matches = nullptr;
        if (t > 0)
          vav_gallery_identify(&matches, gallery, probe.data(), VAV_EMBEDDING_DIM, nullptr, &own);
        else if (vav_gallery* another = open(path("other.vav")))
          vav_gallery_destroy(another);
        vav_matches_destroy(matches);
      }
    });
  for (int round = 0; round < 24; ++round) {
    usleep(3000);
    expect_fine(in_child([&] {
                  vav_gallery_destroy(gallery);
                  vav_gallery* own = open(path(round % 2 ? "people.vav" : "third.vav"));
                  expect(add(own, "child", err) == VAV_OK, "a child of busy threads", err);
                  vav_gallery_destroy(own);
                }),
                "a child of busy threads");
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  vav_gallery_destroy(gallery);
  expect_sound(13);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  folder = std::string(argv[1]) + "/fork-XXXXXX";
  vav_error err = VAV_ERROR_INIT;
  if (!mkdtemp(folder.data()) || vav_models_open(&models, nullptr, &err) != VAV_OK) return 2;
  inherited_handles();
  opened_anew();
  a_parent_that_died();
  busy_threads();
  vav_models_destroy(models);
  for (const char* name : {"people.vav", "copy.vav", "other.vav", "third.vav"})
    for (const char* end : {"", "-wal", "-shm"}) unlink((path(name) + end).c_str());
  expect(rmdir(folder.c_str()) == 0, "nothing is left behind", err);
  return failures ? 1 : 0;
}
