// A table in which something is sealed: the statements that follow from its columns, and sealing its rows again.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gallery/store/codec.h"
#include "gallery/store/columns.h"
#include "gallery/store/query.h"

namespace visavis {

class SealedTable {
 public:
  enum class Rows { person, group, template_, audit_entry, staged, kept_chip };
  // The table of these rows as a version has it. `name`: what the table is called in the file; "" = its usual name.
  SealedTable(Rows rows, int64_t version, const std::string& name = "");
  SealedTable(const SealedTable&) = delete;
  SealedTable& operator=(const SealedTable&) = delete;

  // The table of this version. Made once, because Connection knows statements by their address.
  static const SealedTable& of(Rows rows);
  static constexpr Rows kAll[] = {Rows::person,      Rows::group,  Rows::template_,
                                  Rows::audit_entry, Rows::staged, Rows::kept_chip};

  // Its columns, in the order in which the statements for a whole row give them. After them come the person and the row
  // that sealed values belong to.
  const std::vector<const ColumnRule*>& columns() const { return columns_; }
  // Its number, by name.
  int column(std::string_view name) const;
  // The column whose text such a key finds.
  int text_of(const ColumnRule& key) const;
  const std::string& name() const { return name_; }
  bool has_tag() const { return !tagged_.empty(); }

  // CREATE TABLE, with its usual name.
  std::string create;
  // "SELECT id, …", without FROM.
  std::string select;
  // One row; ?1: its id.
  std::string one;
  // All rows by ascending ids.
  std::string every;
  // Up to ?2 ids above ?1.
  std::string ids_after;

  // ---- Rows; `row` is one of these statements' ----
  Place place_of(const Query& row, const ColumnRule& rule) const;
  // Error GALLERY_CORRUPT unless every sealed value opens and is of its kind.
  void require_sound(const Codec& codec, const Query& row) const;
  // What the tag covers.
  std::vector<uint8_t> content(const Query& row, std::span<const int64_t> groups) const;
  bool is_tagged(const Codec& codec, const Query& row, std::span<const int64_t> groups) const;
  void write_tag(Connection& connection, const Codec& codec, int64_t id, std::span<const int64_t> groups) const;
  // For Rows::staged the codec must be that of the models that the gallery moves to.
  // Seals all that is sealed in a row with the newest key, keys of texts too. The tag is neither checked nor written.
  // Without such a row, does nothing.
  void reseal(Connection& connection, const Codec& codec, int64_t id) const;

 private:
  StoredValue sealed_anew(const Codec& codec, const Query& row, size_t column) const;

  std::string name_, reseal_, write_tag_;
  std::vector<const ColumnRule*> columns_;
  std::vector<int> sealed_;  // columns that are written when the key changes
  std::vector<int> tagged_;  // in the order of the tag
  int tag_ = -1;
};

// What a column of Kind::key or name_key stores for that text.
StoredValue key_of(const Codec& codec, const ColumnRule& rule, const std::optional<std::string>& text);

// Up to `most` ids after `after`, by a statement like ids_after. Error GALLERY_CORRUPT when they do not ascend.
std::vector<int64_t> ids_after(Connection& connection, const char* sql, int64_t after, int64_t most);

// Calls `body` with the id of every row. It may write that row.
template <class Body>
void for_each_row(Connection& connection, const SealedTable& table, Body body) {
  constexpr int64_t kBatch = 1000;
  std::vector<int64_t> ids;
  for (int64_t after = 0; !(ids = ids_after(connection, table.ids_after.c_str(), after, kBatch)).empty();
       after = ids.back())
    for (const int64_t id : ids) body(id);
}

}  // namespace visavis
