// HEIC and AVIF files for the image tests: made by libheif in memory, or box by box around what it made.
#pragma once

#include <libheif/heif.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "image/modules/heif/heif_boxes.h"
#include "unit/image/encoders.h"

namespace visavis::testing_support {

struct HeifKind {
  heif_compression_format format = heif_compression_HEVC;
  int orientation = 1;
  const char* chroma = "444";
  int matrix = 6;  // H.273's number
  bool full_range = true;
  int bits = 8;       // with more, the first channel is encoded, as grey
  bool clap = false;  // crops what encoders add to odd sizes by a property, not by a grid
};

inline bool can_encode(heif_compression_format format) { return heif_have_encoder_for_format(format) != 0; }

inline void heif_check(const heif_error& error) {
  if (error.code != heif_error_Ok) throw std::runtime_error(std::string("libheif: ") + error.message);
}

// The pixels of 3 or 4 channels.
inline heif_image* heif_pixels(const Samples& s) {
  heif_image* image = nullptr;
  const heif_chroma chroma = s.channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
  heif_check(heif_image_create(s.width, s.height, heif_colorspace_RGB, chroma, &image));
  heif_check(heif_image_add_plane(image, heif_channel_interleaved, s.width, s.height, 8));
  int stride = 0;
  uint8_t* out = heif_image_get_plane(image, heif_channel_interleaved, &stride);
  const size_t row = size_t(s.width) * size_t(s.channels);
  for (int32_t y = 0; y < s.height; ++y) std::memcpy(out + y * stride, s.data.data() + row * size_t(y), row);
  return image;
}

// The first channel as grey of more bits.
inline heif_image* heif_deep_grey(const Samples& s, int bits) {
  heif_image* image = nullptr;
  heif_check(heif_image_create(s.width, s.height, heif_colorspace_YCbCr, heif_chroma_420, &image));
  for (const heif_channel channel : {heif_channel_Y, heif_channel_Cb, heif_channel_Cr}) {
    const int32_t scale = channel == heif_channel_Y ? 1 : 2, width = s.width / scale, height = s.height / scale;
    heif_check(heif_image_add_plane(image, channel, width, height, bits));
    int stride = 0;
    uint8_t* out = heif_image_get_plane(image, channel, &stride);
    for (int32_t y = 0; y < height; ++y)
      for (int32_t x = 0; x < width; ++x) {
        const auto value =
            static_cast<uint16_t>(channel == heif_channel_Y ? s.at(x, y, 0) << (bits - 8) : 1 << (bits - 1));
        std::memcpy(out + y * stride + 2 * x, &value, 2);
      }
  }
  return image;
}

inline Bytes encode_heif(const Samples& s, const HeifKind& kind = {}) {
  const std::unique_ptr<heif_context, void (*)(heif_context*)> context(heif_context_alloc(), heif_context_free);
  heif_encoder* encoder = nullptr;
  heif_check(heif_context_get_encoder_for_format(context.get(), kind.format, &encoder));
  heif_encoder_set_lossy_quality(encoder, 90);
  heif_encoder_set_parameter_string(encoder, "chroma", kind.bits > 8 ? "420" : kind.chroma);
  heif_image* image = kind.bits > 8 ? heif_deep_grey(s, kind.bits) : heif_pixels(s);
  heif_encoding_options* options = heif_encoding_options_alloc();
  options->image_orientation = static_cast<heif_orientation>(kind.orientation);
  if (kind.clap) options->macOS_compatibility_workaround = 0;
  heif_color_profile_nclx* nclx = heif_nclx_color_profile_alloc();
  nclx->matrix_coefficients = static_cast<heif_matrix_coefficients>(kind.matrix);
  nclx->full_range_flag = kind.full_range;
  options->output_nclx_profile = nclx;
  options->macOS_compatibility_workaround_no_nclx_profile = 0;
  heif_check(heif_context_encode_image(context.get(), image, encoder, options, nullptr));
  heif_nclx_color_profile_free(nclx);
  heif_encoding_options_free(options);
  heif_image_release(image);
  heif_encoder_release(encoder);
  Bytes file;
  heif_writer writer{1, [](heif_context*, const void* data, size_t size, void* to) -> heif_error {
                       const auto* bytes = static_cast<const uint8_t*>(data);
                       static_cast<Bytes*>(to)->assign(bytes, bytes + size);
                       return {heif_error_Ok, heif_suberror_Unspecified, ""};
                     }};
  heif_check(heif_context_write(context.get(), &writer, &file));
  return file;
}

// ---- Box by box ----

struct HeifItem {
  std::string type;  // hvc1, av01, grid, …
  Bytes data{};
  std::vector<Bytes> properties{};  // whole boxes
  std::vector<std::pair<std::string, std::vector<uint32_t>>> references{};
};

inline Bytes heif_box(std::string_view name, const Bytes& content) {
  Bytes box;
  heif::put_box(box, name, content);
  return box;
}

inline Bytes big_endian(std::initializer_list<std::pair<uint64_t, int>> values) {
  Bytes bytes;
  for (const auto& [value, size] : values) heif::put(bytes, value, size);
  return bytes;
}

inline Bytes ispe_box(uint64_t width, uint64_t height) {
  return heif_box("ispe", big_endian({{0, 4}, {width, 4}, {height, 4}}));
}

// Items are numbered from 1; the first is the primary one.
inline Bytes heif_file(const std::vector<HeifItem>& items, std::string_view brand = "heic") {
  Bytes infos = big_endian({{0, 4}, {items.size(), 2}}), references(4), properties, associations, places, data;
  associations = big_endian({{0, 4}, {items.size(), 4}});
  places = big_endian({{1u << 24, 4}, {0x4400, 2}, {items.size(), 2}});
  size_t count = 0;
  for (size_t i = 0; i < items.size(); ++i) {
    const HeifItem& item = items[i];
    Bytes info = big_endian({{2u << 24, 4}, {i + 1, 2}, {0, 2}});
    append(info, item.type), info.push_back(0);
    append(infos, heif_box("infe", info));
    append(associations, big_endian({{i + 1, 2}, {item.properties.size(), 1}}));
    for (const Bytes& property : item.properties) {
      append(properties, property);
      associations.push_back(static_cast<uint8_t>(++count));
    }
    for (const auto& [name, to] : item.references) {
      Bytes reference = big_endian({{i + 1, 2}, {to.size(), 2}});
      for (const uint32_t id : to) heif::put(reference, id, 2);
      append(references, heif_box(name, reference));
    }
    append(places, big_endian({{i + 1, 2}, {1, 2}, {0, 2}, {1, 2}, {data.size(), 4}, {item.data.size(), 4}}));
    append(data, item.data);
  }
  Bytes meta(4), type, iprp = heif_box("ipco", properties);
  append(iprp, heif_box("ipma", associations));
  append(meta, heif_box("pitm", big_endian({{0, 4}, {1, 2}})));
  append(meta, heif_box("iinf", infos)), append(meta, heif_box("iref", references));
  append(meta, heif_box("iprp", iprp)), append(meta, heif_box("iloc", places)), append(meta, heif_box("idat", data));
  append(type, brand), append(type, Bytes(4)), append(type, "mif1");
  Bytes file = heif_box("ftyp", type);
  append(file, heif_box("meta", meta));
  return file;
}

}  // namespace visavis::testing_support
