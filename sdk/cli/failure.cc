// From the library's errors to the command's messages and exit codes.
#include "failure.h"

#include "command_words.h"
#include "context.h"

namespace visavis::cli {

Failure told(const Error& error) {
  if (const auto* const own = dynamic_cast<const Failure*>(&error)) return *own;
  return Failure(in_command_words(error.what()), error.code());
}

int exit_code_of(const Error& error) { return error.code() == VAV_E_INVALID_ARGUMENT ? kWrongUse : kFailed; }

bool is_no_pictures_fault(const Error& error) {
  return error.code() == VAV_E_OUT_OF_MEMORY ||
         (error.code() >= VAV_E_MODEL_NOT_FOUND && error.code() <= VAV_E_MODEL_UNKNOWN);
}

}  // namespace visavis::cli
