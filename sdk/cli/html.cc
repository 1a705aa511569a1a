// Makes texts safe for HTML pages.
#include "html.h"

#include <filesystem>

#include "lower_case.h"

namespace visavis::cli {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

bool is_html(const std::string& path) {
  return lower_case(std::filesystem::path(path).extension().string()) == ".html";
}

}  // namespace visavis::cli
