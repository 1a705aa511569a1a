// Reads the list of pairs; walks the folder of pictures.
#include "eval/eval_pairs.h"

#include <algorithm>
#include <map>

#include "csv.h"
#include "failure.h"
#include "folders.h"
#include "lower_case.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

bool truth_of(const CsvRow& row, size_t column, const std::string& file) {
  const std::string text = lower_case(row.fields[column]);
  if (text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  throw Failure(file + ", line " + std::to_string(row.line) + ": 'same' is '" + row.fields[column] + "', not 0 or 1");
}

std::string picture_name(const CsvRow& row, size_t column, const std::string& file) {
  const std::string name = fs::path(row.fields[column]).lexically_normal().generic_string();
  if (name.empty()) throw Failure(file + ", line " + std::to_string(row.line) + ": a picture's name is empty");
  return name;
}

size_t needed_column(const CsvTable& table, const char* name, const std::string& file) {
  if (const auto column = table.column(name)) return *column;
  throw Failure(file + ": the header has no column '" + name + "'; a, b and same are needed");
}

}  // namespace

PairList read_pairs(const fs::path& csv) {
  const std::string file = csv.string();
  const CsvTable table = read_csv(csv);
  const size_t a = needed_column(table, "a", file);
  const size_t b = needed_column(table, "b", file);
  const size_t same = needed_column(table, "same", file);
  const auto fold = table.column("fold");

  PairList list;
  list.has_folds = fold.has_value();
  std::map<std::string, int> folds;  // a fold may be called anything
  for (const CsvRow& row : table.rows) {
    PicturePair pair{picture_name(row, a, file), picture_name(row, b, file), truth_of(row, same, file), 0};
    if (fold) pair.fold = folds.try_emplace(row.fields[*fold], int(folds.size())).first->second;
    list.pairs.push_back(std::move(pair));
  }
  if (list.pairs.empty()) throw Failure(file + ": no pair");
  return list;
}

std::vector<std::string> pictures_under(const fs::path& folder) {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code unreadable;
    if (it->path().filename().string()[0] == '.') {
      it.disable_recursion_pending();
    } else if (it->is_regular_file(unreadable) && is_picture(it->path())) {
      found.push_back(it->path().lexically_relative(folder).generic_string());
    }
  }
  if (error) throw Failure(folder.string() + ": cannot read the folder: " + error.message());
  std::ranges::sort(found);
  return found;
}

std::string person_of(const std::string& picture) {
  const std::string stem = fs::path(picture).stem().string();
  const size_t end = stem.find_last_not_of("0123456789");
  const bool numbered = end != std::string::npos && end > 0 && end + 1 < stem.size() && stem[end] == '_';
  return numbered ? stem.substr(0, end) : stem;
}

std::string person_in(const std::string& picture) {
  const size_t slash = picture.find('/');
  return slash == std::string::npos ? person_of(picture) : picture.substr(0, slash);
}

}  // namespace visavis::cli
