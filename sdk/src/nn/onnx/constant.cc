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

// The integers of a constant whose type is T.
template <class T>
class Integers {
 public:
  explicit Integers(const Constant& constant) : constant_(constant) {
    for (const int64_t value : constant.integers)
      if (value < int64_t(std::numeric_limits<T>::min()) || value > int64_t(std::numeric_limits<T>::max()))
        damaged("the constant " + shown(constant.name) + " has a value that its type does not hold");
  }
  int64_t operator[](size_t i) const {
    if (constant_.raw.empty()) return constant_.integers[i];
    T value;
    std::memcpy(&value, constant_.raw.data() + i * sizeof(T), sizeof(T));
    return int64_t(value);
  }

 private:
  const Constant& constant_;
};

// Calls use(T()) with the type of the constant's integers: a model has millions, and to ask for each costs more than
// all the rest.
template <class Use>
void with_type_of(const Constant& constant, const Use& use) {
  switch (constant.type) {
    case DataType::uint8:
    case DataType::boolean:
      return use(uint8_t());
    case DataType::int8:
      return use(int8_t());
    case DataType::int32:
      return use(int32_t());
    case DataType::int64:
      return use(int64_t());
    default:
      wrong_type(constant);
  }
}

// Where the scale of a value stands.
struct ScalePlaces {
  size_t along, inner;  // sizes of the axis, and of all behind it
  size_t block = 0;     // 0: no blocks
  bool one = false;     // for everything

  // Calls use(first value, how many follow each other, the scale of the first, 1 where each has its own and 0 where all
  // have that one), which together are all values.
  template <class Use>
  void each_run(size_t count, const Use& use) const {
    if (one) return use(size_t{0}, count, size_t{0}, size_t{0});
    const size_t blocks = block == 0 ? along : (along + block - 1) / block;
    for (size_t first = 0, outer = 0; first < count; ++outer)
      for (size_t b = 0, place = 0; b < blocks; ++b)
        for (size_t end = block == 0 ? place + 1 : std::min(place + block, along); place < end; ++place, first += inner)
          use(first, inner, block == 0 ? b : (outer * blocks + b) * inner, size_t{block != 0});
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
  std::vector<int64_t> list(constant.count);
  with_type_of(constant, [&](auto type) {
    const Integers<decltype(type)> values(constant);
    for (size_t i = 0; i < list.size(); ++i) list[i] = values[i];
  });
  return list;
}

Constant dequantized(const Constant& x, const Constant& scale, const Constant* zero, int64_t axis, int64_t block) {
  const ScalePlaces place = places(x, scale, axis, block);
  const std::vector<float> scales = reals_of(scale);
  if (zero && (zero->dims != scale.dims || zero->type != x.type))
    damaged("the zero points of " + shown(x.name) + " are not like its scales");
  if (x.type == DataType::int64) wrong_type(x);
  Constant made = floats_like(x, x.dims);
  with_type_of(x, [&](auto type) {
    const Integers<decltype(type)> values(x), zeros(zero ? *zero : x);
    place.each_run(x.count, [&](size_t first, size_t count, size_t from, size_t step) {
      for (size_t i = 0; i < count; ++i)
        made.reals[first + i] =
            float(values[first + i] - (zero ? zeros[from + i * step] : 0)) * scales[from + i * step];
    });
  });
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
