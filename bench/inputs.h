// What the benchmarks share: the sample photos of this machine, or those that $VISAVIS_BENCH_PHOTO names.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <opencv2/imgproc.hpp>
#include <string>

namespace bench {

// A photo with many faces makes the figures of whole photos mean more; the sample photos hold one or two each.
inline std::string photo_path() {
  if (const char* given = std::getenv("VISAVIS_BENCH_PHOTO")) return given;
  const char* cache = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  const auto base =
      cache && *cache ? std::filesystem::path(cache) : std::filesystem::path(home ? home : ".") / ".cache";
  return (base / "visavis" / "photos" / "obama3.jpg").string();
}

// The middle of the picture, in the shape and size asked for.
inline cv::Mat cut_to(const cv::Mat& photo, cv::Size size) {
  const double ratio = double(size.width) / size.height;
  const int width = std::min(photo.cols, int(photo.rows * ratio)),
            height = std::min(photo.rows, int(photo.cols / ratio));
  cv::Mat cut;
  cv::resize(photo(cv::Rect((photo.cols - width) / 2, (photo.rows - height) / 2, width, height)), cut, size, 0, 0,
             cv::INTER_AREA);
  return cut;
}

inline const cv::Size kVga{640, 480}, kOneMegapixel{1152, 864}, kThreeMegapixels{2000, 1500};

// What is missing on this machine is said, not measured. Google Benchmark does not expect exceptions.
template <class State, class Body>
void guarded(State& state, Body&& body) {
  try {
    body();
  } catch (const std::exception& e) {
    state.SkipWithError(e.what());
  }
}

}  // namespace bench
