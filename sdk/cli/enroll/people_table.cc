// Reads people from a CSV, and finds their photos.
#include "enroll/people_table.h"

#include <algorithm>
#include <filesystem>

#include "csv.h"
#include "failure.h"
#include "folders.h"
#include "gallery_access.h"
#include "json_input.h"
#include "lower_case.h"
#include "names.h"
#include "printable.h"
#include "times.h"

namespace visavis::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMetadata = "metadata.";
constexpr const char* kColumns =
    "name, external_id, photo, groups, enabled, valid_from, valid_until, expires, consent, consent_at, and "
    "metadata.KEY";

bool is_known(const std::string& column) {
  static const std::set<std::string> known = {"name",       "external_id", "photo",   "groups",  "enabled",
                                              "valid_from", "valid_until", "expires", "consent", "consent_at"};
  return known.contains(column) || (column.starts_with(kMetadata) && column.size() > kMetadata.size());
}

// "a; b" as its parts, without the spaces around them.
std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  for (size_t from = 0; from <= text.size();) {
    const size_t to = std::min(text.find(';', from), text.size());
    const std::string part = text.substr(from, to - from);
    const size_t first = part.find_first_not_of(' '), last = part.find_last_not_of(' ');
    if (first != std::string::npos) parts.push_back(part.substr(first, last - first + 1));
    from = to + 1;
  }
  return parts;
}

// Photos by what they are called: a file or folder is named as its person, several photos of one "E7_1.jpg", "E7 (2).jpg".
class PhotosByName {
 public:
  // `keys` are those of all persons: "E7_1" is the photo of such a person before it is one of E7.
  PhotosByName(const std::string& folder, bool recursive, const std::set<std::string>& keys) {
    const Found loose = pictures_in(folder, false);
    for (const std::string& picture : loose.pictures) add(fs::path(picture).stem().string(), picture, keys);
    for (const fs::path& sub : folders_in(folder))
      for (const std::string& picture : pictures_in(sub, recursive).pictures)
        add(sub.filename().string(), picture, keys);
  }

  std::vector<std::string> take(const std::string& key) {
    std::vector<std::string> pictures;
    const auto [first, end] = photos_.equal_range(key);
    for (auto at = first; at != end; ++at) pictures.push_back(at->second);
    photos_.erase(first, end);
    return pictures;
  }

  std::vector<std::string> left() const {
    std::vector<std::string> pictures;
    for (const auto& [name, picture] : photos_) pictures.push_back(picture);
    std::ranges::sort(pictures);
    return pictures;
  }

 private:
  void add(const std::string& file, const std::string& picture, const std::set<std::string>& keys) {
    if (!is_utf8(file)) return;
    const std::string name = normal_form(file);
    photos_.emplace(keys.contains(name) ? name : without_number(name), picture);
  }
  static std::string without_number(const std::string& name) {
    const size_t digits = name.find_last_not_of(name.ends_with(')') ? "0123456789()" : "0123456789");
    if (digits == std::string::npos || digits + 1 == name.size()) return name;
    const size_t end = name.find_last_not_of("_- ", digits);
    return end == std::string::npos || end == digits ? name : name.substr(0, end + 1);
  }

  std::multimap<std::string, std::string> photos_;
};

// The pictures that a cell names, within the folder.
std::vector<std::string> named_pictures(const std::string& cell, const fs::path& folder, bool recursive) {
  std::vector<std::string> pictures;
  for (const std::string& part : parts_of(cell)) {
    const fs::path relative = fs::path(part).lexically_normal();
    if (relative.is_absolute() || relative.empty() || *relative.begin() == "..")
      throw Failure("photo '" + part + "' is not within the folder of the photos: give its path from there");
    const fs::path path = folder / relative;
    if (!fs::is_directory(path)) {
      pictures.push_back(path.string());
      continue;
    }
    const Found found = pictures_in(path, recursive);
    if (found.pictures.empty()) throw Failure("photo '" + part + "' is a folder without pictures");
    pictures.insert(pictures.end(), found.pictures.begin(), found.pictures.end());
  }
  return pictures;
}

bool yes_or_no(const std::string& text) {
  const std::string word = lower_case(text);  // spreadsheets write TRUE, people Yes
  if (word.empty() || word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  throw Failure("enabled is '" + shortened(text) + "': give yes or no");
}

int64_t time_of(const std::string& text, Day day) {
  return text.empty() ? int64_t{VAV_TIME_NONE} : parse_time(text, day);
}

void read_cell(PersonRow& row, const std::string& column, const std::string& cell) {
  if (column == "name") row.name = checked_name(cell);
  if (column == "external_id")
    row.fields.external_id = row.external_id = cell.empty() ? cell : checked_text(cell, column);
  if (column == "enabled") row.fields.enabled = yes_or_no(cell);
  if (column == "valid_from") row.fields.valid_from = time_of(cell, Day::kBegins);
  if (column == "valid_until") row.fields.valid_until = time_of(cell, Day::kIsOver);
  if (column == "expires") row.fields.expires_at = time_of(cell, Day::kIsOver);
  if (column == "consent_at") row.fields.consent_at = time_of(cell, Day::kBegins);
  if (column == "consent") row.fields.consent_ref = cell.empty() ? cell : checked_text(cell, column);
  if (column == "groups") {
    row.groups = parts_of(cell);
    check_texts(*row.groups, "groups");
  }
  if (column.starts_with(kMetadata))
    row.metadata[column.substr(kMetadata.size())] = cell.empty() ? cell : checked_text(cell, column);
}

PersonRow read_row(const CsvTable& table, const CsvRow& cells) {
  PersonRow row;
  row.line = cells.line;
  for (size_t i = 0; i < table.header.size(); ++i) {
    try {
      read_cell(row, table.header[i], cells.fields[i]);
    } catch (const std::runtime_error& error) {
      if (row.problem.empty()) row.problem = table.header[i] + ": " + error.what();
    }
  }
  return row;
}

// Rows that mean one person are all refused: nobody knows which of them is right.
void refuse_doubles(std::vector<PersonRow>& rows) {
  std::map<std::string, PersonRow*> by_id, by_name;
  const auto refuse = [](PersonRow& row, const PersonRow& other) {
    if (row.problem.empty())
      row.problem = std::string(row.external_id.empty() ? "the name, without an external id," : "the external id") +
                    " stands in line " + std::to_string(other.line) + ", too";
  };
  for (PersonRow& row : rows) {
    const auto [known, is_new] = row.external_id.empty() ? by_name.try_emplace(normal_form(row.name), &row)
                                                         : by_id.try_emplace(row.external_id, &row);
    if (is_new) continue;
    refuse(row, *known->second);
    refuse(*known->second, row);
  }
}

}  // namespace

PeopleTable read_people_table(const std::string& csv, const std::string& folder, bool recursive) {
  CsvTable table;
  try {
    table = read_csv(csv);
  } catch (const std::runtime_error& error) {
    throw Failure(error.what());
  }
  for (const std::string& column : table.header)
    if (!is_known(column))
      throw Failure(csv + ": the column '" + shortened(column) + "' is not known: there are " + kColumns);
  if (!table.column("name")) throw Failure(csv + ": there is no column 'name'");
  const std::string photos = folder.empty() ? fs::path(csv).parent_path().string() : folder;
  const fs::path root = photos.empty() ? fs::path(".") : fs::path(photos);
  if (!fs::is_directory(root)) throw WrongUse("--photos is " + root.string() + ", which is no folder");

  PeopleTable people;
  for (const CsvRow& cells : table.rows) people.rows.push_back(read_row(table, cells));
  refuse_doubles(people.rows);
  if (const auto column = table.column("photo")) {
    for (size_t i = 0; i < people.rows.size(); ++i) {
      PersonRow& row = people.rows[i];
      try {
        row.pictures = named_pictures(table.rows[i].fields[*column], root, recursive);
      } catch (const std::runtime_error& error) {
        if (row.problem.empty()) row.problem = error.what();
      }
    }
    return people;
  }
  const auto key_of = [](const PersonRow& row) {
    return normal_form(row.external_id.empty() ? row.name : row.external_id);
  };
  std::set<std::string> keys;
  for (const PersonRow& row : people.rows) keys.insert(key_of(row));
  PhotosByName by_name(root.string(), recursive, keys);
  for (PersonRow& row : people.rows) row.pictures = by_name.take(key_of(row));
  people.unused = by_name.left();
  return people;
}

PersonFields changes_of(const PersonRow& row, const Person& person, std::vector<std::string>& changed) {
  PersonFields fields;
  if (row.name != person.name) fields.name = row.name, changed.push_back("name");
  const auto text = [&](const std::optional<std::string>& wanted, const std::optional<std::string>& has,
                        std::optional<std::string>& to, const char* column) {
    if (wanted && *wanted != has.value_or("")) to = wanted, changed.push_back(column);
  };
  const auto time = [&](int64_t wanted, const std::optional<int64_t>& has, int64_t& to, const char* column) {
    if (wanted != 0 && wanted != has.value_or(VAV_TIME_NONE)) to = wanted, changed.push_back(column);
  };
  text(row.fields.external_id, person.external_id, fields.external_id, "external_id");
  text(row.fields.consent_ref, person.consent_ref, fields.consent_ref, "consent");
  if (row.fields.enabled && *row.fields.enabled != person.enabled)
    fields.enabled = row.fields.enabled, changed.push_back("enabled");
  time(row.fields.valid_from, person.valid_from, fields.valid_from, "valid_from");
  time(row.fields.valid_until, person.valid_until, fields.valid_until, "valid_until");
  time(row.fields.expires_at, person.expires_at, fields.expires_at, "expires");
  time(row.fields.consent_at, person.consent_at, fields.consent_at, "consent_at");
  if (!row.metadata.empty()) {
    constexpr int kDeepest = 100;
    const Json before = read_json(person.metadata.empty() ? "{}" : person.metadata, kDeepest);
    Json after = before;
    for (const auto& [key, value] : row.metadata) {
      if (value.empty())
        after.erase(key);
      else
        after[key] = value;
    }
    if (after != before) fields.metadata = after.dump(), changed.push_back("metadata");
  }
  return fields;
}

}  // namespace visavis::cli
