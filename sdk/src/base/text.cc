// UTF-8 validation by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#include "base/text.h"

#include <cstdint>
#include <cstring>

#include "base/error.h"

namespace visavis {

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t k) { return static_cast<uint8_t>(text[k]); };
    const uint8_t lead = byte(i);
    const int length = lead < 0x80                    ? 1
                       : lead >= 0xC2 && lead <= 0xDF ? 2
                       : lead >= 0xE0 && lead <= 0xEF ? 3
                       : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                      : 0;
    if (length == 0 || text.size() - i < static_cast<size_t>(length)) return false;
    for (int k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    if ((lead == 0xE0 && byte(i + 1) < 0xA0) || (lead == 0xED && byte(i + 1) > 0x9F) ||
        (lead == 0xF0 && byte(i + 1) < 0x90) || (lead == 0xF4 && byte(i + 1) > 0x8F))
      return false;
    i += length;
  }
  return true;
}

std::string checked_text(const char* text, size_t max_bytes, const char* what) {
  if (!text) throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + " is NULL");
  const size_t length = strnlen(text, max_bytes + 1);
  if (length > max_bytes)
    throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + " is longer than " + std::to_string(max_bytes) + " bytes");
  std::string copy(text, length);
  if (!is_utf8(copy)) throw Error(VAV_E_TEXT_ENCODING, std::string(what) + " is not valid UTF-8");
  return copy;
}

}  // namespace visavis
