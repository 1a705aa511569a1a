// A table of words; longer ones come first.
#include "command_words.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

namespace visavis::cli {
namespace {

constexpr std::pair<std::string_view, std::string_view> kWords[] = {
    {"; open it read-only, or give the right to write", ": give the right to write"},
    {"exists already; say so if it is to be replaced (File exists)", "exists already; --force replaces it"},
    {"exists already; say so if it is to be replaced", "exists already; --force replaces it"},
    {"; try again, or give a longer busy_timeout_ms", "; try again, or wait longer with --wait"},
    {"expected_head", "--head"},
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
    {"Open the models of the set", "Give --model-set"},
    {"Open that model by the name that it has here", "Give --model-set the name that this model has here"},
    {"open the models with another set", "give another --model-set"},
    {"give a threshold, or set", "give --threshold, or set"},
    {"give the models the table of error rates that `visavis calibrate -o` makes of photos of yours",
     "give with --calibration the table of error rates that `visavis calibrate -o` makes of photos of yours"},
    {"options.calibration", "--calibration"},
    {"options.set", "--model-set"},
    {"options.directory", "--models"},
    {"options.threshold", "--threshold"},
    {"options.backend", "--backend"},
    {"options.precision", "--precision"},
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

// Replaces whole words only, not a part of a path.
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

// For words that the table does not have: the parameters of a call are options of the command, more or less.
void replace_parameters(std::string& text) {
  for (const std::string_view structure : {"options.", "fields.", "query.", "detect.", "search.", "analyze."})
    for (size_t at = 0; (at = text.find(structure, at)) != std::string::npos;) {
      size_t end = at + structure.size();
      while (end < text.size() && (std::islower(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
      const bool within = at > 0 && (is_word(text[at - 1]) || text[at - 1] == '/' || text[at - 1] == '-');
      const bool file = end < text.size() && is_word(text[end]) && text[end] != '.';
      if (within || file || end == at + structure.size() || text.substr(end, 1) == ".") {
        at = end;
        continue;
      }
      std::string option = "--" + text.substr(at + structure.size(), end - at - structure.size());
      std::ranges::replace(option, '_', '-');
      text.replace(at, end - at, option);
      at += option.size();
    }
}

// Removes "(SQLite 26: file is not a database)": users cannot do anything with the number.
void drop_numbers(std::string& text) {
  constexpr std::string_view kStart = "(SQLite ";
  for (size_t at = 0; (at = text.find(kStart, at)) != std::string::npos; ++at) {
    size_t end = at + kStart.size();
    while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
    if (text.compare(end, 2, ": ") == 0) text.erase(at + 1, end + 2 - (at + 1));
  }
}

// Quoted as a shell reads it.
std::string quoted(const std::string& path) {
  const bool plain = !path.empty() && std::ranges::all_of(path, [](unsigned char c) {
    return std::isalnum(c) || c >= 0x80 || std::string_view("/._-+,:@%~").find(char(c)) != std::string_view::npos;
  });
  if (plain) return path;
  std::string text = "'";
  for (const char c : path) text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

std::string models_folder;  // quoted

}  // namespace

void name_models_folder(const std::string& folder) { models_folder = folder.empty() ? "" : quoted(folder); }

std::string in_command_words(std::string message) {
  for (const auto& [from, to] : kWords) replace_words(message, from, to);
  replace_parameters(message);
  drop_numbers(message);
  constexpr std::string_view kFetch = "visavis models fetch";
  if (!models_folder.empty())
    for (size_t at = 0; (at = message.find(kFetch, at)) != std::string::npos;)
      message.insert(at += kFetch.size(), " --models " + models_folder);
  if (message.find("the gallery is encrypted: give its") != std::string::npos)
    message += " by --unlock, such as --unlock prompt or --unlock file:PATH";
  return message;
}

}  // namespace visavis::cli
