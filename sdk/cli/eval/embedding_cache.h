// Embeddings of a folder's pictures, kept in a file between two runs of `visavis eval`. Nothing in it is believed
// unless the whole file is intact and was made with the same models and options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "embedding.h"

namespace visavis::cli {

// A picture as it was when its embedding was computed; when size or time differ, it is another picture.
struct PictureStamp {
  int64_t size = 0;
  int64_t modified = 0;  // the file system's clock, in its own ticks
  bool operator==(const PictureStamp&) const = default;
};

PictureStamp stamp_of(const std::filesystem::path& file);

class EmbeddingCache {
 public:
  // `recipe` says in words all that an embedding depends on beside the picture.
  explicit EmbeddingCache(std::string recipe) : recipe_(std::move(recipe)) {}

  // Takes over what the file holds and returns "", or takes over nothing and returns why not. No file is no reason.
  std::string load(const std::filesystem::path& file);
  // What load() reads: to be written so that a reader sees the old or the whole new file.
  std::string bytes() const;

  struct Entry {
    PictureStamp stamp;
    std::optional<Embedding> embedding;  // nothing: no face was found
  };
  // Null when the picture is not there or has changed. Valid until the next put.
  const Entry* find(const std::string& name, const PictureStamp& stamp) const;
  void put(const std::string& name, Entry entry);
  size_t size() const { return entries_.size(); }

 private:
  std::string recipe_;
  std::map<std::string, Entry> entries_;
};

}  // namespace visavis::cli
