// A folder for one run, whole files, and the report of a program of this directory.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace visavis::reliability {

// Made inside `parent`, removed at the end.
class Scratch {
 public:
  explicit Scratch(const std::string& parent) {
    std::string name = parent + "/reliability-XXXXXX";
    if (!mkdtemp(name.data())) {
      std::perror(name.c_str());
      std::exit(2);
    }
    path_ = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string file(const std::string& name = "people.vav") const { return path_ + "/" + name; }
  void empty() const {
    for (const auto& entry : std::filesystem::directory_iterator(path_)) std::filesystem::remove_all(entry.path());
  }

 private:
  std::string path_;
};

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Counts problems and prints the first of them.
class Report {
 public:
  void problem(const std::string& where, const std::string& what) {
    if (++problems_ <= 40) std::fprintf(stderr, "%s: %s\n", where.c_str(), what.c_str());
  }
  void problems(const std::string& where, const std::vector<std::string>& all) {
    for (const std::string& one : all) problem(where, one);
  }
  int exit_code() const {
    if (problems_ > 0) std::fprintf(stderr, "%d problems\n", problems_);
    return problems_ > 0 ? 1 : 0;
  }

 private:
  int problems_ = 0;
};

}  // namespace visavis::reliability
