// The table of `visavis cluster`: whose face is which, kept from one run to the next, where the user writes names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "visavis/faces.hpp"

namespace visavis::cli {

// A face of a picture, and whose it is.
struct ClusteredFace {
  std::string image;
  int32_t number = 0;      // of the face in the picture, 1 and up
  vav_box box = {};        // px
  int64_t person = 0;      // the label, 1 and up; 0 = none yet
  std::string name = {};   // "" = nobody has said
  int64_t gallery_id = 0;  // of the person of a gallery; 0 = none
};

// A file that is not there is an empty table. A Failure if it is no such table.
std::vector<ClusteredFace> read_cluster_table(const std::string& path);
// The old table or the whole new one is there, whatever happens.
void write_cluster_table(const std::string& path, const std::vector<ClusteredFace>& faces);

// Labels and names of an earlier run for the same faces of the same pictures.
void take_over(std::vector<ClusteredFace>& faces, const std::vector<ClusteredFace>& earlier);

// Gives each face without a name the name that most named faces of its person have. Returns what to tell: persons whose
// faces have several names.
std::vector<std::string> spread_names(std::vector<ClusteredFace>& faces);

}  // namespace visavis::cli
