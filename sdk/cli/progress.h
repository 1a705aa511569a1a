// A progress bar on stderr. It is drawn only on a terminal, so that logs stay clean. Several threads may use it.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "context.h"

namespace visavis::cli {

class Progress {
 public:
  // `what` stands before the bar, such as "enrolling". Nothing is drawn with --quiet, nor in the first second.
  Progress(const Context& context, int64_t total, std::string what);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance(int64_t steps = 1);
  // Prints a line on stderr, also with --quiet. The bar does not overwrite it.
  void note(const std::string& line);
  // Removes the bar. Call it before writing to stdout, which may be the same terminal.
  void hide();

 private:
  void draw();
  void clear();

  const bool enabled_;
  const int64_t total_;
  const std::string what_;
  const std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point drawn_;
  std::mutex mutex_;
  int64_t done_ = 0;
  bool visible_ = false;
};

}  // namespace visavis::cli
