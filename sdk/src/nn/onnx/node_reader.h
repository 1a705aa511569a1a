// One node of a graph seen by the code that understands its operator: its inputs, and its attributes with their defaults.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "nn/onnx/model.h"

namespace visavis::onnx {

// What the nodes so far have made: outputs of layers, and constants.
struct Value {
  int layer;
  int rank;  // how many dimensions it has in the file, the pictures' number among them
};

class Scope {
 public:
  explicit Scope(size_t file_size);

  // Errors when the name is taken.
  void add(std::string_view name, Value value);
  void add(std::string_view name, std::shared_ptr<const Constant> constant);

  const Value* value(std::string_view name) const;
  std::shared_ptr<const Constant> constant(std::string_view name) const;

  // Before so many floats are made of constants; LIMIT_EXCEEDED when there were too many. One constant may be used by
  // thousands of nodes, each of which copies it.
  void charge(size_t floats);

 private:
  void require_new(std::string_view name) const;

  // Not hashed: a file could have names whose hashes are all the same.
  std::map<std::string_view, Value> values_;
  std::map<std::string_view, std::shared_ptr<const Constant>> constants_;
  size_t left_;  // floats
};

class NodeReader {
 public:
  NodeReader(const Node& node, Scope& scope, int64_t opset) : node_(node), scope_(scope), opset_(opset) {}

  const Node& node() const { return node_; }
  Scope& scope() const { return scope_; }
  int64_t opset() const { return opset_; }

  // Inputs. An error when it is missing, or of the other sort.
  bool has(size_t input) const { return input < node_.inputs.size() && !node_.inputs[input].empty(); }
  bool is_constant(size_t input) const;
  bool all_constant() const;
  Value value(size_t input) const;
  Value value(size_t input, int rank) const;
  const Constant& constant(size_t input) const;
  std::shared_ptr<const Constant> shared_constant(size_t input) const;
  std::vector<float> reals(size_t input) const;

  // Attributes. Each that is there must be asked for before finish(), which refuses the rest: they would mean something.
  int64_t integer(std::string_view name, int64_t missing);
  float real(std::string_view name, float missing);
  std::string_view text(std::string_view name, std::string_view missing);
  std::vector<int64_t> integers(std::string_view name, const std::vector<int64_t>& missing);
  const Constant* constant_attribute(std::string_view name);
  void ignore(std::string_view name) { asked_.insert(name); }
  void finish() const;

  // Errors UNSUPPORTED and MODEL_ALTERED that name the operator and the node.
  [[noreturn]] void unsupported(const std::string& what) const;
  [[noreturn]] void wrong(const std::string& what) const;
  void require(bool met, const char* what) const {
    if (!met) unsupported(what);
  }

 private:
  const Attribute* attribute(std::string_view name, int64_t type);
  std::string words() const;
  std::string_view input_name(size_t input) const;

  const Node& node_;
  Scope& scope_;
  int64_t opset_;
  std::set<std::string_view> asked_;
};

}  // namespace visavis::onnx
