// What a HEIF file consists of, as far as its primary picture needs it: coded parts, how they lie, how they are turned.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/decode.h"

namespace visavis::heif {

using Bytes = std::vector<uint8_t>;

enum class Codec { hevc, av1 };

// One picture as an encoder made it: the whole, a tile of it, or how opaque it is.
struct Coded {
  Codec codec = Codec::hevc;
  int64_t width = 0, height = 0;  // px, as its data say: some writers give the turned or cropped size elsewhere
  std::span<const uint8_t> configuration;  // the content of hvcC or av1C
  std::span<const uint8_t> colour;         // the content of colr when that is nclx, else empty
  Bytes data;                              // headers, then the picture: see heif_codecs.h
};

// Tiles row by row, all of one size.
struct Grid {
  int64_t width = 0, height = 0;  // px, of what is seen of the tiles
  int64_t columns = 1, rows = 1;
  std::vector<Coded> tiles;
};

struct Crop {
  int64_t left = 0, top = 0, width = 0, height = 0;
};

struct Picture {
  Grid colour;  // before it is cropped and turned
  std::optional<Grid> alpha;
  bool premultiplied = false;
  std::optional<Crop> crop;
  int32_t orientation = 1;  // EXIF's number of what irot and imir ask for, after the crop
};

// Throws Error: IMAGE_FORMAT for proper files of a kind that is not read, IMAGE_DECODE, LIMIT_EXCEEDED. What it gives
// is consistent: sizes are within the limits, and so are all tiles together and all data.
Picture read_items(std::span<const uint8_t> file, const DecodeOptions& options);

[[noreturn]] void fail(const std::string& reason);  // damaged
[[noreturn]] void refuse(const std::string& kind);  // of a rare kind

}  // namespace visavis::heif
