// A new file: written beside its final path, where nobody can read it, and renamed when it is complete. If a program
// was killed, the next new file removes what it left; such files have names that nobody else gives.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace visavis {

class NewFile {
 public:
  // Who may read the finished file: only its owner, or whom the umask allows.
  enum class Readers { owner, as_usual };
  // `path` is UTF-8 and absolute. A link at `path` is replaced, not followed. Errors ALREADY_EXISTS (unless
  // `overwrite`), FILE_NOT_FOUND (the folder), INVALID_ARGUMENT (own_place.h), PERMISSION, IO.
  NewFile(const std::string& path, bool overwrite, Readers readers = Readers::owner);
  // Removes the file unless it is finished.
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  // Where it is until it is finished. Opened by its name it can be written, but not read, unless its owner may read it.
  const std::string& temporary() const { return temporary_; }
  void let_owner_read();
  const std::string& path() const { return path_; }
  // Errors DISK_FULL, IO.
  void write(std::span<const uint8_t> bytes);
  // On disk, and in its place under its name. Error ALREADY_EXISTS if somebody else made one first. When it throws,
  // what was there before is still there.
  void finish();

 private:
  void make();
  void put_into_place();
  [[noreturn]] void fail(const char* what, int error) const;
  void flush();

  std::string path_, temporary_;
  bool overwrite_;
  Readers readers_;
  unsigned mode_ = 0;  // it will have
  int file_ = -1;
  std::string buffer_;
};

// All of it, over what is there; as usual, the umask decides who may read it. Errors as NewFile; `path` is then as it
// was.
void write_file_atomically(const std::string& path, std::span<const uint8_t> bytes);

}  // namespace visavis
