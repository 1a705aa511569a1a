// How commands fail: exceptions that main turns into a message on stderr and an exit code.
#pragma once

#include <stdexcept>
#include <string>

#include "visavis/base.hpp"

namespace visavis::cli {

// An Error whose message is told as it is: of the command's own making, or of the library in the command's words. The
// code is VAV_OK when the failure is the command's own.
class Failure : public Error {
 public:
  explicit Failure(const std::string& message, vav_status code = VAV_OK) : Error(code, message) {}
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

// What is told of an error: what the library threw gets the command's words.
Failure told(const Error& error);

// 3; 2 when the library refused a value that the user gave.
int exit_code_of(const Error& error);

// What is wrong with the models, or too little memory, is no picture's fault: it ends the command.
bool is_no_pictures_fault(const Error& error);

}  // namespace visavis::cli
