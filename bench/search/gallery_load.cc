// gallery_load FILE ROWS: fills a gallery up to so many templates, then times opening it with its first search,
// enrolling one by one, and enrolling beside what SQLite alone takes to commit the same row to a copy of the file, in
// turns.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>

#include "gallery/gallery.h"

using namespace visavis;
using Clock = std::chrono::steady_clock;

namespace {
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// About as far apart as different people, with most of the variance in few directions.
class People {
 public:
  People() {
    for (Embedding& axis : axes_) axis.resize(kDlibEmbedding);
    for (Embedding& axis : axes_)
      for (float& value : axis) value = normal_(random_) * 0.009f;
  }
  Embedding next() {
    Embedding e(kDlibEmbedding);
    e[0] = 1.3f;  // as long as those of faces are
    for (const Embedding& axis : axes_) {
      const float factor = normal_(random_);
      for (size_t i = 0; i < e.size(); ++i) e[i] += factor * axis[i];
    }
    return e;
  }

 private:
  std::mt19937_64 random_{1};
  std::normal_distribution<float> normal_;
  std::array<Embedding, 32> axes_;
};
double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// SQLite without us: the same table in a copy of the same file, the same durability, the least there is to do.
class SqliteAlone {
 public:
  explicit SqliteAlone(const std::string& path) {
    check(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr));
    run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216");
    begin_ = prepare("BEGIN IMMEDIATE"), commit_ = prepare("COMMIT");
    insert_ = prepare("INSERT INTO template (person_id, embedding, created_at) VALUES (?1, ?2, ?3)");
    sqlite3_stmt* length = prepare("SELECT length(embedding) FROM template LIMIT 1");
    if (sqlite3_step(length) != SQLITE_ROW) check(SQLITE_ERROR);
    bytes_.resize(static_cast<size_t>(sqlite3_column_int64(length, 0)), 'x');
    sqlite3_finalize(length);
  }
  ~SqliteAlone() {
    for (sqlite3_stmt* statement : {begin_, commit_, insert_}) sqlite3_finalize(statement);
    sqlite3_close(db_);
  }
  SqliteAlone(const SqliteAlone&) = delete;
  SqliteAlone& operator=(const SqliteAlone&) = delete;

  void insert(int64_t person) {
    step(begin_);
    sqlite3_bind_int64(insert_, 1, person);
    sqlite3_bind_blob(insert_, 2, bytes_.data(), static_cast<int>(bytes_.size()), SQLITE_STATIC);
    sqlite3_bind_int64(insert_, 3, 1'700'000'000'000);
    step(insert_);
    step(commit_);
  }

 private:
  static void check(int code) {
    if (code == SQLITE_OK) return;
    std::fprintf(stderr, "SQLite alone: %s\n", sqlite3_errstr(code));
    std::exit(1);
  }
  void run(const char* sql) { check(sqlite3_exec(db_, sql, nullptr, nullptr, nullptr)); }
  sqlite3_stmt* prepare(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr));
    return statement;
  }
  static void step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code != SQLITE_DONE) check(code);
    sqlite3_reset(statement);
  }

  sqlite3* db_ = nullptr;
  sqlite3_stmt *begin_ = nullptr, *commit_ = nullptr, *insert_ = nullptr;
  std::string bytes_;
};

// Adding a template to somebody beside the commit alone.
void compare_enrolment(const std::string& path, const Recipe& recipe, People& people) {
  constexpr int kTimes = 600;
  const std::string copy = path + ".alone";
  std::filesystem::copy_file(path, copy, std::filesystem::copy_options::overwrite_existing);
  {
    const auto gallery = Gallery::open(path, recipe, {.mode = GalleryMode::must_exist, .threads = 2});
    SqliteAlone alone(copy);
    const int64_t persons = gallery->counts().persons;
    gallery->identify(people.next(), 1, 0.6f);
    std::mt19937_64 random(7);
    std::vector<double> ours, theirs;
    for (int i = 0; i < kTimes; ++i) {
      const int64_t person = 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(persons));
      const Embedding embedding = people.next();
      auto start = Clock::now();
      gallery->add_template(person, embedding, {});
      ours.push_back(seconds_since(start) * 1e3);
      start = Clock::now();
      alone.insert(person);
      theirs.push_back(seconds_since(start) * 1e3);
    }
    const double mine = median(ours), its = median(theirs);
    std::printf("add a template, durable: p50 %.3f ms; SQLite alone %.3f ms; ratio %.2f\n", mine, its, mine / its);
  }
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(copy + part);
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "gallery_load FILE ROWS\n"), 2;
  const Recipe recipe = make_recipe(std::string(64, 'a'));
  const long rows = std::atol(argv[2]);
  People people;
  const auto enroll = [&](Gallery& gallery) {
    const int64_t person = gallery.add_person({"somebody", std::nullopt, std::nullopt});
    gallery.add_template(person, people.next(), {});
  };
  {
    const auto gallery = Gallery::open(argv[1], recipe, {});
    gallery->begin();
    for (int64_t i = gallery->counts().templates; i < rows; ++i) enroll(*gallery);
    gallery->commit();
  }
  const Embedding probe = people.next();
  for (int i = 0; i < 3; ++i) {
    const auto start = Clock::now();
    const auto gallery = Gallery::open(argv[1], recipe, {.mode = GalleryMode::must_exist, .threads = 2});
    const double opened = seconds_since(start);
    gallery->identify(probe, 1, 0.6f);
    std::printf("open %.3f s, with the first search %.3f s\n", opened, seconds_since(start));
  }
  {
    const auto gallery = Gallery::open(argv[1], recipe, {.mode = GalleryMode::must_exist, .threads = 2});
    gallery->identify(probe, 1, 0.6f);
    std::vector<double> enrolling, searching;
    for (int i = 0; i < 200; ++i) {
      auto start = Clock::now();
      enroll(*gallery);
      enrolling.push_back(seconds_since(start) * 1e3);
      start = Clock::now();
      gallery->identify(probe, 1, 0.6f);
      searching.push_back(seconds_since(start) * 1e3);
    }
    std::printf("enrol a person with a template (two commits): p50 %.2f ms; the search after it: p50 %.2f ms\n",
                median(enrolling), median(searching));
  }
  compare_enrolment(argv[1], recipe, people);
}
