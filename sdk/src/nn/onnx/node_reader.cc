// One node of a graph seen by the code that understands its operator: its inputs, and its attributes with their defaults.
#include "nn/onnx/node_reader.h"

#include <algorithm>
#include <utility>

#include "nn/onnx/constant.h"

namespace visavis::onnx {

// All weights together: 1 GiB, and no more than a file of this size can mean. Weights of four bits are two floats a byte,
// once written out and once in their layer; small files have some for nothing.
constexpr size_t kMostFloats = size_t{1} << 28, kFloatsOfByte = 8, kFloatsOfAny = size_t{1} << 20;

Scope::Scope(size_t file_size) : left_(std::min(kMostFloats, kFloatsOfByte * file_size + kFloatsOfAny)) {}

void Scope::require_new(std::string_view name) const {
  if (name.empty()) damaged("a value has no name");
  if (value(name) || constant(name)) damaged("two values have the name " + shown(name));
}

void Scope::add(std::string_view name, Value value) {
  require_new(name);
  values_.emplace(name, value);
}

void Scope::add(std::string_view name, std::shared_ptr<const Constant> constant) {
  require_new(name);
  constants_.emplace(name, std::move(constant));
}

const Value* Scope::value(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

std::shared_ptr<const Constant> Scope::constant(std::string_view name) const {
  const auto found = constants_.find(name);
  return found == constants_.end() ? nullptr : found->second;
}

void Scope::charge(size_t floats) {
  if (floats > left_) too_large("its weights take more memory than a file of this size can mean");
  left_ -= floats;
}

std::string NodeReader::words() const {
  return "the operator " + shown(node_.type) + " (node " + shown(node_.name) + ")";
}

void NodeReader::unsupported(const std::string& what) const {
  throw Error(VAV_E_UNSUPPORTED, "the ONNX model has " + words() + ", which is not read: " + what);
}

void NodeReader::wrong(const std::string& what) const { damaged(words() + " " + what); }

std::string_view NodeReader::input_name(size_t input) const {
  if (!has(input)) wrong("lacks its input " + std::to_string(input));
  const std::string_view name = node_.inputs[input];
  if (!scope_.value(name) && !scope_.constant(name)) wrong("uses " + shown(name) + ", which no node before it makes");
  return name;
}

bool NodeReader::is_constant(size_t input) const { return scope_.constant(input_name(input)) != nullptr; }

bool NodeReader::all_constant() const {
  for (size_t i = 0; i < node_.inputs.size(); ++i)
    if (has(i) && !is_constant(i)) return false;
  return true;
}

Value NodeReader::value(size_t input) const {
  const Value* found = scope_.value(input_name(input));
  if (!found) unsupported("its input " + std::to_string(input) + " is a constant");
  return *found;
}

Value NodeReader::value(size_t input, int rank) const {
  const Value found = value(input);
  if (found.rank != rank)
    unsupported("its input has " + std::to_string(found.rank) + " dimensions and not " + std::to_string(rank));
  return found;
}

std::shared_ptr<const Constant> NodeReader::shared_constant(size_t input) const {
  auto found = scope_.constant(input_name(input));
  if (!found) unsupported("its input " + std::to_string(input) + " is not a constant");
  return found;
}

const Constant& NodeReader::constant(size_t input) const { return *shared_constant(input); }

std::vector<float> NodeReader::reals(size_t input) const {
  const Constant& found = constant(input);
  scope_.charge(found.count);
  return reals_of(found);
}

const Attribute* NodeReader::attribute(std::string_view name, int64_t type) {
  asked_.insert(name);
  const Attribute* found = nullptr;
  for (const Attribute& attribute : node_.attributes) {
    if (attribute.name != name) continue;
    if (found) wrong("has two attributes " + shown(name));
    if (attribute.type != type) wrong("has an attribute " + shown(name) + " of another type than ONNX has");
    found = &attribute;
  }
  return found;
}

int64_t NodeReader::integer(std::string_view name, int64_t missing) {
  const Attribute* found = attribute(name, Attribute::kInteger);
  return found ? found->integer : missing;
}

float NodeReader::real(std::string_view name, float missing) {
  const Attribute* found = attribute(name, Attribute::kReal);
  return found ? found->real : missing;
}

std::string_view NodeReader::text(std::string_view name, std::string_view missing) {
  const Attribute* found = attribute(name, Attribute::kText);
  return found ? found->text : missing;
}

std::vector<int64_t> NodeReader::integers(std::string_view name, const std::vector<int64_t>& missing) {
  const Attribute* found = attribute(name, Attribute::kIntegers);
  return found ? found->integers : missing;
}

const Constant* NodeReader::constant_attribute(std::string_view name) {
  const Attribute* found = attribute(name, Attribute::kConstant);
  if (found && !found->constant) wrong("has an attribute " + shown(name) + " without a value");
  return found ? &*found->constant : nullptr;
}

void NodeReader::finish() const {
  for (const Attribute& attribute : node_.attributes)
    if (!asked_.contains(attribute.name)) unsupported("its attribute " + shown(attribute.name) + " is not known");
}

}  // namespace visavis::onnx
