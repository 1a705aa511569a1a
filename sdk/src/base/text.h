// Checks UTF-8 texts that come from outside.
#pragma once

#include <string>
#include <string_view>

namespace visavis {

bool is_utf8(std::string_view text);

// In Unicode's normal form C: what looks the same, typed on another machine, is the same. `text` must be UTF-8.
std::string normal_form(const std::string& text);
bool same_text(const std::string& a, const std::string& b);

// Nothing in it can be seen: empty, or only white space, control and format characters.
bool is_blank(const std::string& text);

// The text, or Error INVALID_ARGUMENT (NULL, longer than max_bytes) / TEXT_ENCODING naming `what`.
// Reads at most max_bytes + 1 bytes.
std::string checked_text(const char* text, size_t max_bytes, const char* what);

}  // namespace visavis
