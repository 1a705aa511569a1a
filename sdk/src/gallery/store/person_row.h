// A person's row carries a tag of all it says and of the groups joined: whoever alters it without the key, or by
// accident, is found out when the row is read.
#pragma once

#include <cstdint>

#include "gallery/records.h"
#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

// `row` is a row of one of sql.h's kPersons…. Error GALLERY_CORRUPT when its tag is not that of its content.
Person read_person_row(Connection& connection, const Codec& codec, const Query& row);

// Writes the tag of a person's row as it is now; nothing when there is no such person.
void tag_person_row(Connection& connection, const Codec& codec, int64_t person);

}  // namespace visavis
