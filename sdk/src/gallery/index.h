// The index: the embeddings in memory, arranged for search. What it holds is told by the store; it is only the speed.
// const functions may run in parallel; the others need it alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "types/face.h"

namespace visavis {

struct Candidate {
  int64_t person = 0, template_id = 0;
  float distance = 0;
};

struct IndexQuery {
  size_t count = 1;
  float reach = 0;
  int best_of = 1;                                // a person's distance is the mean of so many nearest templates
  const std::vector<int64_t>* persons = nullptr;  // ascending: only these; nullptr: everybody
  int threads = 1;
};

class Index {
 public:
  virtual ~Index() = default;

  // Adds a template, or replaces the one with this id. On an exception nothing has changed.
  virtual void add(int64_t template_id, int64_t person, const Embedding& embedding, float offset) = 0;
  // Removes a template; one that is not here is no mistake.
  virtual void remove(int64_t template_id) = 0;
  // Makes room for so many templates in all.
  virtual void reserve(size_t templates) = 0;

  virtual size_t size() const = 0;
  // The ids of all templates, ascending.
  virtual std::vector<int64_t> template_ids() const = 0;

  // The nearest persons within reach, each once, nearest first, ties by the id of its nearest template.
  virtual std::vector<Candidate> search(const Embedding& probe, const IndexQuery& query) const = 0;
};

// Compares with every template: exact.
std::unique_ptr<Index> make_scan_index();

}  // namespace visavis
