// Who is to be enrolled from which pictures: what the paths of `visavis enroll` mean.
#pragma once

#include <string>
#include <vector>

#include "folders.h"

namespace visavis::cli {

struct PersonToEnroll {
  std::string name;
  std::vector<std::string> pictures;
};

// Why a picture, or a folder without pictures, was not enrolled. `reason` is for programs.
struct Refusal {
  std::string image;
  std::string reason;
  std::string message;
};

struct EnrollPlan {
  std::vector<PersonToEnroll> persons;  // in the order in which they were found; each name once
  std::vector<Refusal> refusals;
  std::vector<Skipped> skipped;  // files in folders that are no pictures
  int64_t named_by_file = 0;     // pictures that are one person each, named as the file

  int64_t pictures() const;
};

// A plan in which all pictures show one person.
EnrollPlan plan_one_person(const std::string& name, const std::vector<std::string>& paths, bool recursive);

// A plan in which each sub-folder with pictures is a person with the name of the folder, and each other picture a
// person with the name of the file. With `recursive`, folders within a person's folder belong to the person. WrongUse
// if several folders with pictures are given that have no sub-folders: then each folder was meant to be a person.
EnrollPlan plan_by_names(const std::vector<std::string>& paths, bool recursive);

}  // namespace visavis::cli
