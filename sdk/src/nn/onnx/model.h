// An ONNX file as it stands: its nodes, constants, inputs and outputs, with nothing yet understood of its operators.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "nn/onnx/wire.h"

namespace visavis::onnx {

// The numbers are those of TensorProto.DataType; a file may have others.
enum class DataType : int64_t { real = 1, uint8 = 2, int8 = 3, int32 = 6, int64 = 7, boolean = 9 };

// The values of a constant: bytes of the file, or one of the lists; constant.h reads them.
struct Constant {
  std::string_view name;
  DataType type = DataType::real;
  std::vector<int64_t> dims;
  size_t count = 0;  // the product of dims
  Bytes raw;
  std::vector<float> reals;
  std::vector<int64_t> integers;
};

// One of these values, as `type` says; -1 for a kind that is not read.
struct Attribute {
  enum Type : int64_t { kReal = 1, kInteger = 2, kText = 3, kConstant = 4, kReals = 6, kIntegers = 7 };
  std::string_view name;
  int64_t type = -1;
  float real = 0;
  int64_t integer = 0;
  std::string_view text;
  std::optional<Constant> constant;
  std::vector<float> reals;
  std::vector<int64_t> integers;
};

struct Node {
  std::string_view type, domain, name;
  std::vector<std::string_view> inputs, outputs;  // "" = left out
  std::vector<Attribute> attributes;
};

struct ValueInfo {
  std::string_view name;
  DataType type = DataType::real;
  std::vector<int64_t> dims;  // 0 = open
};

// Its texts and raw values lie in the file's bytes, which must outlive it.
struct Model {
  int64_t opset = 0;
  std::vector<Node> nodes;
  std::vector<Constant> constants;
  std::vector<ValueInfo> inputs, outputs;
};

// What a file may have. Whoever needs more than this has no network for faces.
inline constexpr size_t kMostFile = size_t{512} << 20;
inline constexpr size_t kMostParts = 200'000;             // nodes, their inputs, outputs and attributes, constants
inline constexpr size_t kMostNodes = 20'000;              // operators
inline constexpr size_t kMostElements = size_t{1} << 28;  // of a constant
inline constexpr size_t kMostIntegers = size_t{1} << 25;  // in lists; eight bytes each, of one in the file

// Errors MODEL_ALTERED for what is damaged, LIMIT_EXCEEDED for what is too large, UNSUPPORTED for weights in other files.
Model parse(Bytes file);

// A name of the file's for a message: cut, and without what a terminal would obey.
std::string shown(std::string_view name);

[[noreturn]] void too_large(const std::string& what);

}  // namespace visavis::onnx
