// JSON that somebody else wrote: what could be read in two ways is refused.
#pragma once

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>

namespace visavis::cli {

using Json = nlohmann::ordered_json;

// What is no JSON at all: the message says where and why.
class NoJson : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws NoJson, or std::runtime_error when an object has a key twice, of which readers take now the first and now the
// last, or when it is nested deeper than `deepest`.
Json read_json(std::string_view text, int deepest);

}  // namespace visavis::cli
