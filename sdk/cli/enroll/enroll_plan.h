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

// Why a picture (or a folder without any) was not enrolled: `reason` is for programs.
struct Refusal {
  std::string image;
  std::string reason;
  std::string message;
};

struct EnrollPlan {
  std::vector<PersonToEnroll> persons;  // in the order met; each name once
  std::vector<Refusal> refusals;
  std::vector<Skipped> skipped;  // in folders, and not taken for pictures
  int64_t named_by_file = 0;     // pictures that are a person of their own

  int64_t pictures() const;
};

// All pictures are of one person.
EnrollPlan plan_one_person(const std::string& name, const std::vector<std::string>& paths, bool recursive);

// Each sub-folder with pictures is a person named as the folder; each other picture one named as its stem. With
// `recursive` the folders within a person's folder are the person's too. WrongUse when several folders have pictures
// and no sub-folders: then each folder was meant to be a person.
EnrollPlan plan_by_names(const std::vector<std::string>& paths, bool recursive);

}  // namespace visavis::cli
