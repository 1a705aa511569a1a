// A person's row carries a tag of all it says and of the groups joined: whoever alters it without the key, or by
// accident, is found out when the row is read. What a row says is listed in columns.cc.
#pragma once

#include <cstdint>
#include <string>

#include "gallery/records.h"
#include "gallery/store/codec.h"
#include "gallery/store/query.h"

namespace visavis {

// The statements on persons' rows that name all columns, composed once; the others stand in sql.h.
struct PersonSql {
  std::string insert, write;  // bind_person() binds them
  std::string one, every;     // without counting templates: for each person that a search names
  std::string page, by_name, by_external_id, by_group;
  static const PersonSql& get();
};

// `row` is a row of one of these. Error GALLERY_CORRUPT when its tag is not that of its content.
Person read_person_row(Connection& connection, const Codec& codec, const Query& row);

// Binds all that a person's row holds to `insert` or `write`: its tag is still to be written.
void bind_person(Query& query, const Codec& codec, const Person& person);

// Writes the tag of a person's row as it is now; nothing when there is no such person.
void tag_person_row(Connection& connection, const Codec& codec, int64_t person);

// The groups a person is in, in order: the tag is over them too.
std::vector<int64_t> groups_of(Connection& connection, int64_t person);

// What is set in `fields`, groups apart.
void apply(const PersonFields& fields, Person& person);

}  // namespace visavis
