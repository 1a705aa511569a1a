// What the machine can do at best, to hold our times against: single-precision matrix products (OpenBLAS or whatever
// BLAS is there, and oneDNN's) and memory bandwidth, on 1 … N threads. machine_peak N   prints one JSON object.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>
#ifdef VISAVIS_BENCH_ONEDNN
#include <dnnl.h>
#include <omp.h>
#endif

extern "C" void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*,
                       const int*, const float*, const int*, const float*, float*, const int*);

namespace {

constexpr int kSide = 1536, kRepeats = 7;  // 7 GFLOP a product
constexpr int kRounds = 3;                 // over all, in case another program was busy during one

// The best of several: a peak is what can be reached, not what is usual.
template <class Body>
double best_seconds(Body&& body) {
  body();
  double best = 1e9;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = std::chrono::steady_clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

struct Matrices {
  std::vector<float> a = std::vector<float>(kSide * kSide, 0.5f), b = a, c = a;
};

double gflops(double seconds) { return 2.0 * kSide * kSide * kSide / seconds * 1e-9; }

// Nothing where the number of threads cannot be set.
nlohmann::json blas_peak(int threads) {
  const auto set = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (!set) return nullptr;
  set(threads);
  Matrices m;
  const float one = 1, zero = 0;
  return gflops(best_seconds([&] {
    sgemm_("N", "N", &kSide, &kSide, &kSide, &one, m.a.data(), &kSide, m.b.data(), &kSide, &zero, m.c.data(), &kSide);
  }));
}

nlohmann::json onednn_peak([[maybe_unused]] int threads) {
#ifdef VISAVIS_BENCH_ONEDNN
  omp_set_num_threads(threads);
  Matrices m;
  return gflops(best_seconds([&] {
    dnnl_sgemm('N', 'N', kSide, kSide, kSide, 1, m.a.data(), kSide, m.b.data(), kSide, 0, m.c.data(), kSide);
  }));
#else
  return nullptr;
#endif
}

// a = b + s * c over far more than the caches hold: 12 bytes an element, as STREAM's triad counts them.
double bandwidth(int threads) {
  constexpr size_t kEach = 24 << 20;
  std::vector<std::vector<float>> arrays(size_t(threads) * 3);
  const auto all = [&](auto&& body) {
    std::vector<std::jthread> running;
    for (int t = 0; t < threads; ++t) running.emplace_back([&body, t] { body(t); });
  };
  all([&](int t) {  // each thread touches its own memory first
    for (int i = 0; i < 3; ++i) arrays[size_t(t) * 3 + i].assign(kEach, 1.0f);
  });
  const double seconds = best_seconds([&] {
    all([&](int t) {
      float* a = arrays[size_t(t) * 3].data();
      const float *b = arrays[size_t(t) * 3 + 1].data(), *c = arrays[size_t(t) * 3 + 2].data();
      for (size_t i = 0; i < kEach; ++i) a[i] = b[i] + 3.0f * c[i];
    });
  });
  return 12.0 * double(kEach) * threads / seconds * 1e-9;
}

void keep_better(nlohmann::json& best, const nlohmann::json& measured) {
  if (best.is_null() || (measured.is_number() && measured > best)) best = measured;
}

}  // namespace

int main(int argc, char** argv) {
  const int most = argc > 1 ? std::max(1, std::atoi(argv[1])) : 1;
  const auto corename = reinterpret_cast<const char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  nlohmann::json peaks = nlohmann::json::array();
  for (int threads = 1; threads <= most; ++threads) peaks.push_back({{"threads", threads}});
  for (int round = 0; round < kRounds; ++round)
    for (nlohmann::json& peak : peaks) {
      const int threads = peak["threads"];
      keep_better(peak["blas_sgemm_gflops"], blas_peak(threads));
      keep_better(peak["onednn_sgemm_gflops"], onednn_peak(threads));
      keep_better(peak["triad_gb_per_s"], bandwidth(threads));
    }
  std::cout << nlohmann::json{{"blas", corename ? std::string("OpenBLAS, ") + corename() : "another"}, {"peaks", peaks}}
                   .dump(1)
            << std::endl;
}
