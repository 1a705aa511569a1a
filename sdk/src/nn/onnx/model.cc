// The messages of ONNX: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3 has the numbers of their fields.
#include "nn/onnx/model.h"

#include <algorithm>

namespace visavis::onnx {
namespace {

constexpr size_t kMostDims = 8;

// How many bytes a value has in raw data; 0 for types that are not read.
size_t size_of(DataType type) {
  switch (type) {
    case DataType::uint8:
    case DataType::int8:
    case DataType::boolean:
      return 1;
    case DataType::real:
    case DataType::int32:
      return 4;
    case DataType::int64:
      return 8;
  }
  return 0;
}

class Parser {
 public:
  Model parse(Bytes file) {
    if (file.size() > kMostFile) too_large("it has more than 512 MiB");
    bool have_graph = false;
    for (WireReader in(file); in.next();) switch (in.field()) {
        case 7:
          if (have_graph) damaged("it has two graphs");
          have_graph = true;
          graph(in.bytes());
          break;
        case 8:
          opset(in.bytes());
          break;
        default:
          break;
      }
    if (!have_graph) damaged("it has no graph");
    if (model_.opset == 0) damaged("it does not say which version of ONNX's operators it has");
    return std::move(model_);
  }

 private:
  void count() {
    if (++parts_ > kMostParts) too_large("it has more than " + std::to_string(kMostParts) + " parts");
  }

  void opset(Bytes message) {
    std::string_view domain;
    int64_t version = 0;
    for (WireReader in(message); in.next();) {
      if (in.field() == 1) domain = in.text();
      if (in.field() == 2) version = in.integer();
    }
    if (domain.empty() || domain == "ai.onnx") model_.opset = version;
  }

  void graph(Bytes message) {
    for (WireReader in(message); in.next();) switch (in.field()) {
        case 1:
          if (model_.nodes.size() == kMostNodes) too_large("it has more than " + std::to_string(kMostNodes) + " nodes");
          count();
          model_.nodes.push_back(node(in.bytes()));
          break;
        case 5:
          count();
          model_.constants.push_back(constant(in.bytes()));
          break;
        case 11:
          count();
          model_.inputs.push_back(value_info(in.bytes()));
          break;
        case 12:
          count();
          model_.outputs.push_back(value_info(in.bytes()));
          break;
        case 15:
          throw Error(VAV_E_UNSUPPORTED, "the ONNX model has sparse weights, which are not read");
        default:
          break;
      }
  }

  Node node(Bytes message) {
    Node made;
    for (WireReader in(message); in.next();) switch (in.field()) {
        case 1:
          count();
          made.inputs.push_back(in.text());
          break;
        case 2:
          count();
          made.outputs.push_back(in.text());
          break;
        case 3:
          made.name = in.text();
          break;
        case 4:
          made.type = in.text();
          break;
        case 5:
          count();
          made.attributes.push_back(attribute(in.bytes()));
          break;
        case 7:
          made.domain = in.text();
          break;
        default:
          break;
      }
    return made;
  }

  Attribute attribute(Bytes message) {
    Attribute made;
    for (WireReader in(message); in.next();) switch (in.field()) {
        case 1:
          made.name = in.text();
          break;
        case 2:
          made.real = in.real();
          break;
        case 3:
          made.integer = in.integer();
          break;
        case 4:
          made.text = in.text();
          break;
        case 5:
          made.constant = constant(in.bytes());
          break;
        case 7:
          in.add_reals(made.reals, kMostElements);
          break;
        case 8:
          add_integers(in, made.integers);
          break;
        case 20:
          made.type = in.integer();
          break;
        default:
          break;
      }
    return made;
  }

  void add_integers(const WireReader& in, std::vector<int64_t>& list) {
    const size_t before = list.size();
    in.add_integers(list, before + integers_left_);
    integers_left_ -= list.size() - before;
  }

  Constant constant(Bytes message) {
    Constant made;
    for (WireReader in(message); in.next();) switch (in.field()) {
        case 1:
          in.add_integers(made.dims, kMostDims);
          break;
        case 2:
          made.type = DataType(in.integer());
          break;
        case 4:
          in.add_reals(made.reals, kMostElements);
          break;
        case 5:
        case 7:
          add_integers(in, made.integers);
          break;
        case 8:
          made.name = in.text();
          break;
        case 9:
          made.raw = in.bytes();
          break;
        case 13:
          throw Error(VAV_E_UNSUPPORTED,
                      "the ONNX model has weights in other files, which are not read: save it as one file");
        case 14:
          if (in.integer() != 0)
            throw Error(VAV_E_UNSUPPORTED, "the ONNX model has weights in other files, which are not read");
          break;
        default:
          break;
      }
    check(made);
    return made;
  }

  // That it has as many values as its dimensions say, in one place.
  static void check(Constant& constant) {
    const std::string what = "the constant " + shown(constant.name);
    constant.count = 1;
    for (const int64_t dim : constant.dims) {
      if (dim < 0) damaged(what + " has a negative size");
      if (dim > 0 && constant.count > kMostElements / uint64_t(dim)) too_large(what + " has too many values");
      constant.count *= size_t(dim);
    }
    const size_t size = size_of(constant.type);
    if (size == 0) return;  // an error where somebody asks for its values
    const bool is_real = constant.type == DataType::real;
    const size_t raw = constant.raw.size(), reals = constant.reals.size(), integers = constant.integers.size();
    const bool fits = raw != 0  ? raw == constant.count * size && reals == 0 && integers == 0
                      : is_real ? reals == constant.count && integers == 0
                                : integers == constant.count && reals == 0;
    if (!fits) damaged(what + " has not as many values as its size says");
  }

  ValueInfo value_info(Bytes message) {
    ValueInfo made;
    for (WireReader in(message); in.next();) {
      if (in.field() == 1) made.name = in.text();
      if (in.field() == 2) type(in.bytes(), made);
    }
    return made;
  }

  void type(Bytes message, ValueInfo& made) {
    made.type = DataType(0);
    for (WireReader kinds(message); kinds.next();) {
      if (kinds.field() != 1) continue;  // a sequence, a map
      for (WireReader in(kinds.bytes()); in.next();) {
        if (in.field() == 1) made.type = DataType(in.integer());
        if (in.field() == 2) shape(in.bytes(), made.dims);
      }
    }
  }

  void shape(Bytes message, std::vector<int64_t>& dims) {
    for (WireReader in(message); in.next();) {
      if (in.field() != 1) continue;
      if (dims.size() == kMostDims) damaged("an input or output has too many dimensions");
      int64_t value = 0;
      for (WireReader dim(in.bytes()); dim.next();)
        if (dim.field() == 1) value = dim.integer();
      dims.push_back(std::max<int64_t>(value, 0));
    }
  }

  Model model_;
  size_t parts_ = 0, integers_left_ = kMostIntegers;
};

}  // namespace

void too_large(const std::string& what) { throw Error(VAV_E_LIMIT_EXCEEDED, "the ONNX model is too large: " + what); }

std::string shown(std::string_view name) {
  constexpr size_t kMost = 60;
  std::string text = "\"";
  for (const char c : name.substr(0, kMost)) text += c >= ' ' && c <= '~' ? c : '?';
  return text + (name.size() > kMost ? "…\"" : "\"");
}

Model parse(Bytes file) { return Parser().parse(file); }

}  // namespace visavis::onnx
