// Each stage of the pipeline alone, on a real photo: Google Benchmark. stages_bench --benchmark_filter=…
// $VISAVIS_BENCH_PHOTO: the photo; $VISAVIS_MODELS: the models' folder. Without them, those of the user's cache.
#include <benchmark/benchmark.h>

#include <cstring>
#include <memory>
#include <optional>

#include "align/chip.h"
#include "base/files.h"
#include "bench/inputs.h"
#include "detect/detector.h"
#include "embed/embedder.h"
#include "image/decode.h"
#include "landmark/landmarker.h"
#include "models/model_files.h"
#include "nn/backend.h"

namespace visavis {
namespace {

using benchmark::State;

std::vector<char> model(const char* id) {
  const char* given = std::getenv("VISAVIS_MODELS");
  const auto bytes = read_file(ModelFiles(given ? given : "", false).find(manifest_model(id)), 1 << 28);
  return {bytes.begin(), bytes.end()};
}

const Image& photo() {
  static const Image loaded = load_image(bench::photo_path());
  return loaded;
}

ImageView view_of(const cv::Mat& mat) { return {mat.data, mat.cols, mat.rows, int64_t(mat.step)}; }

cv::Mat photo_of(cv::Size size) {
  const ImageView& view = photo().view;
  return bench::cut_to({view.height, view.width, CV_8UC3, const_cast<uint8_t*>(view.data), size_t(view.stride)}, size);
}

void megapixels(State& state, const ImageView& image) {
  state.counters["Mpx"] =
      benchmark::Counter(double(image.width) * image.height * 1e-6, benchmark::Counter::kIsIterationInvariantRate);
}

using bench::guarded;

void decode(State& state) {
  guarded(state, [&] {
    const auto bytes = read_file(bench::photo_path(), 1 << 30);
    for (auto _ : state) benchmark::DoNotOptimize(decode_image(bytes));
    megapixels(state, photo().view);
  });
}
BENCHMARK(decode)->Unit(benchmark::kMillisecond)->UseRealTime();

void detect(State& state, const Detector& detector, cv::Size size, int threads) {
  const cv::Mat image = photo_of(size);
  detector.detect(view_of(image), {}, threads);
  for (auto _ : state) benchmark::DoNotOptimize(detector.detect(view_of(image), {}, threads));
  megapixels(state, view_of(image));
}

void hog(State& state, cv::Size size, int threads) {
  guarded(state, [&] { detect(state, *make_hog_detector(), size, threads); });
}

void cnn(State& state, Backend backend, cv::Size size, int threads) {
  guarded(state, [&] { detect(state, *make_cnn_detector(model(kCnnDetectorModel), backend), size, threads); });
}

// A face of the photo, for what comes after detection.
Detection some_face() {
  const auto found = make_hog_detector()->detect(photo().view, {}, 1);
  if (found.empty()) throw std::runtime_error("no face in " + bench::photo_path());
  return found.front();
}

void landmarks(State& state) {
  guarded(state, [&] {
    const auto landmarker = make_tree_landmarker(model(kLandmarkModel));
    const Box box = some_face().box;
    for (auto _ : state) benchmark::DoNotOptimize(landmarker->find(photo().view, box));
  });
}
BENCHMARK(landmarks)->Unit(benchmark::kMillisecond)->UseRealTime();

Landmarks some_landmarks() { return make_tree_landmarker(model(kLandmarkModel))->find(photo().view, some_face().box); }

void chip(State& state) {
  guarded(state, [&] {
    const Landmarks points = some_landmarks();
    for (auto _ : state) benchmark::DoNotOptimize(cut_chip(photo().view, points));
  });
}
BENCHMARK(chip)->Unit(benchmark::kMillisecond)->UseRealTime();

void embedding(State& state, Backend backend, int batch, int threads) {
  guarded(state, [&] {
    const auto bytes = model(kEmbeddingModel);
    std::unique_ptr<Embedder> embedder;
    if (backend == Backend::dlib) {
      embedder = make_dlib_embedder(bytes);
    } else {
      const Network network = read_embedding_network(bytes);
      embedder = make_network_embedder({.mean = network.mean, .scale = network.scale}, make_runner(backend, network));
    }
    const Chip pixels = cut_chip(photo().view, some_landmarks());
    const std::vector<const uint8_t*> chips(size_t(batch), pixels.data());
    std::vector<Embedding> embeddings(static_cast<size_t>(batch));
    embedder->embed(chips, embeddings.data(), threads);
    for (auto _ : state) embedder->embed(chips, embeddings.data(), threads);
    state.SetItemsProcessed(state.iterations() * batch);
  });
}

// Each backend of this build by its name; those that choose_backend does not know are left out.
std::vector<std::pair<std::string, Backend>> backends() {
  std::vector<std::pair<std::string, Backend>> found;
  for (int32_t number = 1; number < 16; ++number) {
    try {
      const BackendChoice choice = choose_backend(Backend(number));
      const std::string name = choice.why.substr(0, choice.why.find_first_of(" :,("));
      if (int32_t(choice.backend) == number) found.emplace_back(name, choice.backend);
    } catch (const std::exception&) {
    }
  }
  return found;
}

template <class Function, class... Args>
void add(const std::string& name, Function function, Args... args) {
  benchmark::RegisterBenchmark(name.c_str(), [=](State& state) { function(state, args...); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

const bool registered = [] {
  for (const int threads : {1, 2}) {
    const std::string suffix = "/threads:" + std::to_string(threads);
    add("hog/640x480" + suffix, hog, bench::kVga, threads);
    add("hog/3Mpx" + suffix, hog, bench::kThreeMegapixels, threads);
    for (const auto& [name, backend] : backends()) {
      // dlib leaves its threads to the BLAS: OPENBLAS_NUM_THREADS is what counts, and one row is enough.
      if (backend == Backend::dlib && threads > 1) continue;
      const std::string after = "/" + name + (backend == Backend::dlib ? "/threads:blas" : suffix);
      add("cnn/1Mpx" + after, cnn, backend, bench::kOneMegapixel, threads);
      add("cnn/3Mpx" + after, cnn, backend, bench::kThreeMegapixels, threads);
      add("embedding/1" + after, embedding, backend, 1, threads);
      add("embedding/16" + after, embedding, backend, 16, threads);
    }
  }
  return true;
}();

}  // namespace
}  // namespace visavis
