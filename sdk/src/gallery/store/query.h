// A statement on an SQLite connection: parameters in, rows out.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gallery/store/sqlite.h"

namespace visavis {

// A value for a column whose type is not known beforehand: a text, or bytes that stand for a text.
struct StoredValue {
  enum class Kind { null, text, blob } kind = Kind::null;
  std::string bytes = {};
};

// A statement in use: bind its parameters in order, then step through the rows. Two with the same text must not be in
// use at once.
class Query {
 public:
  Query(Connection& connection, const char* sql) : connection_(connection), statement_(connection.prepared(sql)) {}
  // For a statement that is composed and used only once.
  Query(Connection& connection, const std::string& sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  // Texts and bytes are copied.
  Query& bind(int64_t value);
  Query& bind(double value);
  Query& bind(const std::optional<int64_t>& value) { return value ? bind(*value) : bind_null(); }
  Query& bind(const std::optional<std::string>& text);
  Query& bind(std::span<const uint8_t> bytes);
  Query& bind(const StoredValue& value);
  Query& bind_null();

  // Goes to the next row; false after the last.
  bool next();
  // Runs a change. Returns SQLITE_OK, or the SQLITE_CONSTRAINT_… code of the rule that it would break; throws on every
  // other failure.
  int change();

  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  std::optional<int64_t> optional_integer(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
  }
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  // Error GALLERY_CORRUPT when it is not UTF-8 or holds a NUL.
  std::string text(int column) const;
  std::optional<std::string> optional_text(int column) const;
  // SQLite's own number for the type.
  int type(int column) const { return sqlite3_column_type(statement_, column); }
  // The bytes of a text or blob; empty for a number. Valid until the next step.
  std::string_view raw(int column) const;
  // Whether it is this value, also of the same type.
  bool holds(int column, const StoredValue& value) const;
  // Empty when it is no blob. Valid until the next step.
  std::span<const uint8_t> bytes(int column) const;

 private:
  void check(int code) const {
    if (code != SQLITE_OK) connection_.fail(code);
  }

  Connection& connection_;
  sqlite3_stmt* statement_;
  bool own_ = false;
  int bound_ = 0;
};

// Throws GALLERY_CORRUPT: rows came in another order than by ascending ids. A reader that goes on from the last id
// would miss some, or never end.
[[noreturn]] void rows_out_of_order(const Connection& connection);

}  // namespace visavis
