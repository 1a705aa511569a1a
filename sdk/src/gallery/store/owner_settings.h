// What the owner of a gallery has set and how far its ids have come: one value in the file that authenticates itself,
// since no setting that decides may be taken away unnoticed.
#pragma once

#include <cstdint>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"

namespace visavis {

struct OwnerSettings {
  // Once it has been on, the log begins with that for good: `off` is not `never`.
  enum class Audit : uint8_t { never, on, off };
  Audit audit = Audit::never;
  float threshold = 0;  // what decides where a search asks for none; 0: the library's own
  // No id up to these is given out again, whatever became of its row.
  int64_t last_person = 0, last_template = 0, last_group = 0;

  bool audit_is_on() const { return audit == Audit::on; }

  // Errors GALLERY_CORRUPT (missing, altered), KeyUnknown.
  static OwnerSettings read(Connection& connection, const Codec& codec);
  void write(Connection& connection, const Codec& codec) const;
};

}  // namespace visavis
