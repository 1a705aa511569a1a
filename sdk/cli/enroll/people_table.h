// The table of people that `visavis enroll --csv` reads: who they are, what is known of them, and where their photos are.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "visavis/person.hpp"

namespace visavis::cli {

// Somebody of the table, as the gallery shall have them.
struct PersonRow {
  int line = 0;  // of the table
  std::string name, external_id;
  PersonFields fields = {};  // of the columns that are there; a time without a value is VAV_TIME_NONE
  std::map<std::string, std::string> metadata;     // by key; an empty value removes the key
  std::optional<std::vector<std::string>> groups;  // nothing: the table has no such column
  std::vector<std::string> pictures;
  std::string problem;  // "" = the row makes sense
};

struct PeopleTable {
  std::vector<PersonRow> rows;
  std::vector<std::string> unused;  // pictures of the folder that belong to nobody of the table
};

// Reads the table, and finds the photos in `folder`: where the table has a column `photo`, what it names, else by external
// id or name. WrongUse or Failure if the table or the folder cannot be used at all, such as for a column that is not known.
PeopleTable read_people_table(const std::string& csv, const std::string& folder, bool recursive);

// What has to be changed of a person so that it is as the row says. `changed` gets the names of the columns.
PersonFields changes_of(const PersonRow& row, const Person& person, std::vector<std::string>& changed);

}  // namespace visavis::cli
