// The tables of a gallery's file, and how a file of an earlier version becomes one of this version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace visavis {

class Connection;

namespace schema {

// "VAVG" in the file's header: a gallery of ours and no other application's file.
inline constexpr int64_t kApplicationId = 0x56415647;
// Raised by one whenever the tables change.
inline constexpr int64_t kVersion = 3;

// A table, index, … as the file describes it.
struct Object {
  std::string type, name, sql;
  friend auto operator<=>(const Object&, const Object&) = default;
};

// Makes the tables in a blank file. A transaction must be open.
void create(Connection& connection);

// Takes tables of an earlier version to this one, with all that they hold. A transaction must be open.
void migrate(Connection& connection, int64_t from);

// What a file of that version holds, sorted.
std::vector<Object> expected_objects(int64_t version = kVersion);

// Nothing but that, to the letter: a column that is computed, a trigger or an index that leaves rows out
// could decide in the place of rows. Error GALLERY_CORRUPT.
void require_ours(Connection& connection, int64_t version = kVersion);

// What the file holds, sorted.
std::vector<Object> objects(Connection& connection);

}  // namespace schema
}  // namespace visavis
