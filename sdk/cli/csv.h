// A strict reader of comma-separated tables with a header line (RFC 4180). Every mistake is an error with its line
// number: a table that is half understood would give wrong figures.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace visavis::cli {

struct CsvRow {
  int line = 0;  // where the row begins, 1 and up
  std::vector<std::string> fields;
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;  // each with as many fields as the header

  std::optional<size_t> column(std::string_view name) const;
};

// Reads the rows one by one, also of tables with another separator. The rules of parse_csv() hold.
class CsvRows {
 public:
  CsvRows(std::string_view text, const std::string& name, char separator = ',');
  // The next row, or nothing at the end.
  std::optional<CsvRow> next();
  [[noreturn]] void fail(int line, const std::string& what) const;

 private:
  bool done() const { return position_ == text_.size(); }
  bool at_line_end() const { return text_.substr(position_, 1) == "\n" || text_.substr(position_, 2) == "\r\n"; }
  void skip_line_end();
  std::string field() { return !done() && text_[position_] == '"' ? quoted() : plain(); }
  std::string plain();
  std::string quoted();

  std::string_view text_;
  std::string name_;
  char separator_;
  size_t position_ = 0;
  int line_ = 1;
};

// The text without the mark that some programs put before a text in UTF-8.
std::string_view without_byte_order_mark(std::string_view text);

// A field of a line that is written, quoted if needed.
std::string csv_field(const std::string& text);
// The same for what others have named. Programs for tables take a cell that begins with = + - @ for a formula, which can
// run something: such a text gets a ' before it, which cell_of() takes away.
std::string harmless_cell(const std::string& text);
std::string cell_of(const std::string& field);

// Quoted fields may hold commas, line ends and doubled quotes; lines end in LF or CRLF; empty lines and a byte order
// mark are skipped. Throws std::runtime_error that begins with `name` and the line number.
CsvTable parse_csv(std::string_view text, const std::string& name);

// The text of such a file of at most 256 MiB.
std::string read_csv_text(const std::filesystem::path& path);
CsvTable read_csv(const std::filesystem::path& path);

}  // namespace visavis::cli
