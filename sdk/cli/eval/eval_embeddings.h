// Embeddings of the largest face of many pictures: computed by several threads, or taken from the cache.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "context.h"
#include "embedding.h"

namespace visavis::cli {

struct EmbeddingRequest {
  std::string folder;              // where the pictures are
  std::set<std::string> pictures;  // their paths in the folder
  std::string cache;               // the cache file; "" = none
  int jobs = 1;
  bool quality = false;       // also the scores of each embedded face
  bool skip_missing = false;  // leave out pictures that are not there or cannot be read, instead of failing
};

// What the work took on one thread, from reading a file to its embedding. What came from the cache took no work.
struct WorkTime {
  int64_t pictures = 0;
  double seconds = 0;
  std::optional<double> milliseconds_each() const {
    return pictures > 0 ? std::optional(1000 * seconds / double(pictures)) : std::nullopt;
  }
  std::string in_words() const;  // "12.3 ms for each picture on one thread"
};

struct EmbeddingSet {
  std::map<std::string, std::optional<Embedding>> pictures;  // nothing: no face was found
  std::map<std::string, std::vector<float>> scores;          // see QualityScores
  std::map<std::string, std::string> missing;                // with the reason
  std::string backend;
  WorkTime time;
};

// A detector looks at the picture as it is and, if it finds nothing, once more at twice the size. With --min-face it
// looks only once, as the option says. A Failure names all missing pictures, before the work if that can be known.
EmbeddingSet compute_embeddings(const Context& context, const EmbeddingRequest& request);

// Says on stderr what is left out: figures of other pictures than was thought would be believed.
void tell_left_out(const std::string& what, const std::vector<std::string>& left_out);
void tell_unreadable(const EmbeddingSet& set);

}  // namespace visavis::cli
