// What the tests of gallery/ share: a folder of their own, embeddings, and a way behind the library's back.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include "base/error.h"
#include "gallery/gallery.h"

namespace visavis {

inline const Recipe kRecipe = make_recipe(std::string(64, 'a'));

// Reproducible embeddings, about as far apart as those of different people.
class Embeddings {
 public:
  explicit Embeddings(unsigned seed, size_t length = kDlibEmbedding) : random_(seed), length_(length) {}
  Embedding next() {
    std::normal_distribution<float> normal(0, 0.12f);  // as long as those of faces
    Embedding e(length_);
    for (float& value : e) value = normal(random_);
    return e;
  }

 private:
  std::mt19937 random_;
  const size_t length_;
};

// An embedding on a line: distances between these are differences. As long as one of a face, where x is small.
inline Embedding at(float x) {
  Embedding e(kDlibEmbedding);
  e[0] = x;
  e[1] = 1.3f;
  return e;
}

inline PersonFields named(const std::string& name) { return {name, std::nullopt, std::nullopt}; }

// The code `body` throws; its message goes to `message`.
template <class Body>
vav_status code_of(Body body, std::string* message = nullptr) {
  try {
    body();
  } catch (const Error& e) {
    if (message) *message = e.what();
    EXPECT_STRNE(e.what(), "");
    return e.code();
  }
  return VAV_OK;
}

inline std::string read_all(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_all(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

class GalleryTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "visavis-gallery-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "people.vav") const { return (folder_ / name).string(); }

  std::unique_ptr<Gallery> open(GalleryMode mode = GalleryMode::open_or_create, int busy_timeout_ms = 5000) const {
    return Gallery::open(path(), kRecipe, {mode, busy_timeout_ms});
  }

  // Of all persons in the gallery, which must be sound.
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    const auto gallery = open(GalleryMode::must_exist);
    EXPECT_THAT(gallery->check(), testing::IsEmpty());
    for (const Person& person : gallery->persons({})) names.push_back(person.name);
    return names;
  }

  // Runs SQL on a file as any program could.
  static void tamper(const std::string& file, const std::string& statements) {
    sqlite3* db = nullptr;
    char* error = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &db), SQLITE_OK);
    sqlite3_exec(db, statements.c_str(), nullptr, nullptr, &error);
    EXPECT_EQ(error, nullptr) << error;
    sqlite3_free(error);
    sqlite3_close(db);
  }
  void tamper(const std::string& statements) const { tamper(path(), statements); }

  // The names of all files in the folder.
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) names.push_back(entry.path().filename());
    return names;
  }

  std::filesystem::path folder_;
};

inline std::vector<int64_t> persons_of(const std::vector<Match>& matches) {
  std::vector<int64_t> persons;
  for (const Match& match : matches) persons.push_back(match.person);
  return persons;
}

constexpr std::chrono::milliseconds kToTheEnd{1'000'000};  // for a job that is run at once
constexpr float kEverything = std::numeric_limits<float>::infinity();

}  // namespace visavis
