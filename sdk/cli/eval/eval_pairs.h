// The input of `visavis eval`: the list of pairs, and the pictures of a folder with the persons that their names tell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace visavis::cli {

// Pictures are named by their path in the folder, with '/' and without "./".
struct PicturePair {
  std::string a;
  std::string b;
  bool same = false;
  int fold = 0;
};

struct PairList {
  std::vector<PicturePair> pairs;
  bool has_folds = false;
};

// Columns a, b, same (0 or 1, or true and false), and fold if it is there; others are ignored. A Failure names the
// line.
PairList read_pairs(const std::filesystem::path& csv);

// All pictures in the folder and the folders in it, sorted by name.
std::vector<std::string> pictures_under(const std::filesystem::path& folder);

// "Some_Name" of "sub/Some_Name_0001.jpg"; without a number at the end the whole stem.
std::string person_of(const std::string& picture);

// The folder that the picture is in, as for enroll; if it is in none, what its name says.
std::string person_in(const std::string& picture);

}  // namespace visavis::cli
