// Where the library lies, for what is looked for beside it.
#pragma once

#include <string>

namespace visavis {

// The file that this code was loaded from, by its full path: the library, or a program that holds it in itself. "" where
// nobody says. What the loader was given may be relative to a folder that is not the current one any more, and another
// library may lie under that name in this one.
std::string own_file();

}  // namespace visavis
