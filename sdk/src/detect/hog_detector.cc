// dlib's frontal HOG detector, which is part of dlib itself and needs no model file. Its steps are those of dlib's
// object_detector, with the levels of the pyramid side by side and those left out that show no face of a size asked
// for.
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/image_transforms.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/parallel.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "nn/dlib_rgb.h"

namespace visavis {
namespace {

constexpr int kSmallest = 72;                // px: the smallest boxes of the 80 px window are 73 px wide
constexpr int64_t kMaxPixels = 400'000'000;  // after enlarging; dlib's features take some 3 bytes a pixel besides

constexpr double kNextLevel = 1.25;  // a little more than the 6/5 from one level of dlib's pyramid to the next

using Scanner = dlib::frontal_face_detector::image_scanner_type;
using Pyramid = Scanner::pyramid_type;

// dlib's five detectors (looking ahead, left, right, and two tilted), unpacked out of a text, which takes some tenths
// of a second: once is enough. Never freed, so that threads which are still running at exit find it.
struct Views {
  dlib::frontal_face_detector detector = dlib::get_frontal_face_detector();
  std::vector<Scanner::fhog_filterbank> filters;
  std::vector<double> thresholds;

  Views() {
    const Scanner& scanner = detector.get_scanner();
    for (unsigned long i = 0; i < detector.num_detectors(); ++i) {
      filters.push_back(scanner.build_fhog_filterbank(detector.get_w(i)));
      thresholds.push_back(detector.get_w(i)(scanner.get_num_dimensions()));
    }
  }
};
const Views& views() {
  static const Views& unpacked = *new Views;
  return unpacked;
}

using Candidates = std::vector<std::pair<double, dlib::rectangle>>;  // before a view's threshold is taken off

class HogDetector : public Detector {
 public:
  HogDetector() { views(); }

  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int threads) const override {
    const int doublings = doublings_for(options.min_face, kSmallest);
    check_scaled(image, 1 << doublings, options.max_pixels > 0 ? options.max_pixels : kMaxPixels);
    if (doublings == 0) return scan(DlibRgb{image}, 0, options, threads);
    dlib::pyramid_down<2> twice;
    dlib::array2d<dlib::rgb_pixel> enlarged;
    dlib::pyramid_up(DlibRgb{image}, enlarged, twice);
    for (int i = 1; i < doublings; ++i) dlib::pyramid_up(enlarged, twice);
    return scan(enlarged, doublings, options, threads);
  }

 private:
  template <class Image>
  static std::vector<Detection> scan(const Image& image, int doublings, const DetectOptions& options, int threads) {
    const Scanner& scanner = views().detector.get_scanner();
    const Pyramid pyramid;
    int levels = 0;  // as dlib counts them
    dlib::rectangle area = dlib::get_rect(image);
    do {
      area = pyramid.rect_down(area);
      ++levels;
    } while (area.width() >= scanner.get_min_pyramid_layer_width() &&
             area.height() >= scanner.get_min_pyramid_layer_height() && levels < int(scanner.get_max_pyramid_levels()));

    std::vector<dlib::array2d<dlib::rgb_pixel>> smaller(levels);  // level 0 is the image itself
    if (levels > 1) pyramid(image, smaller[1]);
    for (int level = 2; level < levels; ++level) pyramid(smaller[level - 1], smaller[level]);

    std::vector<std::vector<Candidates>> found(levels, std::vector<Candidates>(views().filters.size()));
    parallel_for(levels, threads, [&](int level) {
      if (!shows_asked_sizes(level, doublings, options)) return;
      if (level == 0) return scan_level(image, level, options.threshold, found[level]);
      scan_level(smaller[level], level, options.threshold, found[level]);
    });
    return suppress(found, doublings, options);
  }

  // Where a face's window lies in the picture whose level it was found on. `centre` is a place in the level's features.
  static dlib::rectangle window(const dlib::point& centre, int level) {
    const Scanner& scanner = views().detector.get_scanner();
    const long height = scanner.get_fhog_window_height(), width = scanner.get_fhog_window_width();
    const long padding = 2 * scanner.get_padding();
    return Pyramid().rect_up(
        scanner.get_feature_extractor().feats_to_image(dlib::centered_rect(centre, width - padding, height - padding),
                                                       scanner.get_cell_size(), height, width),
        level);
  }

  // All windows of a level are of a size, give or take a pixel. The levels next to those asked for are looked at too: a
  // face that fits one of them better must not be reported with a box of the wrong size.
  static bool shows_asked_sizes(int level, int doublings, const DetectOptions& options) {
    const double side = std::ldexp(double(window({100, 100}, level).width()), -doublings);
    return side * kNextLevel >= options.min_face && (options.max_face == 0 || side <= options.max_face * kNextLevel);
  }

  template <class Image>
  static void scan_level(const Image& image, int level, double adjust, std::vector<Candidates>& found) {
    const Scanner& scanner = views().detector.get_scanner();
    dlib::array<dlib::array2d<float>> features;
    scanner.get_feature_extractor()(image, features, scanner.get_cell_size(), scanner.get_fhog_window_height(),
                                    scanner.get_fhog_window_width());
    dlib::array2d<float> scores;
    for (size_t view = 0; view < found.size(); ++view) {
      const double threshold = views().thresholds[view] + adjust;
      const dlib::rectangle area = dlib::impl::apply_filters_to_fhog(views().filters[view], features, scores);
      for (long r = area.top(); r <= area.bottom(); ++r)
        for (long c = area.left(); c <= area.right(); ++c)
          if (scores[r][c] >= threshold) found[view].emplace_back(scores[r][c], window({c, r}, level));
    }
  }

  // Sorted and thinned out as dlib does it, to the order of equals.
  static std::vector<Detection> suppress(const std::vector<std::vector<Candidates>>& found, int doublings,
                                         const DetectOptions& options) {
    std::vector<dlib::rect_detection> sorted;
    for (size_t view = 0; view < views().filters.size(); ++view) {
      Candidates all;
      for (const auto& level : found) all.insert(all.end(), level[view].begin(), level[view].end());
      std::sort(all.rbegin(), all.rend(), [](const auto& a, const auto& b) { return a.first < b.first; });
      for (const auto& [score, rect] : all) {
        dlib::rect_detection& made = sorted.emplace_back();
        made.detection_confidence = score - views().thresholds[view];
        made.weight_index = view;
        made.rect = rect;
      }
    }
    std::sort(sorted.rbegin(), sorted.rend());
    const dlib::test_box_overlap overlap = views().detector.get_overlap_tester();
    std::vector<dlib::rectangle> kept;
    std::vector<Detection> detections;
    for (const dlib::rect_detection& d : sorted) {
      if (std::any_of(kept.begin(), kept.end(), [&](const auto& other) { return overlap(other, d.rect); })) continue;
      kept.push_back(d.rect);
      const dlib::rectangle rect = dlib::pyramid_down<2>().rect_down(d.rect, doublings);
      detections.push_back({{int32_t(rect.left()), int32_t(rect.top()), int32_t(rect.right()), int32_t(rect.bottom())},
                            float(d.detection_confidence)});
    }
    keep_asked_sizes(detections, options);
    return detections;
  }
};

}  // namespace

std::unique_ptr<Detector> make_hog_detector() { return std::make_unique<HogDetector>(); }

}  // namespace visavis
