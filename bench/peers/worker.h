// One side of a comparison as a process: sets up, then does its work whenever run.py asks for a turn, and tells how
// long it took. Processes wait for one another, so that the sides alternate and none disturbs another's libraries.
#pragma once

#include <chrono>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace peers {

using Json = nlohmann::json;

// The most memory this process ever had resident, in kB; 0 where the system does not tell.
inline long peak_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM:", 0) == 0) return std::stol(line.substr(6));
  return 0;
}

inline double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// `once` does the work and returns what it found, as JSON; `facts` is told with the first of it. Then each line on
// stdin is a turn: so many seconds of runs, at least one, each timed. What takes less than a third of a second is run
// once before a turn, untimed, since the caches have been another's.
template <class Once>
int serve(Json facts, Once&& once) {
  const auto started = std::chrono::steady_clock::now();
  facts["result"] = once();
  const double first = seconds_since(started);
  facts["peak_kb"] = peak_memory();
  std::cout << facts.dump() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const double budget = std::stod(line);
    if (first < 0.3) once();
    std::vector<double> seconds;
    double spent = 0;
    do {
      const auto start = std::chrono::steady_clock::now();
      once();
      seconds.push_back(seconds_since(start));
      spent += seconds.back();
    } while (spent < budget);
    std::cout << Json{{"seconds", seconds}, {"peak_kb", peak_memory()}}.dump() << std::endl;
  }
  return 0;
}

// chips.rgb: packed square RGB pictures, one after the other; dlib's are 150 px wide.
constexpr size_t kDlibChip = 150;
inline std::vector<unsigned char> read_chips(const std::string& path, size_t count, size_t width = kDlibChip) {
  std::ifstream file(path, std::ios::binary);
  std::vector<unsigned char> chips(count * width * width * 3);
  if (!file.read(reinterpret_cast<char*>(chips.data()), std::streamsize(chips.size())))
    throw std::runtime_error(path + " holds fewer than " + std::to_string(count) + " chips");
  return chips;
}

}  // namespace peers
