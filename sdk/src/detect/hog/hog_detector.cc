// dlib's frontal HOG detector: the same boxes, by kernels of our own. It needs no model file, because the detector is
// part of dlib. Levels of the pyramid that show no face of a size asked for are left out.
#include <dlib/image_transforms.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <deque>
#include <functional>

#include "base/parallel.h"
#include "base/pool.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "detect/hog/fhog_scan.h"
#include "detect/hog/hog_views.h"
#include "detect/hog/pyramid.h"
#include "dlib_io/rgb_image.h"

namespace visavis {
namespace {

constexpr int kSmallest = 72;                 // px; the smallest boxes of the 80 px window are 73 px wide
constexpr int64_t kMostPixels = 400'000'000;  // after enlarging

constexpr double kNextLevel = 1.25;  // a little more than the 6/5 from one level of dlib's pyramid to the next

constexpr int64_t kPixelsOfBand = 1 << 16;  // a picture is made smaller in pieces of this size
constexpr int kRowsOfBand = 32;  // the fewest rows of scores in a band: each band needs 12 more rows of features

// A level of the pyramid, and how many pieces of work wait for it. Different threads make and read its pieces.
struct Level {
  Planes pixels;
  std::atomic<int> unmade{0};  // pieces
  std::atomic<int> readers{0};

  void made() {
    if (--unmade == 0) unmade.notify_all();
  }
  void wait() const {
    for (int left; (left = unmade) > 0;) unmade.wait(left);
  }
  void read() {
    if (--readers == 0) pixels.bytes.reset();
  }
};

template <class Function>
struct AtEnd {
  Function function;
  ~AtEnd() { function(); }
};
template <class Function>
AtEnd(Function) -> AtEnd<Function>;  // clang before 17 makes none for an aggregate

// Cuts 0..size-1 into `pieces` of about the same size.
void cut(int size, int pieces, const std::function<void(int begin, int end)>& piece) {
  for (int i = 0; i < pieces; ++i) piece(int(int64_t{size} * i / pieces), int(int64_t{size} * (i + 1) / pieces));
}

class HogDetector : public Detector {
 public:
  HogDetector() { HogViews::get(); }

  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int threads) const override {
    const int doublings = doublings_for(options.min_face, kSmallest);
    check_scaled(image, std::ldexp(1, doublings), options.max_pixels > 0 ? options.max_pixels : kMostPixels);
    if (std::min(image.width, image.height) < 1) return {};
    const int planes = options.gray ? 1 : 3;
    const auto split = [&](Planes& pixels, int begin, int end) { split_rows(image, pixels, begin, end); };
    if (doublings == 0) return find(planes, image.width, image.height, split, 0, options, threads);
    if (!options.gray) {
      const auto larger = enlarge<dlib::rgb_pixel>(image, doublings);
      const ImageView view{static_cast<const uint8_t*>(dlib::image_data(larger)), int32_t(larger.nc()),
                           int32_t(larger.nr()), dlib::width_step(larger)};
      const auto split_larger = [&](Planes& pixels, int begin, int end) { split_rows(view, pixels, begin, end); };
      return find(planes, view.width, view.height, split_larger, doublings, options, threads);
    }
    const auto larger = enlarge<unsigned char>(image, doublings);
    const auto copy = [&](Planes& pixels, int begin, int end) {
      for (int y = begin; y < end; ++y) std::memcpy(pixels.row(0, y), &larger[y][0], size_t(larger.nc()));
    };
    return find(planes, int(larger.nc()), int(larger.nr()), copy, doublings, options, threads);
  }

 private:
  using Splitter = std::function<void(Planes& pixels, int begin, int end)>;

  template <class Pixel>
  static dlib::array2d<Pixel> enlarge(const ImageView& image, int doublings) {
    dlib::pyramid_down<2> twice;
    dlib::array2d<Pixel> larger;
    dlib::assign_image(larger, DlibRgb{image});
    for (int i = 0; i < doublings; ++i) dlib::pyramid_up(larger, twice);
    return larger;
  }

  // The levels next to those asked for are searched too: otherwise a face that fits one of them better would be
  // reported with a box of the wrong size. With thresholds down to -0.3 the result was that of picking from all boxes,
  // on all photos that we have; with lower ones, where boxes of all sizes overlap, now and then it is not.
  static bool shows_asked_sizes(int level, int doublings, const DetectOptions& options) {
    const double side = std::ldexp(double(HogViews::get().window_width(level)), -doublings);
    return side * kNextLevel >= options.min_face && (options.max_face == 0 || side <= options.max_face * kNextLevel);
  }

  // Each level is made from the one before, and levels are scanned at the same time. Threads take work in the order of
  // the list, and a piece of work waits only for pieces before it: so any number of threads comes to the end. A level
  // is freed when it was scanned and the next one is made: a large picture takes about 6 bytes for each pixel.
  std::vector<Detection> find(int planes, int width, int height, const Splitter& split, int doublings,
                              const DetectOptions& options, int threads) const {
    int count = HogViews::get().levels(width, height);
    while (count > 0 && !shows_asked_sizes(count - 1, doublings, options)) --count;
    if (count == 0) return {};
    std::vector<Level> levels(count);
    std::vector<Shrinking> steps;
    levels[0].pixels = Planes(planes, width, height);
    int64_t all_pixels = int64_t{width} * height;
    for (int i = 1; i < count; ++i) {
      const Planes& from = levels[i - 1].pixels;
      steps.emplace_back(from.width, from.height);
      levels[i].pixels = Planes(planes, steps.back().width(), steps.back().height());
      all_pixels += int64_t{steps.back().width()} * steps.back().height();
    }

    std::vector<std::function<void()>> work;
    std::deque<std::vector<HogCandidate>> found;  // of each piece
    for (int i = 0; i < count; ++i) {
      Level& level = levels[i];
      const int64_t pixels = int64_t{level.pixels.width} * level.pixels.height;
      level.unmade = int(std::clamp<int64_t>(pixels / kPixelsOfBand, 1, level.pixels.height));
      if (i > 0) levels[i - 1].readers += level.unmade;
      cut(level.pixels.height, level.unmade, [&, i](int begin, int end) {
        work.push_back([&levels, &steps, &split, i, begin, end] {
          const AtEnd done{[&] { levels[i].made(); }};
          if (i == 0) return split(levels[0].pixels, begin, end);
          const AtEnd read{[&] { levels[i - 1].read(); }};
          levels[i - 1].wait();
          steps[i - 1].rows(levels[i - 1].pixels, levels[i].pixels, begin, end);
        });
      });
      if (!shows_asked_sizes(i, doublings, options)) continue;
      const int rows = fhog::places(level.pixels.height);
      const int share = int(2 * threads * pixels / all_pixels);  // two pieces for each thread, if all were alike
      const int bands = std::clamp(share, 1, std::max(rows / kRowsOfBand, 1));
      level.readers += bands;
      cut(rows, bands, [&, i](int begin, int end) {
        auto& candidates = found.emplace_back();
        work.push_back([this, &levels, &candidates, &options, i, begin, end] {
          const AtEnd read{[&] { levels[i].read(); }};
          levels[i].wait();
          scan(levels[i].pixels, i, begin, end, options.threshold, candidates);
        });
      });
    }
    parallel_for(int(work.size()), threads, [&](int i) { work[i](); });
    return faces(found, doublings, options);
  }

  void scan(const Planes& pixels, int level, int begin, int end, double adjust,
            std::vector<HogCandidate>& candidates) const {
    const HogViews& views = HogViews::get();
    const auto keep = [&](int view, int row, const float* scores, int count) {
      const double threshold = views.threshold(view) + adjust;
      for (int c = 0; c < count; ++c)
        if (scores[c] >= threshold) candidates.push_back({scores[c], view, level, row, c});
    };
    scanners_.borrow()->scan(pixels, views.filters(), begin, end, keep);
  }

  static std::vector<Detection> faces(const std::deque<std::vector<HogCandidate>>& found, int doublings,
                                      const DetectOptions& options) {
    std::vector<HogCandidate> all;
    for (const auto& band : found) all.insert(all.end(), band.begin(), band.end());
    std::vector<Detection> detections;
    for (const HogFace& face : HogViews::get().suppress(all)) {
      const dlib::rectangle rect = dlib::pyramid_down<2>().rect_down(
          dlib::rectangle(face.box.left, face.box.top, face.box.right, face.box.bottom), doublings);
      detections.push_back({{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())},
                            float(face.score)});
    }
    keep_asked_sizes(detections, options);
    return detections;
  }

  mutable Pool<fhog::Scanner> scanners_{[] { return std::make_unique<fhog::Scanner>(); }};
};

}  // namespace

std::unique_ptr<Detector> make_hog_detector() { return std::make_unique<HogDetector>(); }

}  // namespace visavis
