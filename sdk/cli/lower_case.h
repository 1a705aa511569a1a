// Words that programs read, such as endings of files, without the difference of upper and lower case.
#pragma once

#include <string>

namespace visavis::cli {

// ASCII letters become small ones; all other bytes stay, whatever the locale is.
inline std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  return text;
}

}  // namespace visavis::cli
