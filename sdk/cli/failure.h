// How commands fail: exceptions that main turns into a message on stderr and an exit code.
#pragma once

#include <stdexcept>
#include <string>

#include "command_words.h"
#include "interrupt.h"
#include "visavis/status.h"

namespace visavis::cli {

// Exit 3. `code` is the library's status, 0 when the failure is the command's own.
class Failure : public std::runtime_error {
 public:
  explicit Failure(const std::string& message, vav_status code = VAV_OK) : std::runtime_error(message), code_(code) {}
  vav_status code() const { return code_; }

 private:
  vav_status code_;
};

// One whose message has several lines, all of the command's own making.
class LongFailure : public Failure {
 public:
  using Failure::Failure;
};

// Exit 2: what was asked for makes no sense.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void check(vav_status status, const vav_error& err) {
  if (status == VAV_OK) return;
  if (status == VAV_E_CANCELLED) throw Interrupted();
  throw Failure(err.message[0] ? in_command_words(err.message) : vav_status_name(status), status);
}

// Calls a fallible function of the library, whose last parameter is vav_error*, with an error of our own.
template <class... Params, class... Args>
void call(vav_status (*function)(Params...), Args... args) {
  vav_error err = VAV_ERROR_INIT;
  check(function(args..., &err), err);
}

}  // namespace visavis::cli
