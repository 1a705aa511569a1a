// What the rows of a gallery consist of: one list of columns for each table in which something is sealed. The table, the
// statements on it, its rows' tags, what a change of key or of version writes anew, the check and the export follow
// from the list.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "crypto/sealed.h"
#include "gallery/records.h"

namespace visavis {

namespace schema {

// Raised by one whenever the tables change, or what a row's tag is over; here and nowhere else.
extern const int64_t kVersion;

}  // namespace schema

enum class Kind : uint8_t {
  plain,      // stands as it is
  text,       // sealed in an encrypted gallery
  key,        // what the text of the same `place` is looked up by
  name_key,   // the same, of the text's normal form
  embedding,  // sealed, or with a checksum
  bytes,      // sealed in an encrypted gallery
  tag         // of the row
};

// Where a person's column is in what callers see, and in what they set.
using PersonMember = std::variant<std::monostate, bool Person::*, int64_t Person::*, std::optional<int64_t> Person::*,
                                  std::string Person::*, std::optional<std::string> Person::*>;
using PersonField = std::variant<std::monostate, std::optional<bool> PersonFields::*,
                                 std::optional<int64_t> PersonFields::*, std::optional<std::string> PersonFields::*>;

struct ColumnRule {
  const char* name;
  const char* definition;  // in the table; one that came later than the table may be absent, or has a default
  Kind kind = Kind::plain;
  Column place = {};  // what it is sealed as; a key has that of its text
  int in_tag = 0;     // its place in what the row's tag is over; 0: the tag is not over it. Never given to another
  int64_t since = 2;  // the version it came with, and its place in the tag; 2 is the first in which rows are sealed
  PersonMember member = {};
  PersonField field = {};
};

// `id` comes first, in every list. Tables stand in schema.cc in the order in which they are made.
extern const std::span<const ColumnRule> kPersonColumns, kGroupColumns, kTemplateColumns, kAuditColumns;

}  // namespace visavis
