// Decodes UTF-8 and escapes what a terminal would obey.
#include "printable.h"

#include <cstdio>

namespace visavis::cli {
namespace {

// The first character of `text`: its code point and its bytes; no bytes if it is not UTF-8.
struct Character {
  uint32_t code = 0;
  size_t bytes = 0;
};

Character first_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  uint32_t code = lead & (0xffu >> (size + 1));
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool plain = code >= kLeast[size] && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return plain ? Character{code, size} : Character{};
}

bool acts_on_a_terminal(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

// Whether it is a space or has no shape.
bool is_invisible(uint32_t code) {
  return acts_on_a_terminal(code) || code == ' ' || code == 0xa0 || code == 0xad || code == 0x034f || code == 0x061c ||
         code == 0x115f || code == 0x1160 || code == 0x1680 || code == 0x17b4 || code == 0x17b5 ||
         (code >= 0x180b && code <= 0x180f) || (code >= 0x2000 && code <= 0x200f) || code == 0x202f ||
         (code >= 0x205f && code <= 0x206f) || code == 0x2800 || code == 0x3000 || code == 0x3164 ||
         (code >= 0xfe00 && code <= 0xfe0f) || code == 0xfeff || code == 0xffa0 || (code >= 0xe0000 && code <= 0xe0fff);
}

void write_out(std::string& out, uint32_t code) {
  char text[16];
  if (code == '\n' || code == '\t' || code == '\r') {
    std::snprintf(text, sizeof text, "\\%c", code == '\n' ? 'n' : code == '\t' ? 't' : 'r');
  } else {
    std::snprintf(text, sizeof text, code < 0x100 ? "\\x%02x" : "\\u%04x", unsigned(code));
  }
  out += text;
}

std::string written_out(std::string_view text, bool keep_lines) {
  std::string out;
  while (!text.empty()) {
    const Character next = first_character(text);
    if (next.bytes == 0) {
      write_out(out, static_cast<unsigned char>(text.front()));
    } else if (acts_on_a_terminal(next.code) && !(keep_lines && next.code == '\n')) {
      write_out(out, next.code);
    } else {
      out += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) { return written_out(text, false); }

std::string printable_lines(std::string_view text) { return written_out(text, true); }

std::vector<uint32_t> visible_characters(std::string_view text) {
  std::vector<uint32_t> codes;
  while (!text.empty()) {
    const Character next = first_character(text);
    if (next.bytes == 0) {
      codes.push_back(static_cast<unsigned char>(text.front()));
    } else if (!is_invisible(next.code)) {
      codes.push_back(next.code);
    }
    text.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
  }
  return codes;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t bytes = first_character(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

bool is_blank(std::string_view text) { return visible_characters(text).empty(); }

std::string shortened(std::string_view text, size_t most) {
  if (text.size() <= most) return printable(text);
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // do not cut within a character
  return printable(text.substr(0, end)) + "…";
}

}  // namespace visavis::cli
