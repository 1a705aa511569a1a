// Small files of every kind for the image tests, made by the codecs' own encoders: no binaries need to be kept.
#pragma once

// jpeglib.h needs cstdio before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
// clang-format on
#include <gif_lib.h>
#include <png.h>
#include <webp/encode.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace visavis::testing_support {

using Bytes = std::vector<uint8_t>;

// Samples side by side, rows packed. Slow changes over the picture, so that lossy codecs keep them.
struct Samples {
  int32_t width, height, channels;
  Bytes data;
  uint8_t at(int32_t x, int32_t y, int32_t channel) const { return data[(y * width + x) * channels + channel]; }
};

inline Samples pattern(int32_t width, int32_t height, int32_t channels) {
  Samples s{width, height, channels, {}};
  for (int32_t y = 0; y < height; ++y)
    for (int32_t x = 0; x < width; ++x)
      for (int32_t c = 0; c < channels; ++c)
        s.data.push_back(static_cast<uint8_t>((20 + 60 * c + 5 * x + (3 + c) * y) % 256));
  return s;
}

inline void append(Bytes& to, std::string_view text) { to.insert(to.end(), text.begin(), text.end()); }
inline void append(Bytes& to, const Bytes& more) { to.insert(to.end(), more.begin(), more.end()); }

// A TIFF block with the orientation as its only entry; PNG and WebP hold it as it is, JPEG after "Exif\0\0".
inline Bytes tiff_block(uint16_t orientation, bool big_endian = false, unsigned type = 3) {
  Bytes b;
  const auto u16 = [&](unsigned v) {
    const uint8_t high = static_cast<uint8_t>(v >> 8), low = static_cast<uint8_t>(v);
    b.push_back(big_endian ? high : low);
    b.push_back(big_endian ? low : high);
  };
  const auto u32 = [&](unsigned v) {
    u16(big_endian ? v >> 16 : v & 0xFFFF);
    u16(big_endian ? v & 0xFFFF : v >> 16);
  };
  append(b, big_endian ? "MM" : "II");
  u16(42);
  u32(8);       // where the entries begin
  u16(1);       // how many
  u16(0x0112);  // orientation
  u16(type);    // 3: 16 bits, 4: 32 bits, 1: a byte
  u32(1);
  if (type == 4) {
    u32(orientation);
  } else if (type == 1) {
    b.push_back(static_cast<uint8_t>(orientation));
    b.insert(b.end(), 3, uint8_t{0});
  } else {
    u16(orientation);
    u16(0);
  }
  u32(0);  // no further block
  return b;
}

// Upright rows of 24 bits, the lowest first; or of palette indices.
inline Bytes encode_bmp(const Samples& s, int bits = 24) {
  Bytes b;
  append(b, "BM");
  const int stride = (s.width * bits / 8 + 3) / 4 * 4, colors = bits == 8 ? 256 : 0;
  const auto little = [&](uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) b.push_back(static_cast<uint8_t>(value >> (8 * i)));
  };
  const auto offset = static_cast<uint32_t>(54 + 4 * colors);
  little(offset + static_cast<uint32_t>(stride * s.height), 4), little(0, 4), little(offset, 4);
  little(40, 4), little(static_cast<uint32_t>(s.width), 4), little(static_cast<uint32_t>(s.height), 4);
  little(1, 2), little(static_cast<uint32_t>(bits), 2), little(0, 4);
  little(static_cast<uint32_t>(stride * s.height), 4), little(2835, 4), little(2835, 4);
  little(static_cast<uint32_t>(colors), 4), little(0, 4);
  for (int i = 0; i < colors; ++i) little(static_cast<uint32_t>(i * 0x010101), 4);
  for (int32_t y = s.height; y-- > 0;) {
    const size_t row = b.size();
    for (int32_t x = 0; x < s.width; ++x)
      for (int c = s.channels; c-- > 0;) b.push_back(s.at(x, y, c));
    b.resize(row + static_cast<size_t>(stride));
  }
  return b;
}

// One channel of indices below 128 into a palette of greys; `transparent`: the index that is, or -1.
inline Bytes encode_gif(const Samples& s, bool interlaced = false, int transparent = -1, int frames = 1) {
  Bytes result;
  const auto write = [](GifFileType* gif, const GifByteType* data, int size) {
    auto* to = static_cast<Bytes*>(gif->UserData);
    to->insert(to->end(), data, data + size);
    return size;
  };
  int error = 0;
  GifFileType* gif = EGifOpen(&result, write, &error);
  std::vector<GifColorType> colors;
  for (int i = 0; i < 128; ++i)
    colors.push_back(
        {static_cast<GifByteType>(2 * i), static_cast<GifByteType>(2 * i), static_cast<GifByteType>(2 * i)});
  ColorMapObject* map = GifMakeMapObject(128, colors.data());
  EGifPutScreenDesc(gif, s.width, s.height, 8, 0, map);
  for (int frame = 0; frame < frames; ++frame) {
    GraphicsControlBlock control{DISPOSAL_UNSPECIFIED, false, 10, transparent};
    GifByteType bytes[4];
    EGifGCBToExtension(&control, bytes);
    EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof bytes, bytes);
    EGifPutImageDesc(gif, 0, 0, s.width, s.height, interlaced, nullptr);
    const auto put_row = [&](int32_t y) {
      std::vector<GifPixelType> row;
      for (int32_t x = 0; x < s.width; ++x)
        row.push_back(static_cast<GifPixelType>((s.at(x, y, 0) + 40 * frame) & 127));
      EGifPutLine(gif, row.data(), s.width);
    };
    const int passes[][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
    if (interlaced)
      for (const auto& pass : passes)
        for (int32_t y = pass[0]; y < s.height; y += pass[1]) put_row(y);
    else
      for (int32_t y = 0; y < s.height; ++y) put_row(y);
  }
  GifFreeMapObject(map);
  EGifCloseFile(gif, &error);
  return result;
}

inline Bytes exif_block(uint16_t orientation, bool big_endian = false) {
  Bytes b{'E', 'x', 'i', 'f', 0, 0};
  append(b, tiff_block(orientation, big_endian));
  return b;
}

struct JpegKind {
  J_COLOR_SPACE space = JCS_RGB;       // of the samples given
  J_COLOR_SPACE stored = JCS_UNKNOWN;  // UNKNOWN: libjpeg's choice
  bool progressive = false;
  bool adobe_marker = true;  // for CMYK: libjpeg writes one unless told not to
  Bytes exif{};
};

inline Bytes encode_jpeg(const Samples& s, const JpegKind& kind = {}) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = static_cast<JDIMENSION>(s.width);
  info.image_height = static_cast<JDIMENSION>(s.height);
  info.input_components = s.channels;
  info.in_color_space = kind.space;
  jpeg_set_defaults(&info);
  if (kind.stored != JCS_UNKNOWN) jpeg_set_colorspace(&info, kind.stored);
  jpeg_set_quality(&info, 98, TRUE);
  if (kind.progressive) jpeg_simple_progression(&info);
  if (!kind.adobe_marker) info.write_Adobe_marker = FALSE;
  jpeg_start_compress(&info, TRUE);
  if (!kind.exif.empty())
    jpeg_write_marker(&info, JPEG_APP0 + 1, kind.exif.data(), static_cast<unsigned>(kind.exif.size()));
  for (int32_t y = 0; y < s.height; ++y) {
    JSAMPROW row = const_cast<uint8_t*>(s.data.data()) + size_t{1} * y * s.width * s.channels;
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  Bytes result(out, out + size);
  jpeg_destroy_compress(&info);
  std::free(out);
  return result;
}

struct PngKind {
  int color_type = PNG_COLOR_TYPE_RGB;
  int bit_depth = 8;
  bool interlaced = false;
  std::vector<png_color> palette{};
  Bytes palette_alpha{};
  Bytes exif{};
  std::function<void(png_structp, png_infop)> more{};  // before the header is written
};

// Rows as PNG packs them: `row_bytes` each.
inline Bytes encode_png(int32_t width, int32_t height, const Bytes& rows, const PngKind& kind = {}) {
  Bytes result;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  const auto write = [](png_structp p, png_bytep data, size_t size) {
    auto* to = static_cast<Bytes*>(png_get_io_ptr(p));
    to->insert(to->end(), data, data + size);
  };
  png_set_write_fn(png, &result, write, [](png_structp) {});
  png_set_IHDR(png, info, static_cast<uint32_t>(width), static_cast<uint32_t>(height), kind.bit_depth, kind.color_type,
               kind.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, 0, 0);
  if (!kind.palette.empty()) png_set_PLTE(png, info, kind.palette.data(), static_cast<int>(kind.palette.size()));
  if (!kind.palette_alpha.empty())
    png_set_tRNS(png, info, kind.palette_alpha.data(), static_cast<int>(kind.palette_alpha.size()), nullptr);
  Bytes exif = kind.exif;
  if (!exif.empty()) png_set_eXIf_1(png, info, static_cast<uint32_t>(exif.size()), exif.data());
  if (kind.more) kind.more(png, info);
  png_write_info(png, info);
  const size_t row_bytes = rows.size() / static_cast<size_t>(height);
  std::vector<png_bytep> pointers;
  for (int32_t y = 0; y < height; ++y) pointers.push_back(const_cast<uint8_t*>(rows.data()) + row_bytes * y);
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);  // with info it would write EXIF a second time
  png_destroy_write_struct(&png, &info);
  return result;
}

inline Bytes encode_webp(const Samples& s, bool lossless = true) {
  uint8_t* out = nullptr;
  const int stride = s.width * s.channels;
  const bool alpha = s.channels == 4;
  size_t size = 0;
  if (lossless)
    size = alpha ? WebPEncodeLosslessRGBA(s.data.data(), s.width, s.height, stride, &out)
                 : WebPEncodeLosslessRGB(s.data.data(), s.width, s.height, stride, &out);
  else
    size = alpha ? WebPEncodeRGBA(s.data.data(), s.width, s.height, stride, 95, &out)
                 : WebPEncodeRGB(s.data.data(), s.width, s.height, stride, 95, &out);
  Bytes result(out, out + size);
  WebPFree(out);
  return result;
}

inline void append_little(Bytes& to, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

inline Bytes webp_chunk(std::string_view name, const Bytes& content) {
  Bytes chunk;
  append(chunk, name);
  append_little(chunk, static_cast<uint32_t>(content.size()), 4);
  append(chunk, content);
  if (content.size() % 2) chunk.push_back(0);
  return chunk;
}

// The extended container around chunks; flags: 2 animation, 8 EXIF.
inline Bytes webp_container(int32_t width, int32_t height, uint8_t flags, const std::vector<Bytes>& chunks) {
  Bytes head{flags, 0, 0, 0};
  append_little(head, static_cast<uint32_t>(width - 1), 3);
  append_little(head, static_cast<uint32_t>(height - 1), 3);
  Bytes body;
  append(body, "WEBP");
  append(body, webp_chunk("VP8X", head));
  for (const Bytes& chunk : chunks) append(body, chunk);
  return webp_chunk("RIFF", body);
}

// The picture's chunk out of a simple file.
inline Bytes webp_picture_chunk(const Bytes& file) { return {file.begin() + 12, file.end()}; }

inline Bytes webp_with_exif(const Samples& s, const Bytes& exif) {
  return webp_container(s.width, s.height, 8, {webp_picture_chunk(encode_webp(s)), webp_chunk("EXIF", exif)});
}

inline Bytes webp_animation(const std::vector<Samples>& frames) {
  std::vector<Bytes> chunks{webp_chunk("ANIM", {0, 0, 0, 0, 0, 0})};
  for (const Samples& s : frames) {
    Bytes frame(6, 0);  // at the top left
    append_little(frame, static_cast<uint32_t>(s.width - 1), 3);
    append_little(frame, static_cast<uint32_t>(s.height - 1), 3);
    append_little(frame, 100, 3);  // ms
    frame.push_back(0);
    append(frame, webp_picture_chunk(encode_webp(s)));
    chunks.push_back(webp_chunk("ANMF", frame));
  }
  return webp_container(frames[0].width, frames[0].height, 2, chunks);
}

}  // namespace visavis::testing_support
