// Where the command gets the key of an encrypted gallery. Never from the command line itself, which others can see.
#pragma once

#include <string>

#include "visavis/key.hpp"

namespace visavis::cli {

// `source` is file:PATH (32 bytes, or 64 hexadecimal digits), passphrase-file:PATH (its first line), env:NAME (the
// passphrase in that variable) or prompt. With `confirm`, a prompt asks twice. WrongUse or Failure says what is wrong.
Key key_from(const std::string& source, bool confirm);

inline constexpr const char* kSecretHelp =
    "The key of an encrypted gallery: file:PATH (32 bytes or 64 hex digits), passphrase-file:PATH, env:NAME (a "
    "passphrase) or prompt";

}  // namespace visavis::cli
