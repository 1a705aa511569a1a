// The index: the embeddings in memory, all of one length, arranged for search. What it holds is told by the store; it is only the speed.
// const functions may run in parallel; the others need it alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "types/face.h"

namespace visavis {

// A person, by the nearest template.
struct Candidate {
  int64_t person = 0, template_id = 0;
  float distance = 0;
};

// Who may be in an answer; asked for each template that could be, by several threads at once.
class PersonSelection {
 public:
  virtual ~PersonSelection() = default;
  virtual bool has(int64_t person) const = 0;
  // Everybody who is selected, each once, and maybe some who are not; nullptr where there is no such list.
  virtual const std::vector<int64_t>* listed() const { return nullptr; }
};

struct IndexQuery {
  size_t count = 1;                        // how many persons at most
  float reach = 0;                         // none farther than this
  int best_of = 1;                         // the distance is the mean of a person's nearest templates, so many
  const PersonSelection* among = nullptr;  // nobody else is scored; nullptr = all
  int threads = 1;                         // how many to use at most
  // Of each probe, 0 or more: added to its squared distances, as a template's is; none: 0.
  std::span<const float> offsets = {};
};

class Index {
 public:
  virtual ~Index() = default;

  // Adds a template, or replaces the one with this id. `offset` is the recipe's stored number: it is added to the
  // squared distance. On an exception nothing has changed.
  virtual void add(int64_t template_id, int64_t person, const Embedding& embedding, float offset = 0) = 0;
  // Removes a template; one that is not here is no mistake.
  virtual void remove(int64_t template_id) = 0;
  // Makes room for so many templates in all.
  virtual void reserve(size_t templates) = 0;
  // To be called after changes: what was added is arranged for speed. The answers are the same without.
  virtual void settle(int threads) = 0;

  virtual size_t size() const = 0;
  // How many templates a search among these persons can find at most; nullptr = all. It counts those of a list one by
  // one, and takes all of them where there is none.
  virtual size_t size_among(const PersonSelection* among) const = 0;
  // The ids of all templates, ascending.
  virtual std::vector<int64_t> template_ids() const = 0;

  // The nearest persons, each once, nearest first, ties by template id. Exact: what comparing with every template
  // gives.
  virtual std::vector<Candidate> search(const Embedding& probe, const IndexQuery& query) const = 0;
  // The same for each probe; much faster than one at a time.
  virtual std::vector<std::vector<Candidate>> search_batch(const std::vector<Embedding>& probes,
                                                           const IndexQuery& query) const = 0;
};

// Compares only with what could be in the answer; see docs/search.md.
// `length`: numbers in each embedding, kShortestEmbedding to kLongestEmbedding.
std::unique_ptr<Index> make_pruned_index(size_t length);

}  // namespace visavis
