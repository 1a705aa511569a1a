// Reads and writes the table of faces and persons, and takes over what an earlier one says.
#include "cluster_table.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>

#include "csv.h"
#include "failure.h"
#include "files.h"
#include "gallery_access.h"

namespace visavis::cli {
namespace {

constexpr const char* kHeader = "person,name,image,face,left,top,right,bottom,gallery_id,picture";
constexpr int64_t kMostLabel = int64_t{1} << 53;
constexpr size_t kColumns = 10;  // without the last one, what is not known of a row is its picture

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

// Two rows of one face, as after copying in an editor: that of the other is dropped, unless both have names.
void merge_doubles(std::vector<ClusteredFace>& faces, const std::vector<int>& lines, const std::string& path) {
  std::map<std::pair<std::string, int32_t>, size_t> first;
  std::vector<ClusteredFace> single;
  std::vector<int> line_of;
  for (size_t i = 0; i < faces.size(); ++i) {
    const auto [known, is_new] = first.try_emplace({faces[i].image, faces[i].number}, single.size());
    if (is_new) {
      single.push_back(faces[i]), line_of.push_back(lines[i]);
      continue;
    }
    ClusteredFace& other = single[known->second];
    if (!faces[i].name.empty() && !other.name.empty() && faces[i].name != other.name)
      throw Failure(path + ": line " + std::to_string(lines[i]) + ": the face stands in line " +
                    std::to_string(line_of[known->second]) + ", too, with another name: remove one of both lines");
    if (other.name.empty()) other = faces[i];
  }
  faces = std::move(single);
}

// How much of both boxes is in both, 0 to 1.
double overlap(const vav_box& a, const vav_box& b) {
  const auto area = [](double left, double top, double right, double bottom) {
    return std::max(0.0, right - left + 1) * std::max(0.0, bottom - top + 1);
  };
  const double both =
      area(std::max(a.left, b.left), std::max(a.top, b.top), std::min(a.right, b.right), std::min(a.bottom, b.bottom));
  const double all = area(a.left, a.top, a.right, a.bottom) + area(b.left, b.top, b.right, b.bottom) - both;
  return all > 0 ? both / all : 0;
}

bool is_there(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return std::filesystem::exists(status) || status.type() == std::filesystem::file_type::none;  // not known
}

// Whether nobody can tell that a picture is gone: its folder is not there either, as that of a disk that is not mounted,
// or of a path that means something elsewhere.
bool may_come_back(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return !folder.empty() && !is_there(folder.string());
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || std::filesystem::equivalent(a, b, error);
}

}  // namespace

std::string mark_of(const Image& image) {
  const Pixels pixels = image.pixels();
  crypto_generichash_state state;
  unsigned char hash[crypto_generichash_BYTES_MIN];
  crypto_generichash_init(&state, nullptr, 0, sizeof hash);
  const int32_t size[] = {image.width(), image.height()};
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(size), sizeof size);
  constexpr size_t kChannels = 3;
  for (int32_t y = 0; y < image.height(); ++y)
    crypto_generichash_update(&state, pixels.data[0] + ptrdiff_t(y) * ptrdiff_t(pixels.stride[0]),
                              size_t(image.width()) * kChannels);
  crypto_generichash_final(&state, hash, sizeof hash);
  constexpr size_t kUsed = 8;
  char text[2 * kUsed + 1];
  sodium_bin2hex(text, sizeof text, hash, kUsed);
  return std::string("p") + text;  // a letter first: programs for tables make numbers of digits
}

ClusterTable read_cluster_table(const std::string& path) {
  if (!std::filesystem::exists(std::filesystem::symlink_status(path))) return {};
  ClusterTable read;
  CsvTable table;
  try {
    read.text = read_csv_text(path);
    table = parse_csv(read.text, path);
  } catch (const std::runtime_error& error) {
    throw Failure(error.what());
  }
  std::string header;
  for (const std::string& name : table.header) header += (header.empty() ? "" : ",") + name;
  if (header != kHeader && header + ",picture" != kHeader)
    throw Failure(path + ": this is no table of `visavis cluster`, whose first line is " + kHeader +
                  ": give another file, which is written anew");
  std::vector<int> lines;
  for (const CsvRow& row : table.rows) {
    const auto number = [&](size_t column, int64_t most) {
      return number_in(row, column, most, path, table.header[column].c_str());
    };
    constexpr int64_t kMostPixel = 1 << 20;
    ClusteredFace face = {cell_of(row.fields[2]), int32_t(number(3, kMostPixel))};
    face.person = number(0, kMostLabel);
    face.name = cell_of(row.fields[1]);
    face.box = {int32_t(number(4, kMostPixel)), int32_t(number(5, kMostPixel)), int32_t(number(6, kMostPixel)),
                int32_t(number(7, kMostPixel))};
    face.gallery_id = number(8, kMostLabel);
    if (row.fields.size() == kColumns) face.picture = row.fields[kColumns - 1];
    if (face.person < 0 || face.number < 1)
      throw Failure(path + ": line " + std::to_string(row.line) + ": persons and faces are numbered from 1 up");
    try {
      if (!face.name.empty()) checked_name(face.name);
    } catch (const WrongUse& error) {
      throw Failure(path + ": line " + std::to_string(row.line) + ": " + error.what() +
                    "; programs for tables save UTF-8 as \"CSV UTF-8\"");
    }
    read.faces.push_back(std::move(face)), lines.push_back(row.line);
  }
  merge_doubles(read.faces, lines, path);
  return read;
}

void write_cluster_table(const std::string& path, const std::vector<ClusteredFace>& faces, const ClusterTable& before) {
  if (read_cluster_table(path).text != before.text)
    throw Failure(path + ": somebody has changed it meanwhile, so it was left as it is: run the command again");
  std::string text = std::string(kHeader) + '\n';
  for (const ClusteredFace& face : faces) {
    if (face.person > kMostLabel)
      throw Failure(path +
                    ": persons have such large numbers that there is none for a new one: give them smaller ones");
    text += face.person ? std::to_string(face.person) : "";
    for (const std::string& field : {face.name, face.image}) text += ',' + harmless_cell(field);
    for (const int32_t part : {face.number, face.box.left, face.box.top, face.box.right, face.box.bottom})
      text += ',' + std::to_string(part);
    text += ',' + (face.gallery_id ? std::to_string(face.gallery_id) : "") + ',' + face.picture + '\n';
  }
  write_text(link_target(path), text, Readers::kOwner);
}

TakenOver take_over(std::vector<ClusteredFace>& faces, const std::vector<ClusteredFace>& earlier,
                    const std::map<std::string, std::string>& pictures) {
  // Rows by their picture; those that know no picture by the path.
  std::multimap<std::string, size_t> rows;
  for (size_t k = 0; k < earlier.size(); ++k)
    rows.emplace(earlier[k].picture.empty() ? '/' + earlier[k].image : earlier[k].picture, k);
  constexpr double kSamePlace = 0.4;  // the boxes of one face by two detectors have more in common
  struct Pair {
    double overlap;
    bool same_path;
    size_t face, row;
  };
  std::vector<Pair> pairs;
  for (size_t i = 0; i < faces.size(); ++i) {
    for (const std::string& key : {faces[i].picture, '/' + faces[i].image}) {
      const auto [first, end] = rows.equal_range(key);
      for (auto at = first; at != end; ++at)
        if (const double common = overlap(faces[i].box, earlier[at->second].box); common >= kSamePlace)
          pairs.push_back({common, faces[i].image == earlier[at->second].image, i, at->second});
    }
  }
  std::ranges::stable_sort(pairs, [](const Pair& a, const Pair& b) {
    return std::pair(a.overlap, a.same_path) > std::pair(b.overlap, b.same_path);
  });
  std::vector<bool> has(faces.size());
  std::vector<std::optional<size_t>> taken(earlier.size());  // by which face
  for (const Pair& pair : pairs) {
    if (has[pair.face] || taken[pair.row]) continue;
    has[pair.face] = true, taken[pair.row] = pair.face;
    faces[pair.face].person = earlier[pair.row].person;
    // Names of a gallery come from there each time.
    if (!earlier[pair.row].gallery_id) faces[pair.face].name = earlier[pair.row].name;
  }

  std::map<std::string, int32_t> last_number;
  for (const ClusteredFace& face : faces) last_number[face.image] = std::max(last_number[face.image], face.number);
  std::map<std::string, std::string> by_mark, by_place;  // one file may have been given by another path
  for (const auto& [path, mark] : pictures)
    by_mark.emplace(mark, path), by_place.emplace(link_target(path).string(), path);
  std::map<std::string, std::string> given;  // what was found out already: many rows may be of one image
  const auto as_given = [&](const std::string& image) {
    const auto [known, is_new] = given.try_emplace(image, image);
    if (!is_new) return known->second;
    if (const auto same = by_place.find(link_target(image).string()); same != by_place.end())
      known->second = same->second;
    return known->second;
  };
  TakenOver result;
  std::vector<std::string> lost;
  for (size_t k = 0; k < earlier.size(); ++k) {
    ClusteredFace row = earlier[k];
    const bool named = !row.name.empty() && !row.gallery_id;
    if (const auto moved = by_mark.find(row.picture); moved != by_mark.end() && !is_there(row.image))
      row.image = moved->second;
    if (!pictures.contains(row.image)) row.image = as_given(row.image);
    const auto now = pictures.find(row.image);
    if (now != pictures.end()) {
      // Looked at again: a face that was not found this time stays if somebody has named it, unless it is another picture.
      if (taken[k] || !named) continue;
      if (!row.picture.empty() && row.picture != now->second) {
        lost.push_back(row.image + " shows something else now (" + row.name + ")");
        continue;
      }
      const auto here = std::ranges::find_if(faces, [&](const ClusteredFace& face) {
        return face.image == row.image && overlap(face.box, row.box) >= kSamePlace;
      });
      if (here != faces.end()) {  // of two copies of a picture one is gone
        if (here->name != row.name)
          lost.push_back("a copy of " + row.image + " is not there any more (" + row.name + ")");
        continue;
      }
      row.number = ++last_number[row.image];
    } else if (taken[k] ? !is_there(row.image) || same_file(row.image, faces[*taken[k]].image)
                        : !is_there(row.image) && !may_come_back(row.image)) {
      if (!taken[k] && named) lost.push_back(row.image + " is not there any more (" + row.name + ")");
      continue;
    }
    result.kept.push_back(std::move(row));
  }
  constexpr size_t kMostTold = 20;
  for (size_t i = 0; i < std::min(lost.size(), kMostTold); ++i)
    result.notes.push_back("a name is left out of the table: " + lost[i]);
  if (lost.size() > kMostTold) result.notes.push_back("and " + std::to_string(lost.size() - kMostTold) + " more");
  return result;
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
    int64_t named = 0;
    for (const auto& [name, count] : found->second) named += count;
    const auto most = std::ranges::max_element(found->second, {}, [](const auto& one) { return one.second; });
    if (2 * most->second > named) face.name = most->first;
  }
  return notes;
}

}  // namespace visavis::cli
