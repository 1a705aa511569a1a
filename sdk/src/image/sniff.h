// What a file is, told from its first bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace visavis {

// "JPEG", "PNG" or "WebP"; for anything else words that complete "this is …", such as "a GIF".
std::string sniff(std::span<const uint8_t> bytes);

}  // namespace visavis
