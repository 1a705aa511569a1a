// Texts on HTML pages.
#pragma once

#include <string>

namespace visavis::cli {

// As text or within the quotes of an attribute: nothing in it is markup.
std::string escaped(const std::string& text);

// Whether a file is called .html (any case).
bool is_html(const std::string& path);

}  // namespace visavis::cli
