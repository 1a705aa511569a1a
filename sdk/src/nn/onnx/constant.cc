// The values of constants, and the operators that make a constant of constants.
#include "nn/onnx/constant.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace visavis::onnx {
namespace {

[[noreturn]] void wrong_type(const Constant& constant) {
  throw Error(VAV_E_UNSUPPORTED, "the ONNX model has the constant " + shown(constant.name) + " of type " +
                                     std::to_string(int64_t(constant.type)) + ", which is not read there");
}

Constant floats_like(const Constant& x, std::vector<int64_t> dims) {
  Constant made;
  made.name = x.name;
  made.dims = std::move(dims);
  made.count = x.count;
  made.reals.resize(x.count);
  return made;
}

// The integers of a constant, of whatever type.
class Integers {
 public:
  explicit Integers(const Constant& constant) : constant_(constant) {
    switch (constant.type) {
      case DataType::uint8:
      case DataType::boolean:
        look<uint8_t>();
        break;
      case DataType::int8:
        look<int8_t>();
        break;
      case DataType::int32:
        look<int32_t>();
        break;
      case DataType::int64:
        look<int64_t>();
        break;
      default:
        wrong_type(constant);
    }
  }
  int64_t operator[](size_t i) const { return constant_.raw.empty() ? constant_.integers[i] : at_(constant_.raw, i); }

 private:
  template <class T>
  void look() {
    for (const int64_t value : constant_.integers)
      if (value < int64_t(std::numeric_limits<T>::min()) || value > int64_t(std::numeric_limits<T>::max()))
        damaged("the constant " + shown(constant_.name) + " has a value that its type does not hold");
    at_ = [](Bytes raw, size_t i) {
      T value;
      std::memcpy(&value, raw.data() + i * sizeof(T), sizeof(T));
      return int64_t(value);
    };
  }

  const Constant& constant_;
  int64_t (*at_)(Bytes, size_t) = nullptr;
};

// Where the scale of a value stands.
struct ScalePlaces {
  size_t along, inner;  // sizes of the axis, and of all behind it
  size_t block = 0;     // 0: no blocks
  bool one = false;     // for everything

  size_t of(size_t i) const {
    if (one) return 0;
    const size_t place = i / inner % along;
    if (block == 0) return place;
    const size_t blocks = (along + block - 1) / block;
    return (i / inner / along * blocks + place / block) * inner + i % inner;
  }
};

ScalePlaces places(const Constant& x, const Constant& scale, int64_t axis, int64_t block) {
  const auto rank = int64_t(x.dims.size());
  if (block == 0 && scale.count == 1) return {1, 1, 0, true};
  if (axis < 0) axis += rank;
  if (axis < 0 || axis >= rank) damaged("a DequantizeLinear has an axis that its values do not have");
  if (block < 0) damaged("a DequantizeLinear has blocks of a negative size");
  ScalePlaces made{size_t(x.dims[size_t(axis)]), 1, size_t(block)};
  for (size_t i = size_t(axis) + 1; i < x.dims.size(); ++i) made.inner *= size_t(x.dims[i]);
  std::vector<int64_t> wanted = {x.dims[size_t(axis)]};
  if (block > 0) {
    wanted = x.dims;
    int64_t& places = wanted[size_t(axis)];
    places = places / block + (places % block != 0);
  }
  if (scale.dims != wanted) damaged("the scales of " + shown(x.name) + " are not as many as its blocks");
  return made;
}

}  // namespace

std::vector<float> reals_of(const Constant& constant) {
  if (constant.type != DataType::real) wrong_type(constant);
  if (constant.raw.empty()) return constant.reals;
  std::vector<float> values(constant.count);
  std::memcpy(values.data(), constant.raw.data(), constant.raw.size());
  return values;
}

std::vector<int64_t> integers_of(const Constant& constant) {
  const Integers values(constant);
  std::vector<int64_t> list(constant.count);
  for (size_t i = 0; i < list.size(); ++i) list[i] = values[i];
  return list;
}

Constant dequantized(const Constant& x, const Constant& scale, const Constant* zero, int64_t axis, int64_t block) {
  const ScalePlaces place = places(x, scale, axis, block);
  const std::vector<float> scales = reals_of(scale);
  if (zero && (zero->dims != scale.dims || zero->type != x.type))
    damaged("the zero points of " + shown(x.name) + " are not like its scales");
  if (x.type == DataType::int64) wrong_type(x);
  const Integers values(x), zeros(zero ? *zero : x);
  Constant made = floats_like(x, x.dims);
  for (size_t i = 0; i < x.count; ++i) {
    const size_t from = place.of(i);
    made.reals[i] = float(values[i] - (zero ? zeros[from] : 0)) * scales[from];
  }
  return made;
}

Constant reshaped(const Constant& x, const std::vector<int64_t>& shape) {
  Constant made = x;
  made.dims = shape;
  size_t known = 1;
  const bool fits = [&] {
    for (size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] == 0 && i >= x.dims.size()) return false;
      if (shape[i] == 0) made.dims[i] = x.dims[i];
      if (shape[i] < -1) return false;
      if (shape[i] == -1) continue;
      if (made.dims[i] > 0 && known > kMostElements / uint64_t(made.dims[i])) return false;
      known *= size_t(made.dims[i]);
    }
    const auto open = std::count(shape.begin(), shape.end(), -1);
    if (open == 0) return known == x.count;
    if (open > 1 || known == 0 || x.count % known != 0) return false;
    *std::find(made.dims.begin(), made.dims.end(), -1) = int64_t(x.count / known);
    return true;
  }();
  if (!fits) damaged("the constant " + shown(x.name) + " does not fit into the shape it is given");
  return made;
}

Constant transposed(const Constant& x) {
  const std::vector<float> values = reals_of(x);
  const size_t rows = size_t(x.dims.at(0)), columns = size_t(x.dims.at(1));
  Constant made = floats_like(x, {x.dims[1], x.dims[0]});
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = 0; c < columns; ++c) made.reals[c * rows + r] = values[r * columns + c];
  return made;
}

}  // namespace visavis::onnx
