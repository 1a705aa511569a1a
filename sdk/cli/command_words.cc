// A table of words, the longer ones first.
#include "command_words.h"

#include <cctype>
#include <string_view>
#include <utility>

namespace visavis::cli {
namespace {

constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"exists already; say so if it is to be replaced", "exists already; --force replaces it"},
    {"; try again, or give a longer busy_timeout_ms", "; try again, or wait longer with --wait"},
    {"fields.external_id", "--external-id"},
    {"fields.consent_ref", "--consent"},
    {"fields.consent_at", "--consent-at"},
    {"fields.valid_until", "--valid-until"},
    {"fields.valid_from", "--valid-from"},
    {"fields.expires_at", "--expires"},
    {"fields.metadata", "--metadata"},
    {"fields.source", "the name of the picture's file"},
    {"fields.name", "the name"},
    {"query.external_id", "ext:"},
    {"query.person", "id:"},
    {"query.group", "--group"},
    {"query.limit", "--limit"},
    {"query.after", "--after"},
    {"query.name", "the name"},
    {"options.max_megapixels", "--max-megapixels"},
    {"options.max_pixels", "--max-megapixels"},
    {"options.busy_timeout_ms", "--wait"},
    {"options.audit_label", "--audit-label"},
    {"options.directory", "--models"},
    {"options.threshold", "--threshold"},
    {"options.backend", "--backend"},
    {"options.threads", "--threads"},
    {"options.best_of", "--best-of"},
    {"options.groups", "--group"},
    {"options.max_candidates", "-k"},
    {"options.new_key", "--new"},
    {"options.key", "--unlock"},
    {"detect.threshold", "--threshold"},
    {"detect.detector", "--detector"},
    {"detect.min_face", "--min-face"},
    {"detect.max_face", "--max-face"},
    {"detect.gray", "--gray"},
    {"detect.roi", "--roi"},
    {"max_megapixels", "--max-megapixels"},
    {"max_pixels", "--max-megapixels"},
    {"busy_timeout_ms", "--wait"},
    {"min_face", "--min-face"},
    {"max_face", "--max-face"},
};

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.'; }

// Not within another word, such as a path.
void replace_words(std::string& text, std::string_view from, std::string_view to) {
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos;) {
    const size_t end = at + from.size();
    const bool within =
        (at > 0 && (is_word(text[at - 1]) || text[at - 1] == '/' || text[at - 1] == '-')) ||
        (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_'));
    if (within && is_word(from.front())) {
      at = end;
    } else {
      text.replace(at, from.size(), to);
      at += to.size();
    }
  }
}

}  // namespace

std::string in_command_words(std::string message) {
  for (const auto& [from, to] : kWords) replace_words(message, from, to);
  if (message.find("the gallery is encrypted: give its") != std::string::npos)
    message += " by --unlock, such as --unlock prompt or --unlock file:PATH";
  return message;
}

}  // namespace visavis::cli
