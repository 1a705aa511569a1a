// visavis/cluster.h: faces of unknown people, put together person by person.
#include <algorithm>
#include <limits>
#include <thread>

#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/limits.h"
#include "capi/sized.h"
#include "cluster/clustering.h"
#include "decide/calibration.h"
#include "models/model_set.h"
#include "visavis/cluster.h"

using namespace visavis;
using namespace visavis::capi;

struct vav_clustering {
  Handle<0x56434c55> tag;
  Limits limits;
  size_t faces = 0;
  std::unique_ptr<Clustering> clustering;  // nullptr: it has failed
  bool finished = false;
};

namespace {

constexpr int64_t kMostFaces = 10'000'000;
constexpr int64_t kMostLabel = int64_t{1} << 53;  // what a double can tell apart, for languages that have no integers

std::unique_ptr<vav_clustering> create(const vav_models& models, const float* embeddings, int64_t count, int32_t length,
                                       const vav_clustering_options* given) {
  within(count, int64_t{0}, kMostFaces, "count");
  const size_t size = read_length(length);
  const auto options = read_struct(given, "options");
  within(options.threads, 0, kMostThreads, "options.threads");
  require_unused(options.reserved, "options.reserved");
  const Recipe recipe = scoring_recipe(*models.set);
  if (size != embedding_length(recipe))
    invalid("length is " + std::to_string(length) + ", and embeddings of these models have " +
            std::to_string(embedding_length(recipe)) + " numbers");
  auto out = std::make_unique<vav_clustering>();
  out->limits =
      limits_to_look_at(Against::anybody, read_asked(options.threshold, options.false_rate, options.preset, "options."),
                        0, rates_of(*models.set, models.calibration.get()), count - 1);
  out->faces = size_t(count);
  if (count > 0) required(embeddings, "embeddings");
  std::vector<Embedding> faces;
  std::vector<float> offsets;
  faces.reserve(size_t(count));
  for (int64_t i = 0; i < count; ++i) {
    const std::string name = "embeddings[" + std::to_string(i) + "]";
    faces.push_back(read_embedding(embeddings + size_t(i) * size, length, name.c_str()));
    if (const std::string why = why_implausible(recipe, faces.back(), Fitting::of_a_face); !why.empty())
      invalid(name + ": " + why);
    offsets.push_back(offset_of(recipe, faces.back()));
  }
  const int threads = options.threads != 0 ? options.threads : int(std::max(1U, std::thread::hardware_concurrency()));
  out->clustering = std::make_unique<Clustering>(std::move(faces), offsets, out->limits.match, threads);
  return out;
}

}  // namespace

extern "C" {

void vav_clustering_options_init(vav_clustering_options* options) { init_struct(options); }

vav_status vav_clustering_create(vav_clustering** out, const vav_models* models, const float* embeddings, int64_t count,
                                 int32_t length, const vav_clustering_options* options, vav_error* err) {
  return guard_make(out, err, [&] { return create(*checked(models, "models"), embeddings, count, length, options); });
}

vav_status vav_clustering_get_limits(const vav_clustering* clustering, vav_limits* out, vav_error* err) {
  return guard(err, [&] {
    begin_struct(out, "out");
    write_struct(out, plain(checked(clustering, "clustering")->limits), "out");
  });
}

vav_status vav_clustering_run(vav_clustering* clustering, int32_t milliseconds, vav_job_progress* out, vav_error* err) {
  return guard(err, [&] {
    if (out) begin_struct(out, "out");
    vav_clustering& one = *checked(clustering, "clustering");
    if (milliseconds < 0) invalid("milliseconds is negative");
    if (!one.clustering)
      throw Error(VAV_E_WRONG_STATE, "the clustering has failed: destroy it, and begin with a new one");
    auto working = std::move(one.clustering);  // what fails is gone
    const auto time = milliseconds > 0 ? std::chrono::milliseconds(milliseconds) : std::chrono::hours(24 * 365);
    vav_job_progress progress{};
    progress.finished = working->run(time);
    progress.done = working->done(), progress.total = working->total();
    one.finished = progress.finished == 1;
    one.clustering = std::move(working);
    if (out) write_struct(out, progress, "out");
  });
}

vav_status vav_clustering_get_labels(int64_t* labels, const vav_clustering* clustering, const int64_t* earlier,
                                     vav_error* err) {
  return guard(err, [&] {
    const vav_clustering& one = *checked(clustering, "clustering");
    if (!one.finished || !one.clustering)
      throw Error(VAV_E_WRONG_STATE, "the clustering is not finished: call vav_clustering_run until `finished` is 1");
    if (one.faces == 0) return;
    required(labels, "labels");
    const std::span<const int64_t> before(earlier, earlier ? one.faces : 0);
    for (size_t i = 0; i < before.size(); ++i)
      within(before[i], int64_t{0}, kMostLabel, "earlier[" + std::to_string(i) + "]");
    const std::vector<int64_t> made = labels_of(one.clustering->first_faces(), before);
    if (std::ranges::max(made) > kMostLabel)  // they could not be given as earlier ones again
      invalid("earlier: so large labels leave none for new clusters, up to 2^53");
    std::ranges::copy(made, labels);
  });
}

void vav_clustering_destroy(vav_clustering* clustering) { destroy(clustering); }

}  // extern "C"
