// Which word was meant, when another was typed.
#pragma once

#include <string>
#include <vector>

namespace visavis::cli {

// The word that differs by at most two letters, or that begins with `word`; "" if there is none.
std::string nearest_word(const std::string& word, const std::vector<std::string>& words);

}  // namespace visavis::cli
