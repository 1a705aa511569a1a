// TIFF files of every kind for the image tests, made by libtiff in memory.
#pragma once

#include <tiffio.h>

#include <algorithm>
#include <cstring>
#include <functional>

#include "unit/image/encoders.h"

namespace visavis::testing_support {

struct TiffKind {
  uint16_t photometric = PHOTOMETRIC_RGB;
  uint16_t bits = 8;
  uint16_t compression = COMPRESSION_NONE;
  uint16_t orientation = 0;  // 0: none
  int extra = -1;            // what the last sample is, EXTRASAMPLE_…; -1: nothing special
  uint32_t rows_per_strip = 16;
  uint32_t tile = 0;                  // side in px; 0: strips
  bool separate = false;              // a plane for each sample; of 8 or 16 bits
  const char* mode = "w";             // wb: big-endian, w8: BigTIFF
  std::function<void(TIFF*)> more{};  // before the pixels are written
};

struct TiffMemory {
  Bytes bytes;
  size_t at = 0;
};

inline TiffMemory& memory_of(thandle_t handle) { return *static_cast<TiffMemory*>(handle); }

inline TIFF* open_tiff(TiffMemory& memory, const char* mode) {
  return TIFFClientOpen(
      "memory", mode, &memory,
      [](thandle_t handle, void* out, tmsize_t size) -> tmsize_t {
        TiffMemory& m = memory_of(handle);
        const size_t given =
            std::min<size_t>(static_cast<size_t>(size), m.bytes.size() - std::min(m.at, m.bytes.size()));
        std::memcpy(out, m.bytes.data() + m.at, given);
        m.at += given;
        return static_cast<tmsize_t>(given);
      },
      [](thandle_t handle, void* data, tmsize_t size) -> tmsize_t {
        TiffMemory& m = memory_of(handle);
        m.bytes.resize(std::max(m.bytes.size(), m.at + static_cast<size_t>(size)));
        std::memcpy(m.bytes.data() + m.at, data, static_cast<size_t>(size));
        m.at += static_cast<size_t>(size);
        return size;
      },
      [](thandle_t handle, toff_t to, int whence) -> toff_t {
        TiffMemory& m = memory_of(handle);
        return m.at = to + (whence == SEEK_CUR ? m.at : whence == SEEK_END ? m.bytes.size() : 0);
      },
      [](thandle_t) { return 0; }, [](thandle_t handle) -> toff_t { return memory_of(handle).bytes.size(); }, nullptr,
      nullptr);
}

inline void put_tiff_header(TIFF* tiff, int32_t width, int32_t height, int channels, const TiffKind& kind) {
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(width));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(height));
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, channels);
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, kind.bits);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, kind.compression);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, kind.photometric);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, kind.separate ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
  if (kind.orientation) TIFFSetField(tiff, TIFFTAG_ORIENTATION, kind.orientation);
  if (kind.extra >= 0) {
    const auto extra = static_cast<uint16_t>(kind.extra);
    TIFFSetField(tiff, TIFFTAG_EXTRASAMPLES, 1, &extra);
  }
  if (kind.tile) {
    TIFFSetField(tiff, TIFFTAG_TILEWIDTH, kind.tile);
    TIFFSetField(tiff, TIFFTAG_TILELENGTH, kind.tile);
  } else {
    TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, kind.rows_per_strip);
  }
  if (kind.compression == COMPRESSION_JPEG) {
    TIFFSetField(tiff, TIFFTAG_JPEGQUALITY, 98);
    if (kind.photometric == PHOTOMETRIC_YCBCR) TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  if (kind.more) kind.more(tiff);
}

// Rows as TIFF packs them, samples in the machine's order of bytes.
inline Bytes encode_tiff(int32_t width, int32_t height, int channels, const Bytes& rows, const TiffKind& kind = {}) {
  TiffMemory memory;
  TIFF* tiff = open_tiff(memory, kind.mode);
  put_tiff_header(tiff, width, height, channels, kind);
  const size_t stride = rows.size() / static_cast<size_t>(height);
  const auto at = [&](uint32_t y) { return const_cast<uint8_t*>(rows.data()) + stride * y; };
  const auto high = static_cast<uint32_t>(height), wide = static_cast<uint32_t>(width);
  const size_t pixel = stride / wide, sample = kind.bits / 8;
  // The row's samples from x on, of one plane or of all.
  const auto part = [&](uint32_t x, uint32_t y, uint32_t count, int plane) {
    Bytes packed;
    for (uint32_t i = x; i < x + count; ++i) {
      const uint8_t* from = at(y) + pixel * i + (kind.separate ? sample * static_cast<size_t>(plane) : 0);
      packed.insert(packed.end(), from, from + (kind.separate ? sample : pixel));
    }
    return packed;
  };
  const int planes = kind.separate ? channels : 1;
  if (kind.tile) {
    for (int plane = 0; plane < planes; ++plane)
      for (uint32_t y = 0; y < high; y += kind.tile)
        for (uint32_t x = 0; x < wide; x += kind.tile) {
          Bytes tile(static_cast<size_t>(TIFFTileSize(tiff)));
          for (uint32_t row = y; row < std::min(high, y + kind.tile); ++row) {
            const Bytes packed = part(x, row, std::min(kind.tile, wide - x), plane);
            std::ranges::copy(packed, tile.begin() + static_cast<std::ptrdiff_t>(tile.size() / kind.tile * (row - y)));
          }
          TIFFWriteTile(tiff, tile.data(), x, y, 0, static_cast<uint16_t>(plane));
        }
  } else if (kind.separate) {
    for (int plane = 0; plane < planes; ++plane)
      for (uint32_t y = 0; y < high; ++y)
        TIFFWriteScanline(tiff, part(0, y, wide, plane).data(), y, static_cast<uint16_t>(plane));
  } else {
    for (uint32_t y = 0; y < high; ++y) {
      Bytes row(at(y), at(y) + stride);  // libtiff may turn its bytes round
      TIFFWriteScanline(tiff, row.data(), y, 0);
    }
  }
  TIFFClose(tiff);
  return memory.bytes;
}

inline Bytes encode_tiff(const Samples& s, const TiffKind& kind = {}) {
  return encode_tiff(s.width, s.height, s.channels, s.data, kind);
}

}  // namespace visavis::testing_support
