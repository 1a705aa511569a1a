// The pictures below some folders, by their file names: a template remembers no more of its picture than that.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "folders.h"

namespace visavis::cli {

class PhotoIndex {
 public:
  // Looks through all of the folders and the folders within them; a picture may be given as well.
  explicit PhotoIndex(const std::vector<std::string>& paths);

  // All pictures with this file name: first those in a folder with the person's name, then the others.
  std::vector<std::string> candidates(const std::string& file_name, const std::string& person) const;
  const std::vector<Unusable>& failed() const { return failed_; }
  size_t size() const { return pictures_.size(); }

 private:
  std::multimap<std::string, std::string> pictures_;  // by file name
  std::vector<Unusable> failed_;
};

}  // namespace visavis::cli
