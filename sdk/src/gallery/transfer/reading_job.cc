// The gallery is opened as its handle was, and again for each attempt.
#include "gallery/transfer/reading_job.h"

#include "base/error.h"

namespace visavis {
namespace {

GalleryOptions to_read(GalleryOptions options) {
  if (options.mode != GalleryMode::read_only) options.mode = GalleryMode::must_exist;
  return options;
}

}  // namespace

ReadingJob::ReadingJob(const std::string& path, const Recipe& recipe, const GalleryOptions& options, const char* what)
    : from_(std::make_unique<Store>(path, recipe, to_read(options))),
      path_(path),
      recipe_(recipe),
      options_(to_read(options)),
      what_(what) {}

void ReadingJob::begin_anew() {
  constexpr int kTries = 20;
  from_->require_in_place();
  if (++tries_ >= kTries)
    throw Error(VAV_E_GALLERY_BUSY, path_ + ": was changed again and again while it was " + what_ + "; try later");
  abandon();
  snapshot_.reset();
  auto anew = std::make_unique<Store>(path_, recipe_, options_);
  from_.reset();
  from_.swap(anew);
  begin();
}

}  // namespace visavis
