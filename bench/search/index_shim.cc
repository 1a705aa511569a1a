// The index behind a few C functions, so that the benchmark can call it beside its peers in one process.
#include <cstring>
#include <memory>
#include <vector>

#include "index/index.h"

using namespace visavis;

namespace {
Embedding embedding_at(const float* values) {
  Embedding embedding;
  std::memcpy(embedding.data(), values, sizeof embedding);
  return embedding;
}
void write(const std::vector<Candidate>& found, size_t count, int64_t* persons, float* distances) {
  for (size_t i = 0; i < count; ++i) {
    persons[i] = i < found.size() ? found[i].person : -1;
    distances[i] = i < found.size() ? found[i].distance : -1;
  }
}
}  // namespace

extern "C" {

__attribute__((visibility("default"))) void* index_create() { return make_pruned_index().release(); }
__attribute__((visibility("default"))) void index_destroy(void* index) { delete static_cast<Index*>(index); }

// Rows first..first+count-1, each of a person of its own with the row's number.
__attribute__((visibility("default"))) void index_add(void* index, int64_t first, size_t count, const float* rows) {
  auto* to = static_cast<Index*>(index);
  for (size_t i = 0; i < count; ++i) {
    const int64_t id = first + static_cast<int64_t>(i);
    to->add(id, id, embedding_at(rows + i * kEmbeddingDim));
  }
}

__attribute__((visibility("default"))) void index_remove(void* index, int64_t id) {
  static_cast<Index*>(index)->remove(id);
}
__attribute__((visibility("default"))) void index_reserve(void* index, size_t rows) {
  static_cast<Index*>(index)->reserve(rows);
}
__attribute__((visibility("default"))) void index_settle(void* index, int threads) {
  static_cast<Index*>(index)->settle(threads);
}

__attribute__((visibility("default"))) void index_search(void* index, const float* probe, size_t count, float reach,
                                                         int threads, int64_t* persons, float* distances) {
  const IndexQuery query{.count = count, .reach = reach, .threads = threads};
  write(static_cast<Index*>(index)->search(embedding_at(probe), query), count, persons, distances);
}

__attribute__((visibility("default"))) void index_search_batch(void* index, const float* probes, size_t probe_count,
                                                               size_t count, float reach, int threads, int64_t* persons,
                                                               float* distances) {
  std::vector<Embedding> all(probe_count);
  std::memcpy(all.data(), probes, probe_count * sizeof(Embedding));
  const IndexQuery query{.count = count, .reach = reach, .threads = threads};
  const auto answers = static_cast<Index*>(index)->search_batch(all, query);
  for (size_t i = 0; i < probe_count; ++i) write(answers[i], count, persons + i * count, distances + i * count);
}

}  // extern "C"
