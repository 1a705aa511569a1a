// How the row of a group is read. It has no tag; instead the key by which the group is found must be that of its name.
#pragma once

#include <string>

#include "gallery/store/codec.h"
#include "gallery/store/query.h"

namespace visavis {

// Which columns of a query hold what.
struct GroupColumns {
  int id, name, key;
};
// Error GALLERY_CORRUPT when name and key are not of one group, or there is no name.
std::string read_group_name(const Connection& connection, const Codec& codec, const Query& row, GroupColumns columns);

}  // namespace visavis
