// A group's row has no tag: its key, which it is found by, must be that of its name.
#pragma once

#include <string>

#include "gallery/store/codec.h"
#include "gallery/store/query.h"

namespace visavis {

// The columns of a query that reads groups.
struct GroupColumns {
  int id, name, key;
};
// Error GALLERY_CORRUPT when name and key are not of one group, or there is no name.
std::string read_group_name(const Connection& connection, const Codec& codec, const Query& row, GroupColumns columns);

}  // namespace visavis
