// HEIC and AVIF, the primary picture, as a module of its own: tiles are put together, cropped, turned and laid on
// white.
//
// libheif is not used: version 1.15 and the decoders behind it cannot be told a limit for most of what costs time or
// memory, follow lists that refer to themselves, start threads and print. So the file is read here as far as its
// primary picture needs it (heif_items.cc), the coded data are walked (heif_hevc.cc, heif_av1.cc), and a decoder sees
// one still picture of a size that was checked. What bounds its time: each tile is decoded once, is one picture, in few
// slices; all tiles together are a few times the picture, all data a few times the file. What bounds its memory: one
// tile is decoded at a time, beside the picture.
#include <algorithm>
#include <cstring>

#include "image/codec.h"
#include "image/decoder_module.h"
#include "image/modules/heif/heif_codecs.h"
#include "image/modules/heif/heif_colour.h"
#include "image/modules/heif/heif_items.h"

namespace visavis::heif {
namespace {

Planes decoded(const Coded& tile) {
  Planes planes = decode(tile);
  if (planes.width != tile.width || planes.height != tile.height)
    fail("its picture has another size than the file says");
  if (planes.bits < 8 || planes.bits > 12) refuse("its samples have " + std::to_string(planes.bits) + " bits");
  return planes;
}

// Calls row(colours, y in the tile, pixel of the picture, pixels) for the part of each row of each tile that is seen.
template <class Row>
void each_row(const Grid& grid, Image& image, Row&& row) {
  for (size_t i = 0; i < grid.tiles.size(); ++i) {
    const Coded& tile = grid.tiles[i];
    const int64_t left = int64_t(i) % grid.columns * tile.width;
    const int64_t top = int64_t(i) / grid.columns * tile.height;
    const int64_t wide = std::min(tile.width, grid.width - left), high = std::min(tile.height, grid.height - top);
    if (wide <= 0 || high <= 0) continue;
    const Planes planes = decoded(tile);
    const Colours colours(planes, tile.colour);
    for (int64_t y = 0; y < high; ++y)
      row(colours, y, image.storage.data() + image.view.stride * (top + y) + 3 * left, wide);
  }
}

// Transparent pixels become white: nobody sees them, so they must not show a face.
void lay_on_white(const Grid& alpha, bool premultiplied, Image& image) {
  std::vector<uint8_t> opaque(size_t(alpha.width));
  each_row(alpha, image, [&](const Colours& colours, int64_t y, uint8_t* pixel, int64_t count) {
    colours.first(y, count, opaque.data());
    for (int64_t x = 0; x < count; ++x, pixel += 3) {
      const int share = opaque[size_t(x)];
      for (int c = 0; c < 3; ++c) {
        const int seen = premultiplied ? pixel[c] : (pixel[c] * share + 127) / 255;
        pixel[c] = uint8_t(std::min(seen + 255 - share, 255));
      }
    }
  });
}

void crop(const Crop& crop, Image& image) {
  if (crop.left == 0 && crop.top == 0 && crop.width == image.view.width && crop.height == image.view.height) return;
  const auto bytes = size_t(3 * crop.width);
  for (int64_t y = 0; y < crop.height; ++y)  // never behind what is still to be read
    std::memmove(image.storage.data() + bytes * size_t(y),
                 image.storage.data() + image.view.stride * (crop.top + y) + 3 * crop.left, bytes);
  image.storage.resize(bytes * size_t(crop.height));
  image.view = {image.storage.data(), int32_t(crop.width), int32_t(crop.height), 3 * crop.width};
}

Image decode_picture(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  const Picture picture = read_items(bytes, options);
  Image image = new_picture(int32_t(picture.colour.width), int32_t(picture.colour.height), ImageSource::heif);
  image.orientation = picture.orientation;
  each_row(picture.colour, image,
           [](const Colours& colours, int64_t y, uint8_t* pixel, int64_t count) { colours.rgb(y, count, pixel); });
  if (picture.alpha) lay_on_white(*picture.alpha, picture.premultiplied, image);
  if (picture.crop) crop(*picture.crop, image);
  return image;
}

}  // namespace

}  // namespace visavis::heif

VISAVIS_DECODER_MODULE(visavis::heif::decode_picture)
