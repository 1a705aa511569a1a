// The points of a face that is turned or small in the detector's picture are not where they would be in a picture of the
// face alone. The limits were measured, see accuracy.md.
#include "pipeline/feature_aligner.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "align/chip.h"
#include "detect/yunet/patch.h"
#include "quality/floors.h"

namespace visavis {
namespace {

constexpr double kFaceOfLook = 128;     // px of a second look for a size of the mean face
constexpr int kSideOfLook = 256;        // px of what is looked at
constexpr float kWorthALook = 0.3f;     // of the network's score
constexpr double kLeastScore = 0.6;     // of the second look
constexpr double kUprightScore = 0.9;   // from here on no face was upside down
constexpr double kSureScore = 0.8;      // below it the face must look as faces do in a positive
constexpr double kMostDistance = 0.15;  // between two looks, in sizes of the mean face
constexpr double kGoodDistance = 0.06;  // beyond it more looks are taken
constexpr double kGoodRoll = 20;        // degrees, likewise: from there on points lie askew
constexpr double kPlainRoll = 10;       // a face in a box that seems to be tilted by more is looked at all round
constexpr double kMostResidual = 0.15;  // of the points to the mean face
constexpr int kTurns = 8;               // ways round that are tried in a box
constexpr int kLooks = 3;               // at a turned face, each from where the last one saw it
constexpr double kLeastSize = 4;        // px: nothing can be seen of a smaller face
constexpr double kBoxOfFace = 1.35;     // sizes of the mean face: the middle of width and height of the detector's box

double apart(const Landmarks& a, const Landmarks& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const double x = double(a[i].x) - double(b[i].x), y = double(a[i].y) - double(b[i].y);
    sum += (x * x + y * y) / double(a.size());
  }
  return std::sqrt(sum);
}

Eyes eyes_of(const FacePlace& place, const Landmarks& points) {
  return {place.in_square(points[0]), place.in_square(points[1])};
}

}  // namespace

double FeatureAligner::Look::quality() const { return score - 3 * distance; }

bool FeatureAligner::Look::fits(const MeanFace& mean_face) const {
  return score >= kLeastScore && distance <= kMostDistance && FacePlace(points, mean_face).residual() <= kMostResidual;
}

FeatureAligner::Look FeatureAligner::look(const ImageView& image, const Landmarks& points) const {
  Look look{points, points};
  const FacePlace place(points, chip_.mean_face);
  if (!(place.size() >= kLeastSize)) return look;
  const Patch patch = Patch::turned(image, place.at(0.5, 0.45), kFaceOfLook / place.size(), place.roll(), kSideOfLook);
  for (const SeenFace& seen : network_->look(patch.view(), kWorthALook)) {
    Landmarks there = seen.points;
    for (Point& point : there) point = patch.in_picture(point);
    const double distance = apart(there, points) / place.size();
    if (distance >= look.distance) continue;
    look.again = there;
    look.score = seen.score;
    look.distance = distance;
  }
  return look;
}

// The network now and then takes a face that stands on its head for an upright one, and is less sure of it then.
bool FeatureAligner::is_upside_down(const ImageView& image, const Look& look) const {
  const FacePlace place(look.points, chip_.mean_face);
  const Patch patch =
      Patch::turned(image, place.at(0.5, 0.45), kFaceOfLook / place.size(), place.roll() + 180, kSideOfLook);
  for (const SeenFace& seen : network_->look(patch.view(), kWorthALook)) {
    const double away = std::hypot(double(seen.left + seen.width / 2) - kSideOfLook / 2.0,
                                   double(seen.top + seen.height / 2) - kSideOfLook / 2.0);
    if (away <= kFaceOfLook / 2 && seen.score > look.score) return true;
  }
  return false;
}

std::optional<Landmarks> FeatureAligner::in_box(const ImageView& image, const Box& box, double degrees) const {
  const double size = std::sqrt(double(box.width()) * double(box.height())) / kBoxOfFace;
  const Point middle{float(box.left + box.right) / 2, float(box.top + box.bottom) / 2};
  const Patch patch = Patch::turned(image, middle, kFaceOfLook / std::max(size, kLeastSize), degrees, kSideOfLook);
  std::optional<Landmarks> found;
  double best = 0;
  for (const SeenFace& seen : network_->look(patch.view(), kWorthALook)) {
    const double away = std::hypot(double(seen.left + seen.width / 2) - kSideOfLook / 2.0,
                                   double(seen.top + seen.height / 2) - kSideOfLook / 2.0);
    if (away > kFaceOfLook / 2 || seen.score <= best) continue;
    best = seen.score;
    found = seen.points;
  }
  if (found)
    for (Point& point : *found) point = patch.in_picture(point);
  return found;
}

FeatureAligner::Look FeatureAligner::settled(const ImageView& image, const Landmarks& points, double known) const {
  Look best = look(image, points);
  bool fits = best.fits(chip_.mean_face);
  const bool tilted = std::abs(FacePlace(points, chip_.mean_face).roll(known)) > kGoodRoll;
  if (fits && !tilted && best.distance <= kGoodDistance) return best;
  Look next = best;
  bool replace = !fits || tilted;  // points of a tilted face are never as good as those of the same face upright
  for (int looks = 0; looks < kLooks && next.score > 0; ++looks) {
    next = look(image, next.again);
    if (!next.fits(chip_.mean_face) || (!replace && next.quality() <= best.quality())) continue;
    best = next, fits = true, replace = false;
  }
  return best;
}

Landmarks FeatureAligner::usual_in(const Box& box) const {
  Landmarks points;
  for (size_t i = 0; i < points.size(); ++i)
    points[i] = {float(box.left + chip_.mean_face[i][0] * double(box.width())),
                 float(box.top + chip_.mean_face[i][1] * double(box.height()))};
  return points;
}

void FeatureAligner::align(const ImageView& image, Face& face) const {
  const bool given = face.landmarks.has_value();
  const double known = -90.0 * face.quarter_turns;
  Chip looked_at;
  const auto place = [&] { return FacePlace(*face.landmarks, chip_.mean_face); };
  const auto take = [&](const Landmarks& points) {
    face.landmarks = points;
    looked_at = cut_chip(image, points, chip_.mean_face);
    face.comparability = check_light(place(), looked_at, image);
  };
  // What the detector saw, or the caller. In a box without either, what is seen in it is believed at once only of a
  // plainly upright face; else it is looked at all round, and the best way up is kept.
  const std::optional<Landmarks> first = given ? face.landmarks : face.seen;
  std::optional<Look> best;
  bool any = false;
  for (int turn = first ? -1 : 0; turn < (given ? 0 : kTurns); ++turn) {
    const auto start = turn < 0 ? first : in_box(image, *face.box, 360.0 / kTurns * turn + known);
    if (!start) continue;
    if (!any) take(*start);
    any = true;
    if (face.comparability != Comparability::comparable) break;  // other points cannot change that
    const Look found = given ? look(image, *start) : settled(image, *start, known);
    if (!found.fits(chip_.mean_face) || (found.score < kUprightScore && is_upside_down(image, found))) continue;
    if (!best || found.quality() > best->quality()) best = found;
    const bool is_upright = std::abs(FacePlace(found.points, chip_.mean_face).roll(known)) <= kPlainRoll;
    if (turn < 0 || (is_upright && found.score >= kUprightScore)) break;
  }
  Floors floors = floors_;
  if (best) {
    if (best->points != *face.landmarks) take(best->points);
    if (best->score < kSureScore) floors.least_darkness = std::max(floors.least_darkness, kDlibFloors.least_darkness);
  }
  if (!any) take(usual_in(*face.box));
  face.chip = warp_chip(image, *face.landmarks, chip_);
  if (face.comparability == Comparability::comparable)
    face.comparability = check_detail(place(), looked_at, image, floors, eyes_of(place(), *face.landmarks));
  if (face.comparability == Comparability::comparable && !best) face.comparability = Comparability::landmarks;
}

}  // namespace visavis
