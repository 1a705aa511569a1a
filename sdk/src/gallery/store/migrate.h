// How a file of an earlier version becomes one of this version, with all that it holds.
#pragma once

#include <cstdint>
#include <functional>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

// Tables that are not as they are now are set aside, made anew and filled, so that the file is word for word what a new
// one is. Then their rows: each is read by the rules of the version it comes from, and sealed and tagged by those of
// now. A row that its own version would refuse stays refused, and `gallery check` names it. `codec` reads the keys,
// once the tables are ours. A transaction must be open, and TablesApart around it.
void migrate(Connection& connection, int64_t from, const std::function<Codec()>& codec);

}  // namespace visavis
