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

/** What a check of a gallery found: one line for each problem, none if all is well. */
class CheckReport
    : public detail::List<CheckReport, vav_check_report, vav_check_report_destroy, vav_check_report_count> {
 public:
  using List::List;
  std::string operator[](std::int32_t index) const {
    return detail::copied(vav_check_report_problem(get(), checked(index)));
  }
};

/** How far a job is. The unit differs from job to job: show done / total. */
struct JobProgress {
  bool finished;                     /* true: all is done */
  std::int64_t done;                 /* units done so far */
  std::optional<std::int64_t> total; /* units in all; empty = not known yet */

  explicit operator bool() const = delete;
};

namespace detail {

inline JobProgress progress(const vav_job_progress &plain) {
  return {plain.finished == 1, plain.done, maybe(plain.total)};
}

/* Runs what has run() to its end. */
template <class Work, class Progress>
void finish(Work &work, Progress &&progress, std::int32_t milliseconds) {
  for (bool finished = false; !finished;) {
    const JobProgress now = work.run(milliseconds);
    finished = now.finished;
    progress(now);
  }
}

}  // namespace detail

/**
 * Work that takes long: run() does a piece of it, finish() does all of it. If a job is destroyed before it is finished,
 * what it did is undone. For one thread at a time. The gallery may be closed meanwhile.
 */
class Job : public detail::Caller<vav_job, vav_job_destroy> {
 public:
  /** Owns a job of the C API from now on, and what it calls back. */
  explicit Job(vav_job *job, std::shared_ptr<detail::Callbacks> callbacks = nullptr) noexcept
      : Caller(job, std::move(callbacks)) {}
  /** Works for about `milliseconds`; 0 = to the end. After it threw, every further call is WRONG_STATE. */
  JobProgress run(std::int32_t milliseconds = 0) {
    return detail::progress(detail::item<vav_job_progress>(vav_job_run, get(), milliseconds));
  }
  /**
   * Works to the end, and calls `progress(const JobProgress &)` about every `milliseconds`. If that throws, this call
   * throws it; the job can be continued or destroyed.
   */
  template <class Progress>
  void finish(Progress &&progress, std::int32_t milliseconds = 100) {
    detail::finish(*this, std::forward<Progress>(progress), milliseconds);
  }
  /** Works to the end. */
  void finish() { run(0); }
};

}  // namespace cpp
}  // namespace visavis

#endif
