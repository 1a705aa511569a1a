// Writes the report as CSV or HTML.
#include "enroll/enroll_report.h"

#include <sodium.h>

#include <filesystem>
#include <map>

#include "csv.h"
#include "failure.h"
#include "files.h"
#include "html.h"

namespace visavis::cli {
namespace {

std::string base64(const std::string& bytes) {
  std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  text.pop_back();  // its zero
  return text;
}

std::string csv_report(const std::vector<ReportRow>& rows) {
  std::string text = "line,name,external_id,photo,status,reason,message\n";
  for (const ReportRow& row : rows) {
    text += std::to_string(row.line);
    for (const std::string* cell : {&row.name, &row.external_id, &row.photo, &row.status, &row.reason, &row.message})
      text += ',' + harmless_cell(*cell);
    text += '\n';
  }
  return text;
}

constexpr const char* kStyle =
    "body{font:15px/1.4 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse}"
    "th,td{padding:.4rem .8rem;border-bottom:1px solid #ddd;text-align:left;vertical-align:top}"
    "img{max-width:96px;max-height:96px;display:block}tr.refused td{background:#fff1f0}"
    "tr.enrolled td,tr.added td{background:#f3faf3}p{max-width:50rem}";

std::string html_report(const std::string& title, const std::vector<ReportRow>& rows) {
  std::map<std::string, int64_t> people, photos;
  for (const ReportRow& row : rows) ++(row.photo.empty() ? people : photos)[row.status];
  std::string text = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                     "</title>\n<style>" + kStyle + "</style></head>\n<body><h1>" + escaped(title) + "</h1>\n<p>";
  for (const auto& [what, counts] : {std::pair("People: ", people), std::pair("Photos: ", photos)}) {
    std::string list;
    for (const auto& [status, count] : counts)
      list += (list.empty() ? "" : ", ") + std::to_string(count) + " " + escaped(status);
    text += what + (list.empty() ? "none" : list) + ". ";
  }
  text +=
      "This page shows faces: keep it as safe as the photos, and delete it when it was read.</p>\n"
      "<table><tr><th>Line</th><th>Person</th><th>Photo</th><th></th><th>Result</th><th>Why, and what "
      "helps</th></tr>\n";
  for (const ReportRow& row : rows) {
    text += "<tr class=\"" + escaped(row.status) + "\"><td>" + std::to_string(row.line) + "</td><td>" +
            escaped(row.name) + (row.external_id.empty() ? "" : "<br>" + escaped(row.external_id)) + "</td><td>" +
            escaped(row.photo) + "</td><td>";
    if (!row.thumbnail.empty()) text += "<img alt=\"\" src=\"data:image/jpeg;base64," + base64(row.thumbnail) + "\">";
    text += "</td><td>" + escaped(row.status) + (row.reason.empty() ? "" : "<br>" + escaped(row.reason)) + "</td><td>" +
            escaped(row.message) + "</td></tr>\n";
  }
  return text + "</table></body></html>\n";
}

}  // namespace

bool wants_thumbnails(const std::string& path) { return is_html(path); }

void check_report(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (!is_html(path) && ending != ".csv" && ending != ".CSV")
    throw WrongUse("--report is " + path + ": give the file the ending .csv or .html");
  require_new_file(path);
}

void write_report(const std::string& path, const std::string& title, const std::vector<ReportRow>& rows) {
  write_text(path, wants_thumbnails(path) ? html_report(title, rows) : csv_report(rows), Readers::kOwner);
}

}  // namespace visavis::cli
