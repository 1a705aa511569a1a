// The network says for each place of three grids whether a face has its middle there, and where its edges and points are.
#include "detect/yunet/yunet_network.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/pixel_kernels.h"

namespace visavis {
namespace {

constexpr int kMultiple = 32;   // px, of width and height
constexpr size_t kMost = 5000;  // that are compared with one another
constexpr float kMostCommon = 0.3f;
constexpr float kFarthest = 1e6f;  // px: beyond it nothing is a face

size_t output_named(const Network& network, const std::string& name) {
  for (size_t i = 0; i < network.outputs.size(); ++i)
    if (network.outputs[i].name == name) return i;
  throw Error(VAV_E_MODEL_ALTERED, "the detection network has no output " + name);
}

int padded(int size) { return (size + kMultiple - 1) / kMultiple * kMultiple; }

void fill(const ImageView& picture, Tensor& input) {
  const int width = padded(picture.width), height = padded(picture.height);
  input.resize(1, 3, height, width);
  const size_t plane = size_t(width) * height, seen = size_t(picture.width);
  float* const blue = input.values.data();
  float* const red = blue + 2 * plane;
  for (int y = 0; y < height; ++y) {
    const size_t at = size_t(y) * width, values = y < picture.height ? seen : 0;
    if (values > 0) split_row(picture.data + y * picture.stride, seen, red + at, blue + plane + at, blue + at);
    for (size_t channel = 0; channel < 3; ++channel)
      std::fill(blue + channel * plane + at + values, blue + channel * plane + at + width, 0.0f);
  }
}

}  // namespace

Common common_area(const SeenFace& a, const SeenFace& b) {
  const float width = std::min(a.left + a.width, b.left + b.width) - std::max(a.left, b.left);
  const float height = std::min(a.top + a.height, b.top + b.height) - std::max(a.top, b.top);
  if (!(width > 0 && height > 0)) return {0, 0};
  const float common = width * height, first = a.width * a.height, second = b.width * b.height;
  return {common / (first + second - common), common / std::min(first, second)};
}

YunetNetwork::YunetNetwork(const Network& network, std::unique_ptr<Runner> runner)
    : outputs_(network.outputs.size()), runner_(std::move(runner)) {
  for (size_t level = 0; level < kStrides.size(); ++level) {
    const std::string stride = "_" + std::to_string(kStrides[level]);
    heads_[level] = {output_named(network, "cls" + stride), output_named(network, "obj" + stride),
                     output_named(network, "bbox" + stride), output_named(network, "kps" + stride)};
  }
}

void YunetNetwork::read(const Scratch& scratch, size_t level, float threshold, std::vector<SeenFace>& seen) const {
  const int stride = kStrides[level], columns = scratch.input.width / stride, rows = scratch.input.height / stride;
  const size_t places = size_t(columns) * rows;
  const auto values = [&](size_t output, size_t each) {
    if (scratch.outputs[output].values.size() != places * each)
      throw Error(VAV_E_MODEL_ALTERED, "the detection network gives outputs of another size");
    return scratch.outputs[output].values.data();
  };
  const float* score = values(heads_[level].score, 1);
  const float* object = values(heads_[level].object, 1);
  const float* box = values(heads_[level].box, 4);
  const float* points = values(heads_[level].points, 10);
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column, ++score, ++object, box += 4, points += 10) {
      const float sure = std::sqrt(std::clamp(*score, 0.0f, 1.0f) * std::clamp(*object, 0.0f, 1.0f));
      if (!(sure >= threshold)) continue;
      const auto s = float(stride), x = float(column), y = float(row);
      SeenFace face;
      face.width = std::exp(box[2]) * s;
      face.height = std::exp(box[3]) * s;
      face.left = (x + box[0]) * s - face.width / 2;
      face.top = (y + box[1]) * s - face.height / 2;
      face.score = sure;
      for (size_t i = 0; i < face.points.size(); ++i)
        face.points[i] = {(x + points[2 * i]) * s, (y + points[2 * i + 1]) * s};
      const bool possible = face.width < kFarthest && face.height < kFarthest && std::abs(face.left) < kFarthest &&
                            std::abs(face.top) < kFarthest && std::ranges::all_of(face.points, [](const Point& p) {
                              return std::abs(p.x) < kFarthest && std::abs(p.y) < kFarthest;
                            });
      if (possible) seen.push_back(face);
    }
}

std::vector<SeenFace> YunetNetwork::look(const ImageView& picture, float threshold) const {
  std::vector<SeenFace> seen;
  if (picture.width < 1 || picture.height < 1) return seen;
  auto scratch = pool_.borrow();
  fill(picture, scratch->input);
  scratch->outputs.resize(outputs_);
  runner_->run_all(scratch->input, scratch->outputs, 1);
  for (size_t level = 0; level < kStrides.size(); ++level) read(*scratch, level, threshold, seen);
  std::ranges::stable_sort(seen, std::greater(), &SeenFace::score);
  seen.resize(std::min(seen.size(), kMost));
  std::vector<SeenFace> kept;
  for (const SeenFace& face : seen)
    if (std::ranges::none_of(kept, [&](const SeenFace& k) { return common_area(k, face).of_both > kMostCommon; }))
      kept.push_back(face);
  return kept;
}

}  // namespace visavis
