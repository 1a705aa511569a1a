// Faces of people whose names nobody has told, put together person by person.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "index/index.h"
#include "types/face.h"

namespace visavis {

// Average linkage: of all pairs of clusters the nearest two become one, until none are within `reach`. The distance of two
// clusters is the root of the mean squared distance between a face of one and a face of the other. Each cluster is kept as
// the mean of its faces, with how much they spread as its offset: that gives the same distance as all pairs would, so the
// index finds the nearest cluster exactly (docs/search.md). The order of the faces decides nothing but ties.
class Clustering {
 public:
  // `embeddings` of faces of one recipe, each with its offset, 0 and up. `reach`: above 0.
  Clustering(std::vector<Embedding> embeddings, std::span<const float> offsets, float reach, int threads);

  // Works for about that long; true when all is done.
  bool run(std::chrono::milliseconds time);
  int64_t done() const { return done_; }
  int64_t total() const { return int64_t(2 * clusters_.size()); }

  // Of each face, the first face of its cluster. To be called when all is done.
  std::vector<int64_t> first_faces() const;

 private:
  struct Cluster {
    Embedding mean;
    double squares = 0;  // the sum over its faces of the squared norm and the offset
    int64_t faces = 1;
    int64_t within;    // itself, or the cluster that took it in
    bool open = true;  // may still grow
    float offset() const;
  };

  void find_alone();  // of a part of the faces
  bool step();        // one link of the chain; true when all clusters are done
  void close(int64_t cluster);
  void join(int64_t a, int64_t b);

  std::vector<Cluster> clusters_;  // the cluster of face i, until another one takes it in
  std::unique_ptr<Index> index_;   // of those that may still grow
  float reach_;
  int threads_;
  size_t looked_at_ = 0, begun_ = 0;
  // Of clusters: each is the nearest of the one before. Their distances from there fall.
  std::vector<Candidate> chain_;
  int64_t done_ = 0;
};

// Names clusters by numbers from 1 up. `first_faces`: of each face, the first face of its cluster. `earlier`: of each
// face, the label it had in an earlier run, 0 for a new one; empty: all are new. A cluster keeps the label that most of
// its faces had; of two that could keep one, the one with more such faces does. The others get labels that no face had.
std::vector<int64_t> labels_of(std::span<const int64_t> first_faces, std::span<const int64_t> earlier);

}  // namespace visavis
