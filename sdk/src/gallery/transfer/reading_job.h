// A job that reads one state of a gallery: it begins anew when that state is no more.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gallery/store/store.h"
#include "gallery/transfer/job.h"

namespace visavis {

class ReadingJob : public Job {
 protected:
  // `what`: is done with the gallery: "copied".
  ReadingJob(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const char* what);

  // From the snapshot that is open now.
  virtual void begin() = 0;
  // What begin() has made, before its snapshot ends.
  virtual void abandon() = 0;
  void take_snapshot() { snapshot_.emplace(from_->connection()); }
  // Read without locks, and somebody has written meanwhile: what was read is of no use. Error GALLERY_BUSY.
  void begin_anew();

  std::unique_ptr<Store> from_;

 private:
  const std::string path_;
  const Recipe recipe_;
  const GalleryOptions options_;
  const char* what_;
  int tries_ = 0;
  std::optional<Snapshot> snapshot_;
};

}  // namespace visavis
