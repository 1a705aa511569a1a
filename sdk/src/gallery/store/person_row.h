// How the row of a person is read and written. Its tag covers what it says (columns.cc tells what not) and the groups
// of the person: if somebody alters the row without the key, or it is damaged, reading it fails.
#pragma once

#include <cstdint>
#include <string>

#include "gallery/records.h"
#include "gallery/store/codec.h"
#include "gallery/store/query.h"

namespace visavis {

// The statements on persons' rows that name all columns, composed once; sql.h has the others.
struct PersonSql {
  std::string insert, write;  // bind_person() binds them
  std::string one, every;     // these do not count templates; `one` is for each person that a search names
  std::string page, by_name, by_external_id, by_group;
  static const PersonSql& get();
};

// Reads a row that one of these statements gave. Error GALLERY_CORRUPT when its tag does not fit its content.
Person read_person_row(Connection& connection, const Codec& codec, const Query& row);

// Binds all that a person's row holds to `insert` or `write`. The tag must be written afterwards.
void bind_person(Query& query, const Codec& codec, const Person& person);

// Writes the tag for a person's row as it is now. Without such a person, does nothing.
void tag_person_row(Connection& connection, const Codec& codec, int64_t person);

// The groups of a person in ascending order, as the tag covers them.
std::vector<int64_t> groups_of(Connection& connection, int64_t person);

// Changes in `person` what `fields` set. Groups are not among them.
void apply(const PersonFields& fields, Person& person);

}  // namespace visavis
