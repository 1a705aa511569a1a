// The index behind a few C functions, so that the benchmark can call it beside its peers in one process.
#include <memory>
#include <vector>

#include "index/index.h"

using namespace visavis;

namespace {
struct Searched {
  const size_t length;
  const std::unique_ptr<Index> index;
  Embedding embedding_at(const float* all, size_t i) const { return {all + i * length, all + (i + 1) * length}; }
};
void write(const std::vector<Candidate>& found, size_t count, int64_t* persons, float* distances) {
  for (size_t i = 0; i < count; ++i) {
    persons[i] = i < found.size() ? found[i].person : -1;
    distances[i] = i < found.size() ? found[i].distance : -1;
  }
}
}  // namespace

extern "C" {

// All rows and probes have `length` numbers.
__attribute__((visibility("default"))) void* index_create(size_t length) {
  return new Searched{length, make_pruned_index(length)};
}
__attribute__((visibility("default"))) void index_destroy(void* index) { delete static_cast<Searched*>(index); }

// Rows first..first+count-1, each of a person of its own with the row's number.
__attribute__((visibility("default"))) void index_add(void* index, int64_t first, size_t count, const float* rows) {
  auto* to = static_cast<Searched*>(index);
  for (size_t i = 0; i < count; ++i) {
    const int64_t id = first + static_cast<int64_t>(i);
    to->index->add(id, id, to->embedding_at(rows, i));
  }
}

__attribute__((visibility("default"))) void index_remove(void* index, int64_t id) {
  static_cast<Searched*>(index)->index->remove(id);
}
__attribute__((visibility("default"))) void index_reserve(void* index, size_t rows) {
  static_cast<Searched*>(index)->index->reserve(rows);
}
__attribute__((visibility("default"))) void index_settle(void* index, int threads) {
  static_cast<Searched*>(index)->index->settle(threads);
}

__attribute__((visibility("default"))) void index_search(void* index, const float* probe, size_t count, float reach,
                                                         int threads, int64_t* persons, float* distances) {
  const IndexQuery query{.count = count, .reach = reach, .threads = threads};
  const auto* searched = static_cast<Searched*>(index);
  write(searched->index->search(searched->embedding_at(probe, 0), query), count, persons, distances);
}

__attribute__((visibility("default"))) void index_search_batch(void* index, const float* probes, size_t probe_count,
                                                               size_t count, float reach, int threads, int64_t* persons,
                                                               float* distances) {
  const auto* searched = static_cast<Searched*>(index);
  std::vector<Embedding> all;
  for (size_t i = 0; i < probe_count; ++i) all.push_back(searched->embedding_at(probes, i));
  const IndexQuery query{.count = count, .reach = reach, .threads = threads};
  const auto answers = searched->index->search_batch(all, query);
  for (size_t i = 0; i < probe_count; ++i) write(answers[i], count, persons + i * count, distances + i * count);
}

}  // extern "C"
