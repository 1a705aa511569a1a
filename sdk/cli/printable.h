// Text for people. Names, paths and messages may hold any character, and a terminal does what some of them say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::cli {

// Control characters (also the C1 ones and those that change the direction of writing) and bytes that are not UTF-8 are
// written as \n, \x1b or \u202e. So a name can neither forge a line nor hide one.
std::string printable(std::string_view text);

// The same for a text of several lines: line ends stay.
std::string printable_lines(std::string_view text);

// Whether nothing in it can be seen: it is empty, or has only spaces of any kind and invisible characters.
bool is_blank(std::string_view text);

// Whether all of it is valid UTF-8.
bool is_utf8(std::string_view text);

// The code points of all visible characters. A byte that is not UTF-8 counts as itself.
std::vector<uint32_t> visible_characters(std::string_view text);

// For messages that quote what the user typed: printable, and cut after about 60 characters.
std::string shortened(std::string_view text, size_t most = 60);

}  // namespace visavis::cli
