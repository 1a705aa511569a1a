// Files that must be right or not there at all: checked copies, and a working folder that removes itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace visavis::cli {

// SHA-256 of bytes that come piece by piece; the result is 64 hexadecimal digits.
class Hasher {
 public:
  Hasher();
  ~Hasher();
  void add(const void* bytes, size_t size);
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// True when the file is there with this size and SHA-256.
bool file_is(const std::filesystem::path& path, int64_t size, const std::string& sha256);

// Who may read a file that is new. One that is replaced keeps its rights.
enum class Readers { kAsUsual, kOwner };

// Writes `to` beside its final place, flushes it to the disk and renames it: `to` is the old file or the whole new one.
// `write` gets the descriptor to write into. What a killed process left of the same file is removed first.
void write_atomically(const std::filesystem::path& to, const std::function<void(int descriptor)>& write,
                      Readers readers = Readers::kAsUsual);
// The same for a text that is there already.
void write_text(const std::filesystem::path& to, const std::string& text, Readers readers = Readers::kAsUsual);

// Asked before long work, and when a file is written: a Failure where a gallery or its log is, or a pipe, a folder or a
// device.
void require_place_for_file(const std::filesystem::path& to);

void write_all(int descriptor, const void* bytes, size_t size);

// Copies `from` to `to`, atomically. If it is not the promised file, throws a Failure and writes nothing.
void copy_checked(const std::filesystem::path& from, const std::filesystem::path& to, int64_t size,
                  const std::string& sha256);

// A new folder in `parent` for unfinished work, removed at the end. Those that killed processes have left are removed
// first.
class WorkFolder {
 public:
  explicit WorkFolder(const std::filesystem::path& parent);
  ~WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

// Asked before long work: a Failure if something has this name already, or if no file can be written there.
void require_new_file(const std::string& path);

// The file itself: a table that is a link stays one, and a picture may be called by several paths. A path that leads
// nowhere stays as it is.
std::filesystem::path link_target(const std::string& path);

// Whether files can be written into this folder, or could be once it is made.
bool can_write_into(const std::filesystem::path& folder);

}  // namespace visavis::cli
