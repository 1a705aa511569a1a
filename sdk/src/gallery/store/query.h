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

// A value for a column whose type is not known beforehand: a text, or bytes that stand for one.
struct StoredValue {
  enum class Kind { null, text, blob } kind = Kind::null;
  std::string bytes = {};
};

// A statement in use: bind its parameters in order, then step through the rows. Not twice at once with the same text.
class Query {
 public:
  Query(Connection& connection, const char* sql) : connection_(connection), statement_(connection.prepared(sql)) {}
  // One that is composed, and not asked again.
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

  // To the next row; false after the last.
  bool next();
  // Runs a change. What it hurt, as a SQLITE_CONSTRAINT_… code, or SQLITE_OK; throws on every other failure.
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
  // What a text or blob is made of; empty for a number. Valid until the next step.
  std::string_view raw(int column) const;
  // Whether it is just this value, of the same type.
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

// Rows that must come by ascending ids do not: whoever goes on from the last one would miss some, or never end.
[[noreturn]] void rows_out_of_order(const Connection& connection);

}  // namespace visavis
