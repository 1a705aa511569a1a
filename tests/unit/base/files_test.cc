// base/files: every way in which reading and writing can fail is told apart.
#include "base/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "base/error.h"
#include "base/new_file.h"

namespace visavis {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<uint8_t>;

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "visavis-files-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  size_t entries() const { return std::distance(fs::directory_iterator(folder_), fs::directory_iterator()); }

  fs::path folder_;
};

template <class Body>
vav_status code_of(Body body) {
  try {
    body();
  } catch (const Error& e) {
    EXPECT_STRNE(e.what(), "");
    return e.code();
  }
  return VAV_OK;
}

TEST_F(Files, WrittenIsRead) {
  const Bytes content{1, 2, 0, 255};
  for (const char* name : {"plain", "with space", "-dash", "größe 写真"}) {
    write_file_atomically(path(name), content);
    EXPECT_EQ(read_file(path(name), 100), content) << name;
  }
  EXPECT_EQ(entries(), 4u) << "a temporary file was left";
}

TEST_F(Files, ReplacesTheOldContent) {
  write_file_atomically(path("a"), Bytes(100'000, 7));
  write_file_atomically(path("a"), {});
  EXPECT_TRUE(read_file(path("a"), 10).empty());
}

TEST_F(Files, TheUmaskDecidesWhoMayRead) {
  const mode_t old = ::umask(027);
  write_file_atomically(path("a"), {});
  ::umask(old);
  EXPECT_EQ(fs::status(path("a")).permissions(), fs::perms(0640));
}

TEST_F(Files, BoundIsInclusive) {
  for (const size_t size : {10u, 65536u, 65537u, 300'000u}) {
    write_file_atomically(path("a"), Bytes(size, 1));
    EXPECT_EQ(read_file(path("a"), size).size(), size);
    EXPECT_EQ(code_of([&] { read_file(path("a"), size - 1); }), VAV_E_LIMIT_EXCEEDED);
  }
}

TEST_F(Files, FilesThatDoNotSayTheirSizeAreBoundedToo) {
  EXPECT_EQ(code_of([] { read_file("/dev/zero", 1'000'000); }), VAV_E_LIMIT_EXCEEDED);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const Bytes content(200'000, 9);
  std::thread writer([&] {
    FILE* f = fopen(path("pipe").c_str(), "wb");
    fwrite(content.data(), 1, content.size(), f);
    fclose(f);
  });
  EXPECT_EQ(read_file(path("pipe"), 1'000'000), content);
  writer.join();
}

TEST_F(Files, ReadingFailsWithTheReason) {
  EXPECT_EQ(code_of([&] { read_file(path("none"), 10); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { read_file("", 10); }), VAV_E_FILE_NOT_FOUND);
  EXPECT_EQ(code_of([&] { read_file(folder_.string(), 10); }), VAV_E_IO);
  EXPECT_EQ(code_of([&] { read_file("/proc/self/mem", 10); }), VAV_E_IO);
  if (::geteuid() == 0) return;  // root may read everything
  write_file_atomically(path("secret"), {});
  fs::permissions(path("secret"), fs::perms::none);
  EXPECT_EQ(code_of([&] { read_file(path("secret"), 10); }), VAV_E_PERMISSION);
}

TEST_F(Files, WritingFailsWithTheReasonAndLeavesNothing) {
  EXPECT_EQ(code_of([&] { write_file_atomically(path("no/folder"), {}); }), VAV_E_FILE_NOT_FOUND);
  fs::create_directory(path("folder"));
  EXPECT_EQ(code_of([&] { write_file_atomically(path("folder"), {}); }), VAV_E_IO);
  EXPECT_EQ(entries(), 1u);
  EXPECT_TRUE(fs::is_directory(path("folder")));
}

}  // namespace
}  // namespace visavis
