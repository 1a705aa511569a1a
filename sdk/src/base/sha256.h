// SHA-256, all at once or piece by piece.
#pragma once

#include <nettle/sha2.h>

#include <cstdint>
#include <span>
#include <string>

namespace visavis {

class Sha256 {
 public:
  Sha256();
  void update(std::span<const uint8_t> bytes);
  // 64 lower-case hexadecimal digits of everything so far; update() may go on afterwards.
  std::string hex() const;

 private:
  sha256_ctx state_;
};

std::string sha256_hex(std::span<const uint8_t> bytes);

}  // namespace visavis
