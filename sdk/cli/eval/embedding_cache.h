// Embeddings of the pictures in a folder, kept in a file from one run of `visavis eval` to the next. The file is used
// only if all of it is intact and it was made with the same models and options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "embedding.h"

namespace visavis::cli {

// A picture when its embedding was computed. If its size or time is another now, it counts as another picture.
struct PictureStamp {
  int64_t size = 0;
  int64_t modified = 0;  // the file system's clock, in its own ticks
  bool operator==(const PictureStamp&) const = default;
};

PictureStamp stamp_of(const std::filesystem::path& file);

// Of all Quality::measures(), 0..100; -1 = not evaluated. Empty: nobody asked for them.
using QualityScores = std::vector<float>;

class EmbeddingCache {
 public:
  // `recipe` is a text of everything that an embedding depends on, except the picture.
  explicit EmbeddingCache(std::string recipe) : recipe_(std::move(recipe)) {}

  // Whether the file may be written over: there is none, it is empty, or it begins as a cache does, damaged or not.
  static bool may_replace(const std::filesystem::path& file);
  // Takes over what is in the file and returns "". Or takes over nothing and returns why; "" if there is no file.
  std::string load(const std::filesystem::path& file);
  // The bytes that load() reads. Write them so that a reader sees the old file or all of the new one.
  std::string bytes() const;

  struct Entry {
    PictureStamp stamp;
    std::optional<Embedding> embedding;  // nothing: no face was found
    QualityScores scores = {};           // of a face with an embedding
  };
  // Null if the picture is not in the cache or has changed. Valid until the next put().
  const Entry* find(const std::string& name, const PictureStamp& stamp) const;
  void put(const std::string& name, Entry entry);
  size_t size() const { return entries_.size(); }

 private:
  std::string recipe_;
  std::map<std::string, Entry> entries_;
};

}  // namespace visavis::cli
