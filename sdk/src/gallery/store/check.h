// Reading a whole gallery to say what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"
#include "types/recipe.h"

namespace visavis {

// One line per problem, none when it is sound. At most about 100 of each kind.
std::vector<std::string> check_gallery(Connection& connection, const Recipe& recipe, const Codec& codec);

}  // namespace visavis
