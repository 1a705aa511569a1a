// Reads comma-separated tables, character by character.
#include "csv.h"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace visavis::cli {
namespace {

constexpr std::uintmax_t kMostTableBytes = 256u << 20;

}  // namespace

CsvRows::CsvRows(std::string_view text, const std::string& name, char separator)
    : text_(without_byte_order_mark(text)), name_(name), separator_(separator) {}

std::optional<CsvRow> CsvRows::next() {
  while (at_line_end()) skip_line_end();
  if (done()) return std::nullopt;
  CsvRow row;
  row.line = line_;
  row.fields.push_back(field());
  while (!done() && text_[position_] == separator_) {
    ++position_;
    row.fields.push_back(field());
  }
  if (!done()) skip_line_end();
  return row;
}

void CsvRows::fail(int line, const std::string& what) const {
  throw std::runtime_error(name_ + (name_.empty() ? "line " : ", line ") + std::to_string(line) + ": " + what);
}

void CsvRows::skip_line_end() {
  position_ += text_[position_] == '\r' ? 2 : 1;
  ++line_;
}

std::string CsvRows::plain() {
  const size_t begin = position_;
  for (; !done() && text_[position_] != separator_ && !at_line_end(); ++position_) {
    if (text_[position_] == '"') fail(line_, "a quote inside a field that does not begin with one");
    if (text_[position_] == '\r') fail(line_, "a carriage return without a line feed");
    if (text_[position_] == '\0') fail(line_, "a NUL byte; is this a text file?");
  }
  return std::string(text_.substr(begin, position_ - begin));
}

std::string CsvRows::quoted() {
  const int opened = line_;
  std::string value;
  for (++position_; !done(); ++position_) {
    if (text_[position_] == '\n') ++line_;
    if (text_[position_] == '\0') fail(line_, "a NUL byte; is this a text file?");
    if (text_[position_] != '"') {
      value += text_[position_];
    } else if (text_.substr(position_, 2) == "\"\"") {
      value += text_[position_++];
    } else {
      ++position_;
      if (!done() && text_[position_] != separator_ && !at_line_end()) fail(line_, "text after a closing quote");
      return value;
    }
  }
  fail(opened, "a quote is opened and never closed");
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return text.starts_with(kMark) ? text.substr(kMark.size()) : text;
}

std::optional<size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::ranges::find(header, name);
  if (found == header.end()) return std::nullopt;
  return size_t(found - header.begin());
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

namespace {

// Also where it has one ' or more before it already, so that cell_of() gives each text again.
bool is_formula(const std::string& text) {
  const size_t first = text.find_first_not_of('\'');
  return first != std::string::npos && std::string_view("=+-@\t\r").find(text[first]) != std::string_view::npos;
}

}  // namespace

std::string harmless_cell(const std::string& text) { return csv_field(is_formula(text) ? '\'' + text : text); }

std::string cell_of(const std::string& field) {
  return field.starts_with('\'') && is_formula(field) ? field.substr(1) : field;
}

CsvTable parse_csv(std::string_view text, const std::string& name) {
  CsvRows parser(text, name);
  auto header = parser.next();
  if (!header) throw std::runtime_error(name + ": empty; the first line must name the columns");
  CsvTable table;
  table.header = std::move(header->fields);
  if (table.header.size() == 1 && table.header[0].find_first_of(";\t") != std::string::npos)
    parser.fail(header->line, "the columns are separated by semicolons or tabs: save the table with commas");
  if (std::set<std::string>(table.header.begin(), table.header.end()).size() != table.header.size()) {
    parser.fail(header->line, "two columns have the same name");
  }
  while (auto row = parser.next()) {
    if (row->fields.size() != table.header.size()) {
      parser.fail(row->line, std::to_string(row->fields.size()) + " fields where the header has " +
                                 std::to_string(table.header.size()));
    }
    table.rows.push_back(std::move(*row));
  }
  return table;
}

std::string read_csv_text(const std::filesystem::path& path) {
  const std::string name = path.string();
  if (!std::filesystem::exists(path)) throw std::runtime_error(name + ": no such file");
  if (!std::filesystem::is_regular_file(path)) throw std::runtime_error(name + ": not a file");
  if (std::filesystem::file_size(path) > kMostTableBytes) throw std::runtime_error(name + ": larger than 256 MiB");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(name + ": cannot be read; may you read it?");
  return text.str();
}

CsvTable read_csv(const std::filesystem::path& path) { return parse_csv(read_csv_text(path), path.string()); }

}  // namespace visavis::cli
