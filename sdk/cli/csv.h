// A strict reader of comma-separated tables with a header line (RFC 4180): what is not quite right is an error with its
// line number, because a table half understood gives wrong figures.
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

// Quoted fields may hold commas, line ends and doubled quotes; lines end in LF or CRLF; empty lines and a byte order
// mark are skipped. Throws std::runtime_error that begins with `name` and the line number.
CsvTable parse_csv(std::string_view text, const std::string& name);

// The same from a file of at most 256 MiB.
CsvTable read_csv(const std::filesystem::path& path);

}  // namespace visavis::cli
