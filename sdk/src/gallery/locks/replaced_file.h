// A place where a new file is to be put. While this lives, nobody opens the file that is there as a gallery.
#pragma once

#include <cstdint>
#include <string>

#include "gallery/locks/open_files.h"

namespace visavis {

class ReplacedFile {
 public:
  // `path` is resolved. Errors GALLERY_BUSY when a program has the file open as a gallery, read-only too, or when a
  // log lies beside it: SQLite would apply the log to the new file. INVALID_ARGUMENT when it is no ordinary file or
  // the name of another file's log; PERMISSION, IO.
  explicit ReplacedFile(const std::string& path);
  ~ReplacedFile();
  ReplacedFile(const ReplacedFile&) = delete;
  ReplacedFile& operator=(const ReplacedFile&) = delete;

  bool exists() const { return inode_ != 0; }
  // To be called right before the new file is put there. Errors GALLERY_BUSY and ALREADY_EXISTS when anything has
  // changed.
  void require_unchanged() const;

 private:
  void lock(int fd) const;

  std::string path_;
  LockDescriptors locks_;
  uint64_t device_ = 0, inode_ = 0;
};

// Before a gallery is made at `path`: Error GALLERY_BUSY when the log of one that is gone lies there.
void refuse_log_without_gallery(const std::string& path);

}  // namespace visavis
