// How commands fail: exceptions that main turns into a message on stderr and an exit code.
#pragma once

#include <stdexcept>
#include <string>

#include "visavis/base.hpp"

namespace visavis::cli {

// An Error whose message is shown as it is: it comes from the command itself, or from the library and was put into the
// command's words. The code is VAV_OK if the failure is the command's own.
class Failure : public Error {
 public:
  explicit Failure(const std::string& message, vav_status code = VAV_OK) : Error(code, message) {}
};

// A Failure with a message of several lines, all from the command itself.
class LongFailure : public Failure {
 public:
  using Failure::Failure;
};

// Exit 2: what was asked for makes no sense.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The Failure for an error of the library, in the words of the command.
Failure told(const Error& error);

// The exit code of an error: 3, or 2 if the library refused a value that the user gave.
int exit_code_of(const Error& error);

// Whether an error is not about the picture at hand, such as a missing model or too little memory. Such an error ends
// the command.
bool is_no_pictures_fault(const Error& error);

}  // namespace visavis::cli
