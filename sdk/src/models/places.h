// Where models lie on this machine.
#pragma once

#include <string>

namespace visavis {

// $XDG_CACHE_HOME/visavis/models, else $HOME/.cache/visavis/models; "" when neither is set.
std::string user_cache_directory();

// share/visavis/models in the prefix this library was installed into; "" when that cannot be told.
std::string installed_directory();

}  // namespace visavis
