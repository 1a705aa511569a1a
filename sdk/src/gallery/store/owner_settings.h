// What the owner of a gallery has set, and the highest ids that were given out: one value in the file that
// authenticates itself, so that nobody can take a setting away unnoticed.
#pragma once

#include <cstdint>
#include <optional>

#include "gallery/store/codec.h"
#include "gallery/store/sqlite.h"
#include "types/recipe.h"

namespace visavis {

struct OwnerSettings {
  // A log that was turned on once has entries for ever. So `off` is not the same as `never`.
  enum class Audit : uint8_t { never, on, off };
  Audit audit = Audit::never;
  float threshold = 0;  // for a search that gives none; 0: the default one
  // The highest ids given out. None of them is given out again, even if its row is gone.
  int64_t last_person = 0, last_template = 0, last_group = 0;
  // How often the gallery has moved to other models, and the recipe of its templates since; nothing: as it began.
  int64_t moves = 0;
  std::optional<Recipe> moved_to;
  // The recipe of the embeddings that are staged for the next move.
  std::optional<Recipe> moving_to;

  bool audit_is_on() const { return audit == Audit::on; }

  // Errors GALLERY_CORRUPT (missing, altered), KeyUnknown.
  static OwnerSettings read(Connection& connection, const Codec& codec);
  void write(Connection& connection, const Codec& codec) const;
};

}  // namespace visavis
