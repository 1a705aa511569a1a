// Which of some words was meant, when another was typed.
#pragma once

#include <string>
#include <vector>

namespace visavis::cli {

// The one that is at most two letters away, or that `word` begins; "" when there is none.
std::string nearest_word(const std::string& word, const std::vector<std::string>& words);

}  // namespace visavis::cli
