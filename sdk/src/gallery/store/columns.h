// What the rows of a gallery consist of: one list of columns for each table in which something is sealed. Everything
// else follows from the list: the table, its statements, the tags of its rows, what a new key or a new version writes
// again, the check, and the export.
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

// The version of the tables. Raise it by one, only here, whenever the tables change, or the columns that a row's tag
// covers.
extern const int64_t kVersion;

}  // namespace schema

enum class Kind : uint8_t {
  plain,         // stored as it is
  text,          // sealed in an encrypted gallery
  key,           // finds the text of the same `place`
  name_key,      // the same for the text's normal form
  embedding,     // sealed, or with a checksum
  bytes,         // sealed in an encrypted gallery
  signed_bytes,  // the same, with a checksum in a plain one
  staged,        // an embedding of the models that the gallery moves to
  tag            // of the row
};

// Where a person's column is in what callers see, and in what they set.
using PersonMember = std::variant<std::monostate, bool Person::*, int64_t Person::*, std::optional<int64_t> Person::*,
                                  std::string Person::*, std::optional<std::string> Person::*>;
using PersonField = std::variant<std::monostate, std::optional<bool> PersonFields::*,
                                 std::optional<int64_t> PersonFields::*, std::optional<std::string> PersonFields::*>;

struct ColumnRule {
  const char* name;
  const char* definition;  // as the table has it; a column that came later than its table may be NULL or has a default
  Kind kind = Kind::plain;
  Column place = {};  // the number it is sealed under; a key has that of its text
  int in_tag = 0;     // its place among the columns that the row's tag covers, never given to another; 0: not covered
  int64_t since = 2;  // the version that it and its place in the tag came with; 2 is the first that seals rows
  PersonMember member = {};
  PersonField field = {};
};

// In every list `id` comes first. schema.cc has the tables in the order in which they are made.
extern const std::span<const ColumnRule> kPersonColumns, kGroupColumns, kTemplateColumns, kAuditColumns, kStagedColumns,
    kKeptChipColumns;

}  // namespace visavis
