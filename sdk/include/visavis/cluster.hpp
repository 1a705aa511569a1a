/* C++ layer: clustering: faces of unknown people, put together person by person. */
#ifndef VISAVIS_CLUSTER_HPP
#define VISAVIS_CLUSTER_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

#include "visavis/base.hpp"
#include "visavis/cluster.h"
#include "visavis/gallery_file.hpp"
#include "visavis/models.hpp"
#include "visavis/rates.hpp"

namespace visavis {
inline namespace cpp {

/** When faces are of one person; see vav_clustering_options. */
struct ClusteringOptions {
  Asked asked;              /* nothing asked for: as VAV_PRESET_PHOTOS has it */
  std::int32_t threads = 0; /* 0 = all that the machine has */
};

/** The clusters of some faces: run() or finish(), then labels(). For one thread at a time. */
class Clustering : public detail::Owner<vav_clustering, vav_clustering_destroy> {
 public:
  /** `count` embeddings of `length` floats each, one after the other; they are copied. */
  Clustering(const Models &models, const float *embeddings, std::size_t count, std::int32_t length,
             const ClusteringOptions &options = {})
      : Owner(made(models, embeddings, count, length, options)), count_(count) {}
  /** The same of all floats of a vector. */
  Clustering(const Models &models, const std::vector<float> &embeddings, std::int32_t length,
             const ClusteringOptions &options = {})
      : Clustering(models, embeddings.data(), rows(embeddings, length), length, options) {}
  /** How it is decided: the threshold and what is known of its rate. */
  Limits limits() const { return detail::item<vav_limits>(vav_clustering_get_limits, get()); }
  /** Works for about `milliseconds`; 0 = to the end. */
  JobProgress run(std::int32_t milliseconds = 0) {
    return detail::progress(detail::item<vav_job_progress>(vav_clustering_run, get(), milliseconds));
  }
  /** Works to the end, and calls `progress(const JobProgress &)` about every `milliseconds`. */
  template <class Progress>
  void finish(Progress &&progress, std::int32_t milliseconds = 100) {
    detail::finish(*this, progress, milliseconds);
  }
  /** Works to the end. */
  void finish() { run(0); }
  /**
   * The label of each face, 1 and up, the same for faces of one cluster. `earlier`: the label that each face had in an
   * earlier run, 0 for a new one; empty = all are new. See vav_clustering_get_labels.
   */
  std::vector<std::int64_t> labels(const std::vector<std::int64_t> &earlier = {}) const {
    if (!earlier.empty() && earlier.size() != count_) detail::refuse("earlier", "not one label for each face");
    std::vector<std::int64_t> labels(count_);
    detail::call(vav_clustering_get_labels, labels.data(), get(), earlier.empty() ? nullptr : earlier.data());
    return labels;
  }

 private:
  static std::size_t rows(const std::vector<float> &embeddings, std::int32_t length) {
    if (length <= 0 || embeddings.size() % std::size_t(length) != 0)
      detail::refuse("embeddings", "not a multiple of the length");
    return embeddings.size() / std::size_t(length);
  }
  static vav_clustering *made(const Models &models, const float *embeddings, std::size_t count, std::int32_t length,
                              const ClusteringOptions &options) {
    auto plain = sized<vav_clustering_options>();
    plain.threshold = options.asked.threshold;
    plain.false_rate = options.asked.false_rate;
    plain.preset = options.asked.preset;
    plain.threads = options.threads;
    return detail::make(vav_clustering_create, models.get(), embeddings, std::int64_t(count), length,
                                        &plain);
  }

  std::size_t count_;
};

}  // namespace cpp
}  // namespace visavis

#endif
