// Two checks say whether landmarks fit: the HOG detector must see a face at the right place of the chip, and landmarks
// found in the chip must be those that it was cut by. The limits were measured, see accuracy.md.
#include "pipeline/dlib_aligner.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "align/chip.h"
#include "base/bands.h"
#include "base/shrink.h"
#include "quality/floors.h"
#include "types/mean_face.h"

namespace visavis {
namespace {

constexpr Box kFaceInChip = {13, 13, 136, 136};  // about the detector's box of a face, in its chip
constexpr double kLeastOverlap = 0.4;            // of a box that the detector finds there, with this one
constexpr int32_t kSmallestInChip = 100;         // px
constexpr double kLeastScore = -0.15;            // of the detector, whose own threshold is 0
constexpr double kLeastScoreTurned = 0;          // where eight ways round were tried
constexpr double kHopeless = -1;                 // of the detector: no use to look there again
constexpr double kMostDistance = 0.1;            // between two looks, in sizes of the mean face
constexpr double kGoodDistance = 0.08;           // beyond it other ways round are tried, too
constexpr double kMostRoll = 20;                 // degrees: landmarks of a face that is turned further lie askew
constexpr double kGoodRoll = 30;                 // degrees, likewise: from there on landmarks lie askew
constexpr double kMostResidual = 0.15;           // of the points to the mean face
constexpr int kTurns = 8;                        // ways round that are tried
constexpr int kLooks = 3;                        // at a turned face, each from where the last one saw it
constexpr double kPatchFace = 200;               // px: a larger box is looked at in a smaller picture

}  // namespace

// How well it fits, to compare one look with another: the score counts, and steady landmarks.
double DlibAligner::Look::quality() const { return score - 10 * distance; }

bool DlibAligner::Look::fits(double least_score) const {
  return score >= least_score && distance <= kMostDistance && FacePlace(landmarks).residual() <= kMostResidual;
}

Landmarks DlibAligner::in_chip(const Chip& chip) const {
  return landmarker_->find({chip.data(), kChipSize, kChipSize, kChipSize * 3}, kFaceInChip);
}

double DlibAligner::score(const Chip& chip) const {
  DetectOptions options;
  options.min_face = kSmallestInChip;
  options.threshold = kHopeless;
  double best = options.threshold - 1;
  for (const Detection& found : finder_.detect({chip.data(), kChipSize, kChipSize, kChipSize * 3}, options, 1))
    if (overlap(found.box, kFaceInChip) >= kLeastOverlap) best = std::max<double>(best, found.score);
  return best;
}

DlibAligner::Look DlibAligner::look(const ImageView& image, const Landmarks& landmarks) const {
  Look look{landmarks, cut_chip(image, landmarks)};
  look.score = score(look.chip);
  const Landmarks again = in_chip(look.chip);
  double sum = 0;
  for (size_t i = 0; i < again.size(); ++i)
    sum += std::norm(std::complex<double>(again[i].x, again[i].y) -
                     kChipScale * (std::complex<double>(kMeanFace[i][0], kMeanFace[i][1]) +
                                   std::complex<double>(kChipPadding, kChipPadding)));
  look.distance = std::sqrt(sum / double(again.size())) / kChipScale;
  return look;
}

Landmarks DlibAligner::turned(const ImageView& image, const Box& box, double degrees) const {
  const double face = double(std::max(box.width(), box.height()));
  const double scale = std::min(1.0, kPatchFace / face);
  const cv::Point2d middle(box.left + double(box.width() - 1) / 2, box.top + double(box.height() - 1) / 2);
  // What may be seen of the picture, made smaller where the face is large; then turned.
  const double reach = face * std::numbers::sqrt2 + 2;
  const cv::Rect all(0, 0, image.width, image.height);
  const cv::Rect part = cv::Rect(cv::Point(int(middle.x - reach), int(middle.y - reach)),
                                 cv::Point(int(middle.x + reach), int(middle.y + reach))) &
                        all;
  const int side = int(std::lround(2 * face * scale));
  cv::Mat patch(side, side, CV_8UC3, cv::Scalar(0, 0, 0));
  const double radians = degrees * std::numbers::pi / 180;
  const double cosine = std::cos(radians) / scale, sine = std::sin(radians) / scale;
  const double centre = (side - 1) / 2.0;
  // From a place of the patch to one of the picture.
  const auto there = [&](double x, double y) {
    return cv::Point2d(middle.x + cosine * (x - centre) - sine * (y - centre),
                       middle.y + sine * (x - centre) + cosine * (y - centre));
  };
  if (part.width > 0 && part.height > 0) {
    const cv::Mat whole(image.height, image.width, CV_8UC3, const_cast<uint8_t*>(image.data), size_t(image.stride));
    cv::Mat seen = whole(part);
    double across = 1, down = 1;
    if (scale < 1) {
      const cv::Size size(std::max(1, int(part.width * scale)), std::max(1, int(part.height * scale)));
      across = double(size.width) / part.width, down = double(size.height) / part.height;
      cv::Mat smaller(size, CV_8UC3);
      shrink(seen.data, seen.cols, seen.rows, int64_t(seen.step), smaller.data, size.width, size.height,
             int64_t(smaller.step), 1);
      seen = smaller;
    }
    const cv::Point2d origin = there(0, 0), right = there(1, 0) - origin, below = there(0, 1) - origin;
    const cv::Matx23d inverse(right.x * across, below.x * across, (origin.x - part.x + 0.5) * across - 0.5,
                              right.y * down, below.y * down, (origin.y - part.y + 0.5) * down - 0.5);
    in_bands(side, side, [&](int32_t first, int32_t past) {
      cv::Mat band = patch.rowRange(first, past);
      cv::Matx23d of_band = inverse;
      for (int axis = 0; axis < 2; ++axis) of_band(axis, 2) += inverse(axis, 1) * first;
      cv::warpAffine(seen, band, of_band, band.size(), cv::INTER_LINEAR | cv::WARP_INVERSE_MAP, cv::BORDER_CONSTANT);
    });
  }
  const int half = int(face * scale / 2);
  const int begin = int(centre) - half;
  Landmarks points = landmarker_->find({patch.data, side, side, int64_t(patch.step)},
                                       {begin, begin, begin + 2 * half, begin + 2 * half});
  for (Point& point : points) {
    const cv::Point2d place = there(point.x, point.y);
    point = {float(place.x), float(place.y)};
  }
  return points;
}

void DlibAligner::align(const ImageView& image, Face& face) const {
  const bool given = face.landmarks.has_value();
  // How far the face is turned: YuNet saw its eyes, or the picture was turned for the detector.
  const double known = face.seen ? FacePlace(*face.seen, kMeanFaceOfFeatures).roll() : -90.0 * face.quarter_turns;
  if (!given)
    face.landmarks =
        std::abs(known) > kMostRoll ? turned(image, *face.box, known) : landmarker_->find(image, *face.box);
  Look best = look(image, *face.landmarks);
  face.comparability = check_light(FacePlace(best.landmarks), best.chip, image);
  bool fits = best.fits(kLeastScore);
  const bool good =
      fits && best.distance <= kGoodDistance && std::abs(FacePlace(best.landmarks).roll(known)) <= kGoodRoll;
  if (face.comparability == Comparability::comparable && !good && !given) {
    for (int i = 1; i < kTurns; ++i) {
      Landmarks points = turned(image, *face.box, 360.0 / kTurns * i + known);
      for (int looks = 1;; ++looks) {
        Look other = look(image, points);
        if (other.fits(kLeastScoreTurned) && (!fits || other.quality() > best.quality())) best = other, fits = true;
        if (looks == kLooks || other.score < kHopeless) break;
        const FacePlace place(points);
        points = in_chip(other.chip);
        for (Point& point : points) point = place.of_chip(point.x, point.y);
      }
    }
    if (fits) face.comparability = check_light(FacePlace(best.landmarks), best.chip, image);
  }
  face.landmarks = best.landmarks;
  face.chip = std::move(best.chip);
  if (face.comparability == Comparability::comparable)
    face.comparability = check_detail(FacePlace(best.landmarks), *face.chip, image, kDlibFloors);
  if (face.comparability == Comparability::comparable && !fits) face.comparability = Comparability::landmarks;
}

}  // namespace visavis
