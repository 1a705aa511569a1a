// HEVC by libde265. Its units are walked first: of which size, how many pictures, in how many slices. The decoder
// cannot be told a limit for these.
#include "image/modules/heif/heif_codecs.h"
#ifdef VISAVIS_HAVE_HEVC
#include <libde265/de265.h>

#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/room.h"
#include "image/codec.h"
#include "image/modules/heif/heif_boxes.h"

namespace visavis::heif {
namespace {

constexpr uint32_t kMostBits = 12;
constexpr int64_t kSlicesAlwaysAllowed = 4;
constexpr int64_t kMostSlicedPixels = 400'000'000;
constexpr int64_t kMostPadding = 256;  // px, from a picture's size to that of its blocks

class Bits {
 public:
  explicit Bits(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  uint32_t take(int count) {
    uint32_t value = 0;
    for (; count > 0; --count, ++at_) {
      if (at_ / 8 >= bytes_.size()) fail("a header in its data is cut off");
      value = value << 1 | (bytes_[at_ / 8] >> (7 - at_ % 8) & 1);
    }
    return value;
  }
  void skip(int count) {
    for (; count > 0; --count) take(1);
  }
  // Exponential Golomb, which HEVC calls ue(v) and AV1 uvlc().
  uint32_t golomb() {
    int zeros = 0;
    while (take(1) == 0)
      if (++zeros == 32) fail("a header in its data is damaged");
    return (uint32_t{1} << zeros) - 1 + take(zeros);
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

struct Size {
  int64_t width = 0, height = 0;
  bool operator==(const Size&) const = default;
};

// The first header says it, and further ones may not say otherwise.
void agree(Size& known, const Size& said) {
  if (known.width == 0) check_size(said.width, said.height, {.max_pixels = kMostPixels});
  if (known.width != 0 && known != said) fail("its data have headers of several sizes");
  known = said;
}

constexpr int kVps = 32, kSps = 33, kPps = 34;

Bytes without_emulation(std::span<const uint8_t> unit) {
  Bytes bytes;
  for (size_t i = 0; i < unit.size(); ++i)
    if (i < 2 || unit[i] != 3 || unit[i - 1] != 0 || unit[i - 2] != 0) bytes.push_back(unit[i]);
  return bytes;
}

// libde265 prints what it does not like of these.
void check_blocks(Bits& bits, uint32_t layers, int64_t width, int64_t height) {
  for (int plane = 0; plane < 2; ++plane)
    if (bits.golomb() > kMostBits - 8) refuse("its samples have more than 12 bits");
  bits.golomb();
  const uint32_t first = bits.take(1) ? 0 : layers;
  for (uint32_t i = first; i <= layers; ++i)
    for (int number = 0; number < 3; ++number) bits.golomb();
  uint64_t numbers[6];  // base 2 logarithms of the least coding and transform blocks and their ranges; two depths
  for (uint64_t& number : numbers) number = bits.golomb();
  const uint64_t coding = numbers[0] + 3, tree = coding + numbers[1], transform = numbers[2] + 2;
  const uint64_t most = transform + numbers[3];
  if (tree < 4 || tree > 6 || transform >= coding || most > std::min<uint64_t>(tree, 5) ||
      std::max(numbers[4], numbers[5]) > tree - transform || width % (1 << coding) != 0 || height % (1 << coding) != 0)
    fail("a header in its data is damaged");
}

Size size_in_sps(std::span<const uint8_t> unit) {
  const Bytes bytes = without_emulation(unit.first(std::min<size_t>(unit.size(), 256)));
  Bits bits(bytes);
  bits.skip(16 + 4);
  const uint32_t layers = bits.take(3);
  bits.skip(1 + 88 + 8);  // nesting, then profile and level
  uint32_t profiles = 0, levels = 0;
  for (uint32_t i = 0; i < layers; ++i) profiles += bits.take(1), levels += bits.take(1);
  if (layers > 0) bits.skip(int(2 * (8 - layers) + 88 * profiles + 8 * levels));
  bits.golomb();
  const uint32_t chroma = bits.golomb();
  if (chroma == 3) bits.skip(1);
  const int64_t width = bits.golomb(), height = bits.golomb();
  int64_t cut_across = 0, cut_down = 0;
  if (bits.take(1) == 1) {
    cut_across = int64_t{bits.golomb()} + bits.golomb();
    cut_down = int64_t{bits.golomb()} + bits.golomb();
  }
  if (chroma == 1 || chroma == 2) cut_across *= 2;
  if (chroma == 1) cut_down *= 2;
  if (cut_across > kMostPadding || cut_down > kMostPadding) fail("its data are far longer than the picture needs");
  check_blocks(bits, layers, width, height);
  return {width - cut_across, height - cut_down};
}

class HevcUnits {
 public:
  void add(std::span<const uint8_t> unit) {
    if (unit.size() < 3) return;
    const int type = unit[0] >> 1 & 63, layer = (unit[0] & 1) << 5 | unit[1] >> 3;
    if (layer > 0) return;
    if (type == kSps) {
      if (++sets_ > 16) fail("its data have far too many headers");
      agree(size_, size_in_sps(unit));
    } else if (type < 32) {
      if (type < 16 || type > 21) refuse("its data are of a moving picture");
      if (unit[2] & 0x80) ++pictures_;
      ++slices_;
    } else if (type != kVps && type != kPps) {
      return;
    }
    put(data_, unit.size(), 4);
    put(data_, unit);
  }

  const Size& size() const { return size_; }
  Bytes data() && {
    if (sets_ == 0) fail("its data have no header");
    if (pictures_ != 1) fail("its data are of " + std::to_string(pictures_) + " pictures");
    if (slices_ > kSlicesAlwaysAllowed && slices_ * size_.width * size_.height > kMostSlicedPixels)
      fail("its data have far more slices than any normal file");
    return std::move(data_);
  }

 private:
  Size size_;
  Bytes data_;
  int sets_ = 0, pictures_ = 0;
  int64_t slices_ = 0;
};

// libde265 asks for memory while it is freed as well, and ends the process where it gets none: some is kept for that.
// What a picture takes it is asked for beforehand.
class Decoder {
 public:
  explicit Decoder(int64_t pixels) : reserve_(std::make_unique<char[]>(kReserve)) {
    require_memory(kRoom + size_t(pixels) * kBytesPerPixel);
    context_ = de265_new_decoder();
    if (!context_) throw std::bad_alloc();
  }
  ~Decoder() {
    reserve_.reset();
    de265_free_decoder(context_);
  }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
  de265_decoder_context* get() const { return context_; }

 private:
  static constexpr size_t kReserve = 256 << 10, kRoom = 16 << 20, kBytesPerPixel = 8;
  std::unique_ptr<char[]> reserve_;
  de265_decoder_context* context_ = nullptr;
};

void check(de265_error error) {
  if (error == DE265_ERROR_OUT_OF_MEMORY || error == DE265_ERROR_CANNOT_START_THREADPOOL) throw std::bad_alloc();
  const char* text = de265_get_error_text(error);
  if (error != DE265_OK) fail(text ? text : "its data are damaged");
}

}  // namespace

void clean_hevc(Coded& coded) {
  HevcUnits units;
  constexpr size_t kConfiguration = 22;  // bytes, before the parameter sets
  Cursor configuration(coded.configuration);
  const int length_size = (configuration.take(kConfiguration).back() & 3) + 1;
  for (uint32_t arrays = configuration.u8(); arrays > 0; --arrays) {
    configuration.take(1);
    for (uint32_t count = configuration.u16(); count > 0; --count) units.add(configuration.take(configuration.u16()));
  }
  for (Cursor data(coded.data); !data.at_end();) units.add(data.take(data.number(length_size)));
  coded.width = units.size().width, coded.height = units.size().height;
  coded.data = std::move(units).data();
}

Planes decode_hevc(const Coded& coded) {
  const auto decoder = std::make_shared<Decoder>(coded.width * coded.height);
  for (Cursor data(coded.data); !data.at_end();) {
    const auto unit = data.take(data.u32());
    check(de265_push_NAL(decoder->get(), unit.data(), int(unit.size()), 0, nullptr));
  }
  check(de265_flush_data(decoder->get()));
  const de265_image* image = nullptr;
  for (int more = 1; more != 0 && !image;) {  // each step takes a unit or a part of the picture, or there is no more
    more = 0;
    check(de265_decode(decoder->get(), &more));
    image = de265_get_next_picture(decoder->get());
  }
  // What it could mend by guessing it calls a warning.
  check(de265_get_warning(decoder->get()));
  if (!image) fail("a picture is missing in its data");
  Planes planes;
  planes.width = de265_get_image_width(image, 0), planes.height = de265_get_image_height(image, 0);
  planes.bits = de265_get_bits_per_pixel(image, 0);
  const de265_chroma chroma = de265_get_chroma_format(image);
  planes.grey = chroma == de265_chroma_mono;
  planes.halved_across = chroma == de265_chroma_420 || chroma == de265_chroma_422;
  planes.halved_down = chroma == de265_chroma_420;
  planes.full_range = de265_get_image_full_range_flag(image) != 0;
  planes.matrix = de265_get_image_matrix_coefficients(image);
  for (int i = 0; i < (planes.grey ? 1 : 3); ++i) {
    int stride = 0;
    planes.data[i] = de265_get_image_plane(image, i, &stride);
    planes.stride[i] = stride;
    if (!planes.data[i] || de265_get_bits_per_pixel(image, i) != planes.bits) refuse("its colours have several depths");
    if (i > 0 && (de265_get_image_width(image, i) < (planes.width + planes.halved_across) >> planes.halved_across ||
                  de265_get_image_height(image, i) < (planes.height + planes.halved_down) >> planes.halved_down))
      fail("its colours are smaller than the picture");
  }
  planes.owner = decoder;
  return planes;
}

}  // namespace visavis::heif
#else
namespace visavis::heif {
void clean_hevc(Coded&) { refuse("a HEIC, which needs visavis built with libde265 (Debian: libde265-dev)"); }
Planes decode_hevc(const Coded&) { return {}; }
}  // namespace visavis::heif
#endif
