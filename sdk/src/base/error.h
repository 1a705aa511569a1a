// The one exception of the library: a status code and a text that says what, where, and what to do about it.
// Thrown anywhere inside, turned into vav_status + vav_error by capi/guard.h.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "visavis/status.h"

namespace visavis {

class Error : public std::exception {
 public:
  Error(vav_status code, std::string message) : code_(code), message_(std::move(message)) {}
  vav_status code() const noexcept { return code_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  vav_status code_;
  std::string message_;
};

}  // namespace visavis
