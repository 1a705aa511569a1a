// YuNet over a whole picture: looks at it in several sizes and parts, looks again where it is not sure, and keeps one box
// of each face. What it is sure of and where it looks again was measured, see accuracy.md.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "base/parallel.h"
#include "detect/detector.h"
#include "detect/face_size.h"
#include "detect/yunet/dlib_box.h"
#include "detect/yunet/patch.h"
#include "detect/yunet/views.h"
#include "detect/yunet/yunet_network.h"

namespace visavis {
namespace {

constexpr float kThreshold = 0.7f;       // of the network's score, for a face
constexpr float kSure = 0.8f;            // below it the place is looked at again, alone
constexpr float kWorthALook = 0.2f;      // below it nobody is found by looking again
constexpr float kSeenUpright = 0.75f;    // by a second look; below it two more are taken, with the picture turned
constexpr float kSeenTurned = 0.8f;      // by one of these: three looks see more that is no face than one
constexpr double kTurns[] = {50, -50};   // degrees: of a tilted head, the network sees one that is nearly upright
constexpr float kPlainlyUpright = 0.9f;  // of a score in the picture; and of degrees:
constexpr double kPlainRoll = 10;
constexpr size_t kMostLooks = 500;                      // at a picture; what is left keeps its score
constexpr double kFaceOfLook = 48;                      // px: of a face that is looked at again
constexpr int kSideOfLook = 128;                        // px: of what is looked at then
constexpr double kMostMoved = 0.4;                      // of its size: how far it may lie from where it was seen first
constexpr double kMostOtherSize = 2;                    // times larger or smaller
constexpr float kSameBoth = 0.3f, kSameSmaller = 0.6f;  // what two boxes of one face have in common
constexpr double kSamePoints = 0.25;        // of the smaller box: how far apart the points of one face lie at most
constexpr int64_t kMostPixels = 1'600'000;  // that are looked at together

double size_of(const SeenFace& face) { return std::sqrt(double(face.width) * double(face.height)); }

Point middle_of(const SeenFace& face) { return {face.left + face.width / 2, face.top + face.height / 2}; }

double apart(const Point& a, const Point& b) { return std::hypot(double(a.x - b.x), double(a.y - b.y)); }

bool is_same(const SeenFace& a, const SeenFace& b) {
  const Common common = common_area(a, b);
  if (common.of_both > kSameBoth || common.of_smaller > kSameSmaller) return true;
  double sum = 0;
  for (size_t i = 0; i < a.points.size(); ++i) sum += apart(a.points[i], b.points[i]) / double(a.points.size());
  return sum < kSamePoints * std::min(size_of(a), size_of(b));
}

struct Found {
  SeenFace face;  // in px of the picture
  int size;       // in which of the sizes it was seen
};

class YunetDetector : public Detector {
 public:
  YunetDetector(std::shared_ptr<const YunetNetwork> network, YunetBoxes boxes)
      : network_(std::move(network)), boxes_(boxes) {}

  std::vector<Detection> detect(const ImageView& image, const DetectOptions& options, int threads) const override {
    if (std::min(image.width, image.height) < 1) return {};
    const float threshold = kThreshold + float(options.threshold);
    std::vector<Found> found = seen_in_views(image, options, threads, std::min(kWorthALook, threshold));
    drop_seen_better(found);
    look_again(image, found, threads);
    std::erase_if(found, [&](const Found& f) { return f.face.score < threshold; });
    // Where two sizes are both sure of a face, the larger one knows better where it is.
    std::ranges::stable_sort(found, [](const Found& a, const Found& b) {
      const float first = std::min(a.face.score, kSure), second = std::min(b.face.score, kSure);
      if (first != second) return first > second;
      return a.size != b.size ? a.size < b.size : a.face.score > b.face.score;
    });
    std::vector<Detection> detections;
    std::vector<SeenFace> kept;
    for (const auto& [face, size] : found) {
      if (std::ranges::any_of(kept, [&, &seen = face](const SeenFace& k) { return is_same(k, seen); })) continue;
      kept.push_back(face);
      const bool of_dlib = boxes_ == YunetBoxes::of_dlib;
      const Landmarks points = of_dlib ? settled(image, face) : face.points;
      detections.push_back({of_dlib ? dlib_box(points) : own_box(face), face.score - kThreshold, points});
    }
    keep_asked_sizes(detections, options);
    std::ranges::stable_sort(detections, std::greater(), &Detection::score);
    return detections;
  }

 private:
  static Box own_box(const SeenFace& face) {
    const auto left = int32_t(std::lround(face.left)), top = int32_t(std::lround(face.top));
    const auto width = int32_t(std::lround(face.width)), height = int32_t(std::lround(face.height));
    return {left, top, left + width - 1, top + height - 1};
  }

  std::vector<Found> seen_in_views(const ImageView& image, const DetectOptions& options, int threads,
                                   float threshold) const {
    const auto views =
        views_of(image.width, image.height, options, options.max_pixels > 0 ? options.max_pixels : kMostPixels);
    std::vector<std::vector<Found>> of_view(views.size());
    const int threads_each = std::max(1, threads / int(views.size()));
    parallel_for(int(views.size()), threads, [&](int i) {
      const View& view = views[size_t(i)];
      const Patch patch(image, view.part, view.width, view.height, view.border, threads_each);
      for (const SeenFace& face : network_->look(patch.view(), threshold))
        of_view[size_t(i)].push_back({in_picture(face, patch), view.size});
    });
    std::vector<Found> all;
    for (auto& list : of_view) all.insert(all.end(), list.begin(), list.end());
    return all;
  }

  static SeenFace in_picture(const SeenFace& face, const Patch& patch) {
    SeenFace there = face;
    // The sides of a box lie between pixels.
    const Point corner = patch.in_picture({face.left - 0.5f, face.top - 0.5f});
    there.width = float(face.width * patch.across());
    there.height = float(face.height * patch.down());
    there.left = corner.x + 0.5f, there.top = corner.y + 0.5f;
    for (Point& point : there.points) point = patch.in_picture(point);
    return there;
  }

  // Where a larger size is sure of a face, what a smaller one sees of it would be left out in the end, whatever another
  // look at it said. In a photo of 24 large faces these are 23 of 63 looks.
  static void drop_seen_better(std::vector<Found>& found) {
    std::vector<Found> sure;
    for (const Found& one : found)
      if (one.face.score >= kSure) sure.push_back(one);
    std::erase_if(found, [&](const Found& doubtful) {
      return doubtful.face.score < kSure && std::ranges::any_of(sure, [&](const Found& other) {
               return other.size < doubtful.size && is_same(other.face, doubtful.face);
             });
    });
  }

  // What is seen of a face that only this look is for says more than what is seen of it among others.
  void look_again(const ImageView& image, std::vector<Found>& found, int threads) const {
    std::vector<Found*> doubtful;
    for (Found& one : found)
      if (one.face.score < kSure && one.face.score >= kWorthALook) doubtful.push_back(&one);
    std::ranges::stable_sort(doubtful, std::greater(), [](const Found* f) { return f->face.score; });
    doubtful.resize(std::min(doubtful.size(), kMostLooks));
    parallel_for(int(doubtful.size()), threads, [&](int i) {
      SeenFace& face = doubtful[size_t(i)]->face;
      const std::optional<SeenFace> upright = seen_alone(image, face, 0);
      std::optional<SeenFace> tilted;
      if (!upright || upright->score < kSeenUpright)
        for (const double degrees : kTurns) {
          const auto turned = seen_alone(image, face, degrees);
          if (turned && turned->score >= kSeenTurned && (!tilted || turned->score > tilted->score)) tilted = turned;
        }
      if (tilted)
        face = *tilted;
      else
        face.score = upright ? upright->score : 0;
    });
  }

  // The points of a tilted head lie askew, as if it were tilted less. They lie right where it is seen upright.
  Landmarks settled(const ImageView& image, const SeenFace& face) const {
    SeenFace best = face;
    const auto roll = [&] { return FacePlace(best.points, kMeanFaceOfFeatures).roll(); };
    if (face.score >= kPlainlyUpright && std::abs(roll()) < kPlainRoll) return face.points;
    const auto try_turned = [&](double degrees) {
      const auto seen = seen_alone(image, face, degrees);
      if (seen && seen->score > best.score) best = *seen;
    };
    for (const double degrees : kTurns) try_turned(degrees);
    try_turned(roll());
    return best.points;
  }

  // The face near to where one was seen, in a patch of it turned by `degrees`. Its box keeps its size and lies upright.
  std::optional<SeenFace> seen_alone(const ImageView& image, const SeenFace& face, double degrees) const {
    const double size = size_of(face);
    const Patch patch = Patch::turned(image, middle_of(face), kFaceOfLook / size, degrees, kSideOfLook);
    std::optional<SeenFace> best;
    for (const SeenFace& other : network_->look(patch.view(), kWorthALook)) {
      const double ratio = size_of(other) / kFaceOfLook;
      const Point middle = patch.in_picture(middle_of(other));
      if (apart(middle, middle_of(face)) > kMostMoved * size || ratio > kMostOtherSize || ratio < 1 / kMostOtherSize ||
          (best && best->score >= other.score))
        continue;
      best = other;
      best->width = float(other.width * size / kFaceOfLook);
      best->height = float(other.height * size / kFaceOfLook);
      best->left = middle.x - best->width / 2, best->top = middle.y - best->height / 2;
      for (Point& point : best->points) point = patch.in_picture(point);
    }
    return best;
  }

  const std::shared_ptr<const YunetNetwork> network_;
  const YunetBoxes boxes_;
};

}  // namespace

std::unique_ptr<Detector> make_yunet_detector(std::shared_ptr<const YunetNetwork> network, YunetBoxes boxes) {
  return std::make_unique<YunetDetector>(std::move(network), boxes);
}

}  // namespace visavis
