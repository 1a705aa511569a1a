// AV1 by dav1d, which can be told a limit for the size; how many frames there are is counted first.
#include "image/modules/heif/heif_codecs.h"
#ifdef VISAVIS_HAVE_AV1
#include <dav1d/dav1d.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "image/codec.h"
#include "image/modules/heif/heif_boxes.h"

namespace visavis::heif {
namespace {

class Av1Units {
 public:
  void add_all(std::span<const uint8_t> bytes) {
    for (Cursor cursor(bytes); !cursor.at_end();) {
      const uint32_t header = cursor.u8();
      const int type = header >> 3 & 15;
      const bool extended = header & 4, sized = header & 2;
      const uint32_t extension = extended ? cursor.u8() : 0;
      const auto content = cursor.take(sized ? size_in(cursor) : cursor.rest().size());
      if (header & 0x80) fail("its data are damaged");
      if (extension & 0x18) refuse("its data are in layers");
      add(type, content);
    }
  }

  Bytes data() && {
    if (!sequence_) fail("its data have no header");
    if (frames_ != 1) fail("its data are of " + std::to_string(frames_) + " pictures");
    return std::move(data_);
  }

 private:
  static uint64_t size_in(Cursor& cursor) {
    uint64_t size = 0;
    for (int i = 0; i < 8; ++i) {
      const uint64_t byte = cursor.u8();
      size |= (byte & 0x7F) << (7 * i);
      if (byte < 0x80) return size;
    }
    fail("its data are damaged");
  }

  void add(int type, std::span<const uint8_t> content) {
    constexpr int kSequence = 1, kFrameHeader = 3, kTileGroup = 4, kFrame = 6, kTileList = 8;
    if (type == kSequence) {
      if (sequence_ && !std::ranges::equal(content, *sequence_)) fail("its data have headers of two kinds");
      if (sequence_) return;
      sequence_ = content;
    } else if (type == kFrameHeader || type == kFrame) {
      ++frames_;
    } else if (type == kTileList) {
      refuse("its data are a list of tiles");
    } else if (type != kTileGroup) {
      return;
    }
    data_.push_back(uint8_t(type << 3 | 2));
    uint64_t size = content.size();
    for (; size >= 0x80; size >>= 7) data_.push_back(uint8_t(size | 0x80));
    data_.push_back(uint8_t(size));
    put(data_, content);
  }

  Bytes data_;
  std::optional<std::span<const uint8_t>> sequence_;
  int frames_ = 0;
};

void check(int result) {
  if (result == DAV1D_ERR(ENOMEM)) throw std::bad_alloc();
  if (result < 0) fail("its data are damaged");
}

struct Close {
  void operator()(Dav1dContext* context) const { dav1d_close(&context); }
};

struct Unreference {
  void operator()(Dav1dPicture* picture) const {
    dav1d_picture_unref(picture);
    delete picture;
  }
};

Planes decode_once(const Coded& coded) {
  Dav1dSettings settings;
  dav1d_default_settings(&settings);
  settings.n_threads = 1;
  settings.max_frame_delay = 1;
  settings.all_layers = 0;
  settings.frame_size_limit = unsigned(coded.width * coded.height);
  settings.logger = {nullptr, [](void*, const char*, va_list) {}};
  Dav1dContext* opened = nullptr;
  check(dav1d_open(&opened, &settings));
  const std::unique_ptr<Dav1dContext, Close> context(opened);

  Dav1dData data{};
  check(dav1d_data_wrap(
      &data, coded.data.data(), coded.data.size(), [](const uint8_t*, void*) {}, nullptr));
  const std::unique_ptr<Dav1dData, void (*)(Dav1dData*)> unwrap(&data, dav1d_data_unref);
  const std::shared_ptr<Dav1dPicture> picture(new Dav1dPicture{}, Unreference());
  int result = DAV1D_ERR(EAGAIN);
  while (result == DAV1D_ERR(EAGAIN) && data.sz > 0) {  // each step takes data, or gives the picture
    const size_t before = data.sz;
    result = dav1d_send_data(context.get(), &data);
    if (result != DAV1D_ERR(EAGAIN)) check(result);
    result = dav1d_get_picture(context.get(), picture.get());
    if (result == DAV1D_ERR(EAGAIN) && data.sz == before) break;
  }
  if (result == DAV1D_ERR(EAGAIN)) result = dav1d_get_picture(context.get(), picture.get());
  check(result);

  Planes planes;
  planes.width = picture->p.w, planes.height = picture->p.h;
  planes.bits = picture->p.bpc;
  planes.grey = picture->p.layout == DAV1D_PIXEL_LAYOUT_I400;
  planes.halved_across = picture->p.layout == DAV1D_PIXEL_LAYOUT_I420 || picture->p.layout == DAV1D_PIXEL_LAYOUT_I422;
  planes.halved_down = picture->p.layout == DAV1D_PIXEL_LAYOUT_I420;
  planes.full_range = picture->seq_hdr->color_range != 0;
  planes.matrix = picture->seq_hdr->mtrx;
  for (int i = 0; i < (planes.grey ? 1 : 3); ++i) {
    planes.data[i] = static_cast<const uint8_t*>(picture->data[i]);
    planes.stride[i] = picture->stride[i > 0];
  }
  planes.owner = picture;
  return planes;
}

}  // namespace

void clean_av1(Coded& coded) {
  Av1Units units;
  Cursor configuration(coded.configuration);
  configuration.take(4);
  units.add_all(configuration.rest());
  units.add_all(coded.data);
  coded.data = std::move(units).data();
  Dav1dSequenceHeader header;
  check(dav1d_parse_sequence_header(&header, coded.data.data(), coded.data.size()));
  coded.width = header.max_width, coded.height = header.max_height;
  check_size(coded.width, coded.height, {.max_pixels = kMostPixels});
}

// dav1d calls some failures of its own small allocations damage. What is damaged fails again.
Planes decode_av1(const Coded& coded) {
  try {
    return decode_once(coded);
  } catch (const Error&) {
    return decode_once(coded);
  }
}

}  // namespace visavis::heif
#else
namespace visavis::heif {
void clean_av1(Coded&) { refuse("an AVIF, which needs visavis built with dav1d (Debian: libdav1d-dev)"); }
Planes decode_av1(const Coded&) { return {}; }
}  // namespace visavis::heif
#endif
