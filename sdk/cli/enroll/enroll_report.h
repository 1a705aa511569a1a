// The report of `visavis enroll --csv`: what became of each person and photo, for the people who keep the table.
#pragma once

#include <string>
#include <vector>

namespace visavis::cli {

struct ReportRow {
  int line = 0;  // of the table
  std::string name, external_id;
  std::string photo;  // "" = about the person alone
  std::string status, reason, message;
  std::string thumbnail;  // JPEG; "" = none
};

// WrongUse unless the ending is .csv or .html; a Failure if the file is there, or cannot be.
void check_report(const std::string& path);
bool wants_thumbnails(const std::string& path);

// A CSV, or one HTML page with thumbnails that needs nothing else. Only the owner of the file may read it.
void write_report(const std::string& path, const std::string& title, const std::vector<ReportRow>& rows);

}  // namespace visavis::cli
