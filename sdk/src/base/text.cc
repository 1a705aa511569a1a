// UTF-8 validation by RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
#include "base/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "base/error.h"

namespace visavis {

bool is_utf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const auto byte = [&](size_t k) { return uint8_t(text[k]); };
    const uint8_t lead = byte(i);
    const int length = lead < 0x80                    ? 1
                       : lead >= 0xC2 && lead <= 0xDF ? 2
                       : lead >= 0xE0 && lead <= 0xEF ? 3
                       : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                      : 0;
    if (length == 0 || text.size() - i < size_t(length)) return false;
    for (int k = 1; k < length; ++k)
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    if ((lead == 0xE0 && byte(i + 1) < 0xA0) || (lead == 0xED && byte(i + 1) > 0x9F) ||
        (lead == 0xF0 && byte(i + 1) < 0x90) || (lead == 0xF4 && byte(i + 1) > 0x8F))
      return false;
    i += length;
  }
  return true;
}

std::string normal_form(const std::string& text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::all_of(text, is_ascii)) return text;
  utf8proc_uint8_t* mapped = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &mapped, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (size == UTF8PROC_ERROR_NOMEM) throw std::bad_alloc();
  if (size < 0) return text;  // not UTF-8, or characters newer than the library
  return {reinterpret_cast<const char*>(mapped), size_t(size)};
}

bool same_text(const std::string& a, const std::string& b) { return a == b || normal_form(a) == normal_form(b); }

bool is_blank(const std::string& text) {
  const auto* rest = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = static_cast<utf8proc_ssize_t>(text.size()); left > 0;) {
    utf8proc_int32_t character = 0;
    const auto size = utf8proc_iterate(rest, left, &character);
    if (size <= 0) return false;
    rest += size;
    left -= size;
    // Such as the Hangul fillers, which are letters; and the braille pattern without a dot.
    if (utf8proc_get_property(character)->ignorable || character == 0x2800) continue;
    switch (utf8proc_category(character)) {
      case UTF8PROC_CATEGORY_ZS:
      case UTF8PROC_CATEGORY_ZL:
      case UTF8PROC_CATEGORY_ZP:
      case UTF8PROC_CATEGORY_CC:
      case UTF8PROC_CATEGORY_CF:
        break;
      default:
        return false;
    }
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
