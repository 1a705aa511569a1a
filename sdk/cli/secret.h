// Where the command gets the key of an encrypted gallery: never from the command line itself, which others can see.
#pragma once

#include <memory>
#include <string>

#include "visavis/key.h"

namespace visavis::cli {

// A key or passphrase, wiped at the end.
class Secret {
 public:
  // `source` is file:PATH (32 bytes, or 64 hexadecimal digits), passphrase-file:PATH (its first line), env:NAME (the
  // passphrase in that variable) or prompt. With `confirm`, a prompt asks twice. WrongUse or Failure says what is
  // wrong.
  Secret(const std::string& source, bool confirm);
  ~Secret();
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // Borrowed.
  const vav_gallery_key* key() const { return &key_; }

 private:
  std::string bytes_;
  vav_gallery_key key_ = VAV_GALLERY_KEY_INIT;
};

inline constexpr const char* kSecretHelp =
    "The key of an encrypted gallery: file:PATH (32 bytes or 64 hex digits), passphrase-file:PATH, env:NAME (a "
    "passphrase) or prompt";

}  // namespace visavis::cli
