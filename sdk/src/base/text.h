// UTF-8 texts that come from outside: checked before they are believed.
#pragma once

#include <string>
#include <string_view>

namespace visavis {

bool is_utf8(std::string_view text);

// The text, or Error INVALID_ARGUMENT (NULL, longer than max_bytes) / TEXT_ENCODING naming `what`.
// Reads at most max_bytes + 1 bytes.
std::string checked_text(const char* text, size_t max_bytes, const char* what);

}  // namespace visavis
