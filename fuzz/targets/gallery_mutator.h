// Changes the file of a gallery as somebody would who knows SQLite's format: whole pages, cells, pointers, the schema's text,
// values, the log. Everything follows from the seed.
#pragma once

#include <random>
#include <string>

namespace visavis::fuzz {

// A gallery's file, or what is left of one, and its log; `what` says what was done.
struct Mutant {
  std::string file, log, what;
};

// `seed` chooses what is done to `file`, whose connection must be closed. `scratch` is a path where a copy may lie.
Mutant mutate(const std::string& file, unsigned seed, const std::string& scratch);

}  // namespace visavis::fuzz
