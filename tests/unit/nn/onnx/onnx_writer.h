// Writes small ONNX files for the tests, right ones and wrong ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::testing_support {

// One protobuf message.
class Message {
 public:
  Message& integer(uint32_t field, int64_t value) {
    varint(field << 3);
    varint(uint64_t(value));
    return *this;
  }
  Message& real(uint32_t field, float value) {
    varint(field << 3 | 5);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Message& text(uint32_t field, std::string_view value) {
    varint(field << 3 | 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(uint32_t field, const Message& value) { return text(field, value.bytes_); }
  void varint(uint64_t value) {
    for (; value > 127; value >>= 7) bytes_ += char((value & 127) | 128);
    bytes_ += char(value);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

using Dims = std::vector<int64_t>;
using Texts = std::vector<std::string>;

// A constant; `type` is TensorProto.DataType's number.
template <class T>
Message tensor(std::string_view name, int type, const Dims& dims, const std::vector<T>& values) {
  Message made;
  for (const int64_t dim : dims) made.integer(1, dim);
  made.integer(2, type).text(8, name);
  made.text(9, {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  return made;
}
inline Message reals(std::string_view name, const Dims& dims, const std::vector<float>& values) {
  return tensor(name, 1, dims, values);
}
inline Message integers(std::string_view name, const std::vector<int64_t>& values) {
  return tensor(name, 7, {int64_t(values.size())}, values);
}

inline Message attribute(std::string_view name, int64_t value) {
  return Message().text(1, name).integer(3, value).integer(20, 2);
}
inline Message attribute(std::string_view name, float value) {
  return Message().text(1, name).real(2, value).integer(20, 1);
}
inline Message attribute(std::string_view name, const char* value) {
  return Message().text(1, name).text(4, value).integer(20, 3);
}
inline Message attribute(std::string_view name, const Dims& values) {
  Message made;
  made.text(1, name);
  for (const int64_t value : values) made.integer(8, value);
  return made.integer(20, 7);
}

inline Message node(std::string_view type, const Texts& inputs, const Texts& outputs,
                    const std::vector<Message>& attributes = {}, std::string_view domain = "") {
  Message made;
  for (const std::string& input : inputs) made.text(1, input);
  for (const std::string& output : outputs) made.text(2, output);
  made.text(3, "n_" + (outputs.empty() ? std::string() : outputs[0])).text(4, type);
  for (const Message& attribute : attributes) made.message(5, attribute);
  return domain.empty() ? made : made.text(7, domain);
}

inline Message value(std::string_view name, const Dims& dims, int type = 1) {
  Message shape;
  for (const int64_t dim : dims) shape.message(1, dim > 0 ? Message().integer(1, dim) : Message().text(2, "n"));
  return Message().text(1, name).message(2, Message().message(1, Message().integer(1, type).message(2, shape)));
}

// The parts of a model; write() puts them into a file.
struct OnnxModel {
  Dims input = {1, 1, 2, 2};
  std::vector<Message> constants = {}, nodes = {};
  Texts outputs = {"y"};
  int64_t opset = 21;

  std::string write() const {
    Message graph;
    for (const Message& node : nodes) graph.message(1, node);
    for (const Message& constant : constants) graph.message(5, constant);
    graph.message(11, value("x", input));
    for (const std::string& output : outputs) graph.message(12, value(output, {}));
    return Message().integer(1, 8).message(8, Message().integer(2, opset)).message(7, graph).bytes();
  }
};

}  // namespace visavis::testing_support
