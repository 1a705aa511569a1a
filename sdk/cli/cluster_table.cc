// Reads and writes the table of faces and persons, and takes over what an earlier one says.
#include "cluster_table.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

#include "csv.h"
#include "failure.h"
#include "files.h"

namespace visavis::cli {
namespace {

constexpr const char* kHeader = "person,name,image,face,left,top,right,bottom,gallery_id";

// A whole number of a row; an empty field is 0.
int64_t number_in(const CsvRow& row, size_t column, int64_t most, const std::string& path, const char* what) {
  const std::string& text = row.fields[column];
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!text.empty() && (!whole || number < -most || number > most))
    throw Failure(path + ": line " + std::to_string(row.line) + ": " + what + " is '" + text +
                  "', which is no number of " + "a face");
  return text.empty() ? 0 : number;
}

}  // namespace

std::vector<ClusteredFace> read_cluster_table(const std::string& path) {
  if (!std::filesystem::exists(std::filesystem::symlink_status(path))) return {};
  CsvTable table;
  try {
    table = read_csv(path);
  } catch (const std::runtime_error& error) {
    throw Failure(error.what());
  }
  std::string header;
  for (const std::string& name : table.header) header += (header.empty() ? "" : ",") + name;
  if (header != kHeader)
    throw Failure(path + ": this is no table of `visavis cluster`, whose first line is " + kHeader +
                  ": give another file, which is written anew");
  std::vector<ClusteredFace> faces;
  for (const CsvRow& row : table.rows) {
    const auto number = [&](size_t column, int64_t most) {
      return number_in(row, column, most, path, table.header[column].c_str());
    };
    constexpr int64_t kMostLabel = int64_t{1} << 53, kMostPixel = 1 << 20;
    ClusteredFace face = {row.fields[2], int32_t(number(3, kMostPixel))};
    face.person = number(0, kMostLabel);
    face.name = row.fields[1];
    face.box = {int32_t(number(4, kMostPixel)), int32_t(number(5, kMostPixel)), int32_t(number(6, kMostPixel)),
                int32_t(number(7, kMostPixel))};
    face.gallery_id = number(8, kMostLabel);
    if (face.person < 0 || face.number < 1)
      throw Failure(path + ": line " + std::to_string(row.line) + ": persons and faces are numbered from 1 up");
    faces.push_back(std::move(face));
  }
  return faces;
}

void write_cluster_table(const std::string& path, const std::vector<ClusteredFace>& faces) {
  std::string text = std::string(kHeader) + '\n';
  for (const ClusteredFace& face : faces) {
    text += face.person ? std::to_string(face.person) : "";
    for (const std::string& field : {face.name, face.image}) text += ',' + csv_field(field);
    for (const int32_t part : {face.number, face.box.left, face.box.top, face.box.right, face.box.bottom})
      text += ',' + std::to_string(part);
    text += ',' + (face.gallery_id ? std::to_string(face.gallery_id) : "") + '\n';
  }
  write_atomically(path, [&](int descriptor) { write_all(descriptor, text.data(), text.size()); });
}

void take_over(std::vector<ClusteredFace>& faces, const std::vector<ClusteredFace>& earlier) {
  std::map<std::pair<std::string, int32_t>, const ClusteredFace*> known;
  for (const ClusteredFace& face : earlier) known[{face.image, face.number}] = &face;
  for (ClusteredFace& face : faces) {
    const auto found = known.find({face.image, face.number});
    if (found == known.end()) continue;
    face.person = found->second->person;
    // Names of a gallery come from there each time.
    if (!found->second->gallery_id) face.name = found->second->name;
  }
}

std::vector<std::string> spread_names(std::vector<ClusteredFace>& faces) {
  std::map<int64_t, std::map<std::string, int64_t>> names;  // by person, how many faces have each
  for (const ClusteredFace& face : faces)
    if (face.person && !face.name.empty()) ++names[face.person][face.name];
  std::vector<std::string> notes;
  for (const auto& [person, counted] : names) {
    if (counted.size() < 2) continue;
    std::string note = "person " + std::to_string(person) + " has several names:";
    for (const auto& [name, count] : counted) note += " '" + name + "' (" + std::to_string(count) + ")";
    notes.push_back(note + ": look at the faces; each keeps the name that it has");
  }
  for (ClusteredFace& face : faces) {
    const auto found = names.find(face.person);
    if (!face.person || !face.name.empty() || found == names.end()) continue;
    face.name = std::ranges::max_element(found->second, {}, [](const auto& one) { return one.second; })->first;
  }
  return notes;
}

}  // namespace visavis::cli
