// How a file of an earlier version becomes one of this version, with all that it holds.
#pragma once

#include <cstdint>
#include <functional>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

// Tables that differ from those of this version are set aside, made again and filled, so that the file is word for word
// what a new one is. Then their rows: each is read by the rules of the version that it comes from, and sealed and
// tagged by those of this version. A row that its own version would refuse stays refused, and `gallery check` names it.
// `codec` reads the keys, once the tables are those of this version. A transaction must be open, and a TablesApart
// around it.
void migrate(Connection& connection, int64_t from, const std::function<Codec()>& codec);

}  // namespace visavis
