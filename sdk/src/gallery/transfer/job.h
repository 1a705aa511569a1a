// Work that takes long, done piece by piece, so that the caller can show progress and stop it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "gallery/records.h"
#include "types/recipe.h"

namespace visavis {

class Job {
 public:
  virtual ~Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  // Works for about this time, or to the end. True: it is finished. After an exception it can only be destroyed, and
  // one that is destroyed unfinished leaves nothing behind.
  bool run(std::chrono::milliseconds time);

  // In units of its own; total may be 0 until the first piece is done.
  int64_t done() const { return done_; }
  int64_t total() const { return total_; }

 protected:
  Job() = default;
  // One piece; true after the last.
  virtual bool step() = 0;
  int64_t done_ = 0, total_ = 0;

 private:
  bool finished_ = false, failed_ = false;
};

// Each has a connection of its own and sees what is committed; `path` and `to` are resolved. From a gallery that was
// opened for writing, others' changes do not disturb it. One that was opened read-only may be read without locks: then
// the job begins anew when somebody writes, and after some tries gives up with GALLERY_BUSY.

// A copy of the whole gallery as it is at the first piece, while others read and write.
std::unique_ptr<Job> make_backup(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& to, bool overwrite);
// Everything in the format of transfer.h.
std::unique_ptr<Job> make_export(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& to, bool overwrite);

// All that such a file holds, added in one transaction. `skip_known`: leaves out persons whose external id is there.
std::unique_ptr<Job> make_import(const std::string& path, const Recipe& recipe, const GalleryOptions& options,
                                 const std::string& from, bool skip_known);

}  // namespace visavis
