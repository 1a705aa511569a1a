// The table of `visavis cluster`: whose face is which, kept from one run to the next, where the user writes names.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "visavis/faces.hpp"
#include "visavis/image.hpp"

namespace visavis::cli {

// A face of a picture, and whose it is.
struct ClusteredFace {
  std::string image;
  int32_t number = 0;        // of the face in the picture, 1 and up
  vav_box box = {};          // px
  std::string picture = {};  // the mark of the picture's pixels; "" = not known
  int64_t person = 0;        // the label, 1 and up; 0 = none yet
  std::string name = {};     // "" = nobody has said
  int64_t gallery_id = 0;    // of the person of a gallery; 0 = none
};

struct ClusterTable {
  std::vector<ClusteredFace> faces;
  std::string text;  // as it is in the file
};

// What tells a picture from others, wherever its file lies and whatever it is called: a short hash of its pixels.
std::string mark_of(const Image& image);

// A file that is not there is an empty table. A Failure if it is no such table.
ClusterTable read_cluster_table(const std::string& path);
// The old table or the whole new one is there, whatever happens. A Failure, and nothing is written, if the table is not
// as it was read: its user may have written names.
void write_cluster_table(const std::string& path, const std::vector<ClusteredFace>& faces, const ClusterTable& before);

// What an earlier table says of faces that were found now.
struct TakenOver {
  std::vector<ClusteredFace> kept;  // rows of the earlier table that stay beside those of the faces
  std::vector<std::string> notes;   // names that are lost, to be told
};

// Gives these faces the labels and names that they had: the same place of the same picture is the same face, however the
// picture is called. `pictures` were looked at, with their marks by path.
TakenOver take_over(std::vector<ClusteredFace>& faces, const std::vector<ClusteredFace>& earlier,
                    const std::map<std::string, std::string>& pictures);

// Gives each face without a name the name that more than half of the named faces of its person have. Returns what to tell:
// persons whose faces have several names.
std::vector<std::string> spread_names(std::vector<ClusteredFace>& faces);

}  // namespace visavis::cli
