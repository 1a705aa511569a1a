// Binds, steps and reads; checks what comes out of a file.
#include "gallery/store/query.h"

#include <chrono>
#include <thread>

#include "base/error.h"
#include "base/text.h"

namespace visavis {
namespace {

// A read can begin with one of these, for a moment, if the memory of the log may only be read.
bool is_somebody_coming_or_going(int code) {
  return code == SQLITE_READONLY_CANTINIT || code == SQLITE_READONLY_RECOVERY;
}

int type_of(StoredValue::Kind kind) {
  switch (kind) {
    case StoredValue::Kind::null:
      return SQLITE_NULL;
    case StoredValue::Kind::text:
      return SQLITE_TEXT;
    case StoredValue::Kind::blob:
      return SQLITE_BLOB;
  }
  throw Error(VAV_E_INTERNAL, "a value of no known kind");
}

}  // namespace

Query::Query(Connection& connection, const std::string& sql) : connection_(connection), own_(true) {
  connection.end_abandoned();
  check(sqlite3_prepare_v2(connection.db_, sql.c_str(), -1, &statement_, nullptr));
}

Query::~Query() {
  if (own_) {
    sqlite3_finalize(statement_);
    return;
  }
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(int64_t value) {
  check(sqlite3_bind_int64(statement_, ++bound_, value));
  return *this;
}

Query& Query::bind(double value) {
  check(sqlite3_bind_double(statement_, ++bound_, value));
  return *this;
}

Query& Query::bind(const std::optional<std::string>& text) {
  if (!text) return bind_null();
  check(sqlite3_bind_text64(statement_, ++bound_, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Query& Query::bind(std::span<const uint8_t> bytes) {
  check(sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Query& Query::bind(const StoredValue& value) {
  const auto* data = value.bytes.data();
  switch (value.kind) {
    case StoredValue::Kind::null:
      return bind_null();
    case StoredValue::Kind::text:
      check(sqlite3_bind_text64(statement_, ++bound_, data, value.bytes.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
      return *this;
    case StoredValue::Kind::blob:
      check(sqlite3_bind_blob64(statement_, ++bound_, data, value.bytes.size(), SQLITE_TRANSIENT));
      return *this;
  }
  throw Error(VAV_E_INTERNAL, "a value of no known kind");
}

Query& Query::bind_null() {
  check(sqlite3_bind_null(statement_, ++bound_));
  return *this;
}

bool Query::next() {
  int code = connection_.step(statement_);
  for (int tries = 0; is_somebody_coming_or_going(code) && tries < 100; ++tries) {
    sqlite3_reset(statement_);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    code = sqlite3_step(statement_);
  }
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) connection_.fail(code);
  return false;
}

int Query::change() {
  const int code = connection_.step(statement_);
  if ((code & 0xFF) == SQLITE_CONSTRAINT) return code;
  if (code != SQLITE_DONE) connection_.fail(code);
  return SQLITE_OK;
}

std::string Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (!data) return {};
  std::string text(data, size_t(sqlite3_column_bytes(statement_, column)));
  if (!is_utf8(text) || text.find('\0') != std::string::npos)
    throw Error(VAV_E_GALLERY_CORRUPT,
                connection_.path() + ": a text in it is not valid UTF-8; run `visavis gallery check` on it");
  return text;
}

std::optional<std::string> Query::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::string_view Query::raw(int column) const {
  if (type(column) != SQLITE_TEXT && type(column) != SQLITE_BLOB) return {};
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {data ? data : "", size_t(sqlite3_column_bytes(statement_, column))};
}

bool Query::holds(int column, const StoredValue& value) const {
  return type(column) == type_of(value.kind) && raw(column) == value.bytes;
}

std::span<const uint8_t> Query::bytes(int column) const {
  if (sqlite3_column_type(statement_, column) != SQLITE_BLOB) return {};
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, size_t(sqlite3_column_bytes(statement_, column))};
}

void rows_out_of_order(const Connection& connection) {
  throw Error(VAV_E_GALLERY_CORRUPT,
              connection.path() +
                  ": its rows are out of order; the file is damaged or was made to harm: restore "
                  "a backup");
}

}  // namespace visavis
