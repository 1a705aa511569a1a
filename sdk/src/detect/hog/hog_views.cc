// The views and the steps around the scores come from dlib: from its detector, by its functions.
#include "detect/hog/hog_views.h"

#include <dlib/image_processing/frontal_face_detector.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "dlib_io/stream.h"

namespace visavis {

// The build makes it: see sdk/tools/unpack_hog.cc.
extern const unsigned char kHogDetector[];
extern const size_t kHogDetectorSize;

namespace {

using Scanner = dlib::frontal_face_detector::image_scanner_type;
using Pyramid = Scanner::pyramid_type;
static_assert(std::is_same_v<Pyramid, dlib::pyramid_down<6>>, "pyramid.cc makes another pyramid");

// Never freed, so that threads which are still running at exit find it.
const dlib::frontal_face_detector& detector() {
  static const auto& read = *[] {
    auto made = std::make_unique<dlib::frontal_face_detector>();
    read_dlib(*made, {kHogDetector, kHogDetector + kHogDetectorSize}, "the frontal face detector");
    return made.release();
  }();
  return read;
}

dlib::rectangle window(const HogCandidate& at) {
  const Scanner& scanner = detector().get_scanner();
  const long side = fhog::kTaps;
  // Our places are counted from the first whole window, dlib's from the corner of its padded features.
  const dlib::point centre(at.column + side / 2, at.row + side / 2);
  return Pyramid().rect_up(
      scanner.get_feature_extractor().feats_to_image(dlib::centered_rect(centre, side, side), fhog::kCell, side, side),
      at.level);
}

}  // namespace

const HogViews& HogViews::get() {
  static const HogViews& views = *new HogViews;
  return views;
}

HogViews::HogViews() {
  const Scanner& scanner = detector().get_scanner();
  if (scanner.get_fhog_window_height() != fhog::kTaps || scanner.get_fhog_window_width() != fhog::kTaps ||
      scanner.get_cell_size() != fhog::kCell || scanner.get_padding() != 0)
    throw Error(VAV_E_INTERNAL, "this dlib's frontal face detector is not the one that Visavis knows");
  for (unsigned long i = 0; i < detector().num_detectors(); ++i) {
    const auto bank = scanner.build_fhog_filterbank(detector().get_w(i));
    fhog::View& view = filters_.emplace_back();
    for (int plane = 0; plane < fhog::kFeatures; ++plane)
      for (size_t k = 0; k < bank.row_filters[plane].size(); ++k)
        view.add(plane, bank.row_filters[plane][k].begin(), bank.col_filters[plane][k].begin());
    thresholds_.push_back(detector().get_w(i)(scanner.get_num_dimensions()));
  }
}

int HogViews::levels(int width, int height) const {
  const Scanner& scanner = detector().get_scanner();
  int levels = 0;
  dlib::rectangle area(width, height);
  do {
    area = Pyramid().rect_down(area);
    ++levels;
  } while (area.width() >= scanner.get_min_pyramid_layer_width() &&
           area.height() >= scanner.get_min_pyramid_layer_height() && levels < int(scanner.get_max_pyramid_levels()));
  return levels;
}

int64_t HogViews::window_width(int level) const { return int64_t(window({0, 0, level, 100, 100}).width()); }

std::vector<HogFace> HogViews::suppress(const std::vector<HogCandidate>& candidates) const {
  std::vector<dlib::rect_detection> sorted;
  for (size_t view = 0; view < filters_.size(); ++view) {
    std::vector<std::pair<double, dlib::rectangle>> of_view;
    for (const HogCandidate& c : candidates)
      if (c.view == int(view)) of_view.emplace_back(c.score, window(c));
    std::sort(of_view.rbegin(), of_view.rend(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [score, rect] : of_view) {
      dlib::rect_detection& made = sorted.emplace_back();
      made.detection_confidence = score - thresholds_[view];
      made.weight_index = view;
      made.rect = rect;
    }
  }
  std::sort(sorted.rbegin(), sorted.rend());
  const dlib::test_box_overlap overlap = detector().get_overlap_tester();
  std::vector<dlib::rectangle> kept;
  std::vector<HogFace> faces;
  for (const dlib::rect_detection& d : sorted) {
    if (std::any_of(kept.begin(), kept.end(), [&](const auto& other) { return overlap(other, d.rect); })) continue;
    kept.push_back(d.rect);
    faces.push_back({{int32_t(d.rect.left()), int32_t(d.rect.top()), int32_t(d.rect.right()), int32_t(d.rect.bottom())},
                     d.detection_confidence});
  }
  return faces;
}

}  // namespace visavis
