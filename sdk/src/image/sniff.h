// Finds out what a file is from its first bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace visavis {

// "JPEG", "PNG", "WebP", "GIF", "BMP", "TIFF", "HEIC" or "AVIF"; for anything else words that complete "this is …",
// such as "a PDF".
std::string sniff(std::span<const uint8_t> bytes);

}  // namespace visavis
