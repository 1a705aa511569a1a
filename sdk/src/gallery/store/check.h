// Reading a whole gallery to say what is wrong with it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gallery/store/codec.h"
#include "gallery/store/owner_settings.h"
#include "gallery/store/sqlite.h"
#include "types/recipe.h"

namespace visavis {

// One line per problem, none when it is sound. At most about 100 of each kind. `read_settings`: in a transaction they may
// not be in the file yet.
std::vector<std::string> check_gallery(Connection& connection, const Recipe& recipe, const Codec& codec,
                                       const std::function<OwnerSettings()>& read_settings);

}  // namespace visavis
