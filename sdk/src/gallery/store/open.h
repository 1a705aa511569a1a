// Opening a gallery's file: whether it is a gallery, and made by the same recipe; and making a new one.
#pragma once

#include <memory>
#include <string>

#include "gallery/records.h"
#include "gallery/store/codec.h"
#include "gallery/store/keyring.h"
#include "gallery/store/sqlite.h"
#include "types/recipe.h"

namespace visavis {

// The stamp that a gallery got when it was made, or when it moved to other models.
struct Stamp {
  int64_t created_at = 0;
  Recipe recipe;
};

// A gallery that is ready for use: its tables are right, it is of this recipe, and the key opens it.
struct OpenedGallery {
  std::unique_ptr<Connection> connection;
  Stamp stamp;
  Recipe origin;
  Keyring ring;
  Codec codec;
};

// A file that is no gallery, or is newer, is left untouched. `frozen`: read only, and nobody is writing. Errors
// FILE_NOT_FOUND, ALREADY_EXISTS, GALLERY_FORMAT, GALLERY_RECIPE, GALLERY_LOCKED, GALLERY_KEY, ….
OpenedGallery open_gallery(const std::string& path, const Recipe& recipe, const GalleryOptions& options, bool frozen);

// What the gallery says of itself, which needs no key; opening it compares that with what its owner has signed. Nothing is
// changed, and nothing waits for a writer. Errors as above.
Recipe stamped_recipe(const std::string& path);

// Error GALLERY_CORRUPT when there is none.
Stamp read_stamp(Connection& connection);

// The recipe that the gallery began with. Until it first moves to other models that is its stamp. Everything but the
// templates stays bound to it: if somebody has altered it, nothing of the gallery opens. Error GALLERY_CORRUPT.
Recipe read_origin(Connection& connection);
void write_origin(Connection& connection, const Recipe& origin);

// Milliseconds since 1970-01-01 UTC, within 0..kLatestTime. Error WRONG_STATE when the clock says anything else.
int64_t now_ms();

}  // namespace visavis
