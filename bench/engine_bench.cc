// Whole calls of the C API on a real photo: Google Benchmark. engine_bench --benchmark_filter=…
// $VISAVIS_BENCH_PHOTO: the photo; $VISAVIS_MODELS: the models' folder. Without them, those of the user's cache.
#include <benchmark/benchmark.h>

#include "bench/inputs.h"
#include "visavis/visavis.hpp"

namespace {

using benchmark::State;

using bench::guarded;

visavis::Engine engine(int threads) {
  const char* models = std::getenv("VISAVIS_MODELS");
  visavis::EngineOptions options;
  options.threads = threads;
  return visavis::Engine(visavis::Models(std::string(models ? models : "")), options);
}

// From the file to the embeddings of all its faces.
void photo_to_embeddings(State& state) {
  guarded(state, [&] {
    const visavis::Engine maker = engine(int(state.range(0)));
    int32_t faces = maker.analyze(visavis::Image::load(bench::photo_path())).size();
    for (auto _ : state) faces = maker.analyze(visavis::Image::load(bench::photo_path())).size();
    state.SetItemsProcessed(state.iterations() * faces);
    state.counters["faces"] = faces;
  });
}
BENCHMARK(photo_to_embeddings)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

// A new engine on new models each time, as after a start: what loading costs.
void cold_engine(State& state) {
  guarded(state, [&] {
    const visavis::Image photo = visavis::Image::load(bench::photo_path());
    const visavis::Faces found = engine(1).detect(photo);
    if (found.empty()) throw std::runtime_error("no face in " + bench::photo_path());
    const vav_box box = found[0].box.value();
    for (auto _ : state) benchmark::DoNotOptimize(engine(int(state.range(0))).analyze_boxes(photo, {box}));
  });
}
BENCHMARK(cold_engine)->ArgName("threads")->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
