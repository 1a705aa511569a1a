// Edit distance between words.
#include "nearest_word.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace visavis::cli {
namespace {

// How many letters must be added, removed or replaced.
size_t edits(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j)
      diagonal = std::exchange(row[j + 1], std::min({diagonal + (a[i] != b[j]), row[j] + 1, row[j + 1] + 1}));
  }
  return row.back();
}

}  // namespace

std::string nearest_word(const std::string& word, const std::vector<std::string>& words) {
  std::string best;
  size_t fewest = std::min<size_t>(3, (word.size() + 1) / 2);
  for (const std::string& candidate : words) {
    const bool begun = word.size() >= 3 && candidate.starts_with(word);
    const size_t n = begun ? 0 : edits(word, candidate);
    if (n < fewest) fewest = n, best = candidate;
  }
  return best;
}

}  // namespace visavis::cli
