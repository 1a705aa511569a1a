// If somebody alters only the name or only the key, a person would be in the group when asked one way and not when
// asked the other way.
#include "gallery/store/group_row.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace visavis {

std::string read_group_name(const Connection& connection, const Codec& codec, const Query& row, GroupColumns columns) {
  const int64_t id = row.integer(columns.id);
  std::string name = codec.text_of(row, columns.name, {Column::group_name, 0, id}).value_or("");
  std::string asked_by = normal_form(name);
  const auto keys = codec.keys(asked_by, Column::group_name);
  wipe(asked_by);
  if (name.empty() || std::ranges::none_of(keys, [&](const StoredValue& key) { return row.holds(columns.key, key); }))
    throw Error(VAV_E_GALLERY_CORRUPT, connection.path() + ": group " + std::to_string(id) +
                                           " is found by a key that is not its name's; somebody has altered the file, "
                                           "or it is damaged: restore a backup");
  return name;
}

}  // namespace visavis
