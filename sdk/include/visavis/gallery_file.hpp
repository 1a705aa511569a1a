/* C++ layer: what a check of a gallery found, and jobs: backup, export, import. */
#ifndef VISAVIS_GALLERY_FILE_HPP
#define VISAVIS_GALLERY_FILE_HPP

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "visavis/base.hpp"
#include "visavis/gallery_file.h"
#include "visavis/key.hpp"

namespace visavis {
inline namespace cpp {

/** What a gallery check found: one line for each problem, none when it is sound. */
class CheckReport
    : public detail::List<CheckReport, vav_check_report, vav_check_report_destroy, vav_check_report_count> {
 public:
  using List::List;
  std::string operator[](std::int32_t index) const {
    return detail::copied(vav_check_report_problem(get(), checked(index)));
  }
};

/** How far a job is, in units of its own. */
struct JobProgress {
  bool finished; /* all is done */
  std::int64_t done;
  std::optional<std::int64_t> total; /* empty: not known yet */

  explicit operator bool() const = delete;
};

/**
 * Work that takes a while, done piece by piece by run(), or by finish() to the end. Destroyed before it is finished, it
 * leaves nothing behind. From one thread at a time. The gallery may be closed meanwhile.
 */
class Job : public detail::Caller<vav_job, vav_job_destroy> {
 public:
  /** Takes over a job of the C API, and what it calls back. */
  explicit Job(vav_job *job, std::shared_ptr<detail::Callbacks> callbacks = nullptr) noexcept
      : Caller(job, std::move(callbacks)) {}
  /** Goes on for about so many milliseconds, 0 = to the end. After an error it can only be destroyed: WRONG_STATE. */
  JobProgress run(std::int32_t milliseconds = 0) {
    const auto plain = detail::item<vav_job_progress>(vav_job_run, get(), milliseconds);
    return {plain.finished == 1, plain.done, detail::maybe(plain.total)};
  }
  /**
   * Runs to the end and calls `progress(const JobProgress &)` about each `milliseconds`. What it throws ends this call;
   * the job can go on from there or be destroyed.
   */
  template <class Progress>
  void finish(Progress &&progress, std::int32_t milliseconds = 100) {
    for (bool finished = false; !finished;) {
      const JobProgress now = run(milliseconds);
      finished = now.finished;
      progress(now);
    }
  }
  void finish() { run(0); }
};

}  // namespace cpp
}  // namespace visavis

#endif
