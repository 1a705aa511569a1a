// Draws "enrolling [#####     ]  12/40  0:07 left" over itself.
#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "writer.h"

namespace visavis::cli {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

Progress::Progress(const Context& context, int64_t total, std::string what)
    : enabled_(!context.quiet && isatty(STDERR_FILENO) != 0),
      total_(total),
      what_(std::move(what)),
      start_(steady_clock::now()),
      drawn_(start_) {}

Progress::~Progress() { hide(); }

void Progress::advance(int64_t steps) {
  const std::lock_guard lock(mutex_);
  done_ += steps;
  const auto now = steady_clock::now();
  if (!enabled_ || now - start_ < 1s || now - drawn_ < 100ms) return;
  drawn_ = now;
  draw();
}

void Progress::note(const std::string& line) {
  const std::lock_guard lock(mutex_);
  const bool was_visible = visible_;
  clear();
  err() << line << '\n';
  err().flush();
  if (was_visible) draw();
}

void Progress::hide() {
  const std::lock_guard lock(mutex_);
  clear();
}

void Progress::draw() {
  constexpr int kWidth = 30;
  const int filled = total_ > 0 ? int(std::min(done_, total_) * kWidth / total_) : 0;
  const double elapsed = std::chrono::duration<double>(steady_clock::now() - start_).count();
  const auto left = done_ > 0 ? int64_t(elapsed / done_ * std::max<int64_t>(total_ - done_, 0)) : 0;
  err()
      .raw("\r\033[K")
      .print("%s [%s%s] %lld/%lld  %lld:%02lld left", what_.c_str(), std::string(filled, '#').c_str(),
             std::string(kWidth - filled, ' ').c_str(), static_cast<long long>(done_), static_cast<long long>(total_),
             static_cast<long long>(left / 60), static_cast<long long>(left % 60));
  err().flush();
  visible_ = true;
}

void Progress::clear() {
  if (!visible_) return;
  err().raw("\r\033[K").flush();
  visible_ = false;
}

}  // namespace visavis::cli
