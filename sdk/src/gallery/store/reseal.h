// Rows sealed anew with a new data key, a batch at a time, while the gallery is used.
#pragma once

#include <cstdint>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

// How far the rows have come; kept in the file.
struct ResealProgress {
  enum class Table : uint8_t { groups = 0, persons, templates, audit, staged, chips, done };
  Table table = Table::groups;
  int64_t after = 0;  // all rows up to this id are done

  static ResealProgress read(Connection& connection);
  void write(Connection& connection) const;
  static void remove(Connection& connection);
};

// Seals up to `most` rows with the codec's newest key. A transaction must be open. Error GALLERY_CORRUPT for a row
// which cannot be read, and so cannot be sealed again.
void reseal_some(Connection& connection, const Codec& codec, ResealProgress& progress, int64_t most);

}  // namespace visavis
