// Text for people: names, paths and messages may hold anything, and a terminal obeys what it reads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::cli {

// Control characters (also the C1 ones, and those that turn the direction of writing) and bytes that are no UTF-8 are
// written out, as \n, \x1b or \u202e. So a name can neither forge a line nor hide one.
std::string printable(std::string_view text);

// The same for a text of several lines: what ends a line stays.
std::string printable_lines(std::string_view text);

// Nothing in it that could be seen: empty, or spaces of any kind and characters without a shape.
bool is_blank(std::string_view text);

// Whether it is nothing but UTF-8.
bool is_utf8(std::string_view text);

// The code points of what could be seen; a byte that is no UTF-8 stands for itself.
std::vector<uint32_t> visible_characters(std::string_view text);

// For messages that quote what was typed: printable, and cut after some 60 characters.
std::string shortened(std::string_view text, size_t most = 60);

}  // namespace visavis::cli
