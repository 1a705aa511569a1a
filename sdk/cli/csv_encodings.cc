// Encodings as spreadsheets and csv.writer save them.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "csv.h"
#include "encodings.h"
#include "printable.h"

namespace visavis::cli {
namespace {

// The separator: the one that makes a name and 128 cells of the first line, else the one that is there most often.
char separator_of(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n', text.find_first_not_of("\r\n")));
  constexpr std::array<char, 3> kKnown = {'\t', ';', ','};
  std::array<int64_t, kKnown.size()> counts{};
  bool quoted = false;
  for (const char c : line) {
    quoted = quoted != (c == '"');
    for (size_t i = 0; i < kKnown.size() && !quoted; ++i) counts[i] += c == kKnown[i];
  }
  const auto exact = std::ranges::find(counts, VAV_EMBEDDING_DIM);
  const auto most = exact != counts.end() ? exact : std::ranges::max_element(counts);
  return *most == 0 ? ',' : kKnown[size_t(most - counts.begin())];
}

// The number in a cell; infinite if it is too large, nothing if it is no number.
std::optional<float> number_in(std::string_view cell) {
  while (cell.starts_with(' ')) cell.remove_prefix(1);
  while (cell.ends_with(' ')) cell.remove_suffix(1);
  if (cell.starts_with('+') && cell.size() > 1 && cell[1] != '-') cell.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (end != cell.data() + cell.size() || error == std::errc::invalid_argument) return std::nullopt;
  // Out of range means too large, or so near to zero that it does not matter.
  if (error != std::errc()) return cell.find("e-") == cell.npos && cell.find("E-") == cell.npos ? INFINITY : 0.0f;
  return float(number);
}

// Whether it looks like a number, also in a form that is not read here, such as 0,5 or 0x1p-1.
bool looks_like_a_number(std::string_view cell) {
  const size_t at = cell.find_first_not_of(" +-.[(");
  return at != cell.npos && cell[at] >= '0' && cell[at] <= '9';
}

}  // namespace

Encodings parse_csv_encodings(std::string_view text) {
  CsvRows rows(text, "", separator_of(text));
  Encodings result;
  size_t numbers_met = 0;
  for (bool first = true; const auto row = rows.next(); first = false) {
    Embedding embedding(VAV_EMBEDDING_DIM);
    size_t numbers = 0, wrong_cell = 0;
    bool words = true;
    for (size_t k = 1; k < row->fields.size(); ++k) {
      const std::optional<float> number = number_in(row->fields[k]);
      numbers += number.has_value();
      words = words && !number && !looks_like_a_number(row->fields[k]);
      if (!number && wrong_cell == 0) wrong_cell = k;
      if (number && k <= embedding.size()) embedding[k - 1] = *number;
    }
    numbers_met += numbers;
    const bool fits = row->fields.size() == VAV_EMBEDDING_DIM + 1;
    if (!fits && row->fields[0].starts_with('#'))
      rows.fail(row->line, "begins with #: a table has no comments, remove the line");
    if (first && words) {
      if (row->fields.size() > 1) continue;  // a heading
      const auto second = rows.next();
      if (second && second->fields.size() == VAV_EMBEDDING_DIM + 1)
        rows.fail(row->line, "'" + shortened(row->fields[0]) +
                                 "' is neither a heading of the columns nor a name and "
                                 "128 numbers: remove the line");
      throw std::runtime_error(kNoEncodings);
    }
    if (numbers_met == 0 && !fits) throw std::runtime_error(kNoEncodings);
    if (!fits)
      rows.fail(row->line, "is not a name and 128 numbers, but a name and " + std::to_string(row->fields.size() - 1) +
                               " cells, of which " + std::to_string(numbers) + " are numbers");
    if (wrong_cell != 0)
      rows.fail(row->line, std::string("'") + shortened(row->fields[wrong_cell]) + "' in cell " +
                               std::to_string(wrong_cell + 1) + " is no number such as -0.0625; " +
                               std::to_string(numbers) + " of the 128 are");
    const auto counts = [&] {
      for (size_t k = 0; k < embedding.size(); ++k)
        if (embedding[k] != float(k) && embedding[k] != float(k + 1)) return false;
      return true;
    };
    if (first && counts())
      rows.fail(row->line,
                "is a heading that counts the columns, as pandas writes it: save the table without one "
                "(header=False)");
    if (row->fields[0].empty())
      rows.fail(row->line, first ? "the name is empty; a heading is taken for one only when it has no numbers"
                                 : "the name is empty");
    result.names.push_back(row->fields[0]);
    result.encodings.push_back(embedding);
    result.lines.push_back(row->line);
  }
  return result;
}

}  // namespace visavis::cli
