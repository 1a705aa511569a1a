// Who is to be enrolled from which pictures: what the paths of `visavis enroll` mean.
#pragma once

#include <string>
#include <vector>

#include "output.h"

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

  int64_t pictures() const;
};

// All pictures are of one person.
EnrollPlan plan_one_person(const std::string& name, const std::vector<std::string>& paths);

// Each sub-folder with pictures is a person named as the folder; each other picture one named as its stem.
EnrollPlan plan_by_names(const std::vector<std::string>& paths);

}  // namespace visavis::cli
