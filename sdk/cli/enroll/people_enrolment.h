// `visavis enroll --csv`: a gallery becomes as a table of people says.
#pragma once

#include <string>

#include "context.h"
#include "enroll/enroll_face.h"

namespace visavis::cli {

struct PeopleOptions {
  std::string csv, photos;  // photos: "" = the folder of the table
  std::string report;       // "" = none
  bool dry_run = false;
};

// Returns an ExitCode.
int enroll_people(const Context& context, const std::string& gallery, const PeopleOptions& options,
                  EnrollFaceOptions faces, bool force_different);

}  // namespace visavis::cli
