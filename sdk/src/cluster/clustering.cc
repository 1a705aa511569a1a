// Average linkage by chains of nearest neighbours: F. Murtagh, "A survey of recent advances in hierarchical clustering
// algorithms" (1983). A chain ends in two clusters that are each other's nearest; joining them at once gives the same
// result as always joining the nearest two of all, since a cluster that was joined is never nearer to another one than both
// of its parts were. For that reason, too, what has nobody within reach stays alone for good.
#include "cluster/clustering.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "types/recipe.h"

namespace visavis {
namespace {

constexpr size_t kAtOnce = 256;  // faces that are looked at between two looks at the clock

double squared_norm(const Embedding& embedding) {
  double sum = 0;
  for (const float x : embedding) sum += double{x} * double{x};
  return sum;
}

// The nearest that is not the cluster itself; nullptr: there is none.
const Candidate* other_than(int64_t cluster, const std::vector<Candidate>& found) {
  const auto other = std::ranges::find_if(found, [&](const Candidate& one) { return one.person != cluster; });
  return other == found.end() ? nullptr : &*other;
}

}  // namespace

Clustering::Clustering(std::vector<Embedding> embeddings, std::span<const float> offsets, float reach, int threads)
    : clusters_(embeddings.size()),
      index_(make_pruned_index(embeddings.empty() ? kShortestEmbedding : embeddings.front().size())),
      reach_(reach),
      threads_(threads) {
  index_->reserve(embeddings.size());
  for (size_t i = 0; i < embeddings.size(); ++i) {
    Cluster& cluster = clusters_[i];
    cluster.mean = std::move(embeddings[i]);
    cluster.within = int64_t(i);
    cluster.squares = squared_norm(cluster.mean) + double{offsets[i]};
    index_->add(int64_t(i), int64_t(i), cluster.mean, cluster.offset());
  }
  index_->settle(threads_);
}

float Clustering::Cluster::offset() const { return float(std::max(squares / double(faces) - squared_norm(mean), 0.0)); }

bool Clustering::run(std::chrono::milliseconds time) {
  const auto start = std::chrono::steady_clock::now();
  do {
    if (looked_at_ < clusters_.size())
      find_alone();
    else if (step())
      return true;
  } while (std::chrono::steady_clock::now() - start < time);
  return false;
}

// Most faces of a large folder may have nobody near; many at once are looked at much faster than one by one.
void Clustering::find_alone() {
  const size_t from = looked_at_, to = std::min(from + kAtOnce, clusters_.size());
  std::vector<Embedding> probes;
  std::vector<float> offsets;
  for (size_t i = from; i < to; ++i) {
    probes.push_back(clusters_[i].mean);
    offsets.push_back(clusters_[i].offset());
  }
  const auto found =
      index_->search_batch(probes, {.count = 2, .reach = reach_, .threads = threads_, .offsets = offsets});
  for (size_t i = from; i < to; ++i)
    if (!other_than(int64_t(i), found[i - from])) close(int64_t(i));
  looked_at_ = to;
  done_ += int64_t(to - from);
}

bool Clustering::step() {
  if (chain_.empty()) {
    while (begun_ < clusters_.size() && !clusters_[begun_].open) ++begun_;
    if (begun_ == clusters_.size()) return true;
    chain_.push_back({int64_t(begun_), int64_t(begun_), std::numeric_limits<float>::infinity()});
  }
  const Candidate end = chain_.back();
  const Cluster& cluster = clusters_[size_t(end.person)];
  const float offset = cluster.offset();
  const auto found = index_->search(
      cluster.mean, {.count = 2, .reach = reach_, .threads = threads_, .offsets = std::span(&offset, 1)});
  const Candidate* const next = other_than(end.person, found);
  if (!next) {
    close(end.person);
    chain_.pop_back();
  } else if (!(next->distance < end.distance)) {
    chain_.pop_back();
    join(chain_.back().person, end.person);
    chain_.pop_back();
  } else if (const auto known = std::ranges::find(chain_, next->person, &Candidate::person); known != chain_.end()) {
    chain_.erase(known + 1, chain_.end());  // a mean was rounded, which made two clusters a little nearer
  } else {
    chain_.push_back(*next);
  }
  return false;
}

void Clustering::close(int64_t cluster) {
  clusters_[size_t(cluster)].open = false;
  index_->remove(cluster);
  ++done_;
}

void Clustering::join(int64_t a, int64_t b) {
  const int64_t kept = std::min(a, b), gone = std::max(a, b);
  Cluster &to = clusters_[size_t(kept)], &from = clusters_[size_t(gone)];
  const double all = double(to.faces + from.faces);
  for (size_t i = 0; i < to.mean.size(); ++i)
    to.mean[i] = float((double{to.mean[i]} * double(to.faces) + double{from.mean[i]} * double(from.faces)) / all);
  to.squares += from.squares;
  to.faces += from.faces;
  from.within = kept;
  close(gone);
  index_->add(kept, kept, to.mean, to.offset());
}

std::vector<int64_t> Clustering::first_faces() const {
  std::vector<int64_t> first(clusters_.size());
  for (size_t i = 0; i < first.size(); ++i)  // it was taken in by one before it
    first[i] = clusters_[i].within == int64_t(i) ? int64_t(i) : first[size_t(clusters_[i].within)];
  return first;
}

std::vector<int64_t> labels_of(std::span<const int64_t> first_faces, std::span<const int64_t> earlier) {
  std::map<std::pair<int64_t, int64_t>, int64_t> had;  // of a cluster and an earlier label, how many faces
  int64_t last = 0;
  for (size_t i = 0; i < earlier.size(); ++i) {
    if (earlier[i] == 0) continue;
    ++had[{first_faces[i], earlier[i]}];
    last = std::max(last, earlier[i]);
  }
  std::vector<std::tuple<int64_t, int64_t, int64_t>> claims;  // the most faces first, then the lowest label
  for (const auto& [claim, faces] : had) claims.emplace_back(-faces, claim.second, claim.first);
  std::ranges::sort(claims);
  std::map<int64_t, int64_t> label;  // by the first face
  std::set<int64_t> taken;
  for (const auto& [faces, old, cluster] : claims)
    if (!label.contains(cluster) && taken.insert(old).second) label[cluster] = old;
  std::vector<int64_t> labels(first_faces.size());
  for (size_t i = 0; i < labels.size(); ++i) {
    int64_t& of_cluster = label[first_faces[i]];
    if (of_cluster == 0) of_cluster = ++last;
    labels[i] = of_cluster;
  }
  return labels;
}

}  // namespace visavis
