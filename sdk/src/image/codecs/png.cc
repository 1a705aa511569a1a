// PNG by libpng, row by row into RGB. Chunks that we do not need are skipped unread: no text, profile or palette
// suggestion of a stranger is unpacked.
#include <png.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "base/error.h"
#include "image/codec.h"
#include "image/orientation.h"
#include "image/wiped_memory.h"

namespace visavis {
namespace {

constexpr size_t kMostChunkBytes = 4 << 20;
constexpr int kMostChunks = 1000;
constexpr char kTruncated[] = "the data end too early";

struct State {
  std::span<const uint8_t> rest;
  std::jmp_buf jump;
  char message[256];
  char warning[256];
  bool out_of_memory;  // libpng has words for it, and no code
};

void copy_text(char (&to)[256], const char* text) {
  std::strncpy(to, text, sizeof to - 1);
  to[sizeof to - 1] = '\0';
}

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* state = static_cast<State*>(png_get_error_ptr(png));
  copy_text(state->message, message);
  std::longjmp(state->jump, 1);
}

void on_warning(png_structp png, png_const_charp message) {
  auto* state = static_cast<State*>(png_get_error_ptr(png));
  if (state->warning[0] == '\0') copy_text(state->warning, message);
}

void on_read(png_structp png, png_bytep out, size_t size) {
  auto* state = static_cast<State*>(png_get_io_ptr(png));
  if (size > state->rest.size()) png_error(png, kTruncated);
  std::copy_n(state->rest.begin(), size, out);
  state->rest = state->rest.subspan(size);
}

png_voidp on_allocate(png_structp png, png_alloc_size_t size) {
  void* const memory = allocate_wiped(size);
  if (!memory) static_cast<State*>(png_get_mem_ptr(png))->out_of_memory = true;
  return memory;
}

class Decoder {
 public:
  explicit Decoder(std::span<const uint8_t> bytes) : state_{bytes, {}, {}, {}, false} {}
  ~Decoder() { png_destroy_read_struct(&png_, &info_, nullptr); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  // The caller has checked width and height.
  void read_header(uint32_t width, uint32_t height) {
    run([&] {
      png_ = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &state_, on_error, on_warning, &state_, on_allocate,
                                      [](png_structp, png_voidp memory) { free_wiped(memory); });
      info_ = png_ ? png_create_info_struct(png_) : nullptr;
    });
    if (!info_) throw std::bad_alloc();
    run([&] {
      png_set_read_fn(png_, &state_, on_read);
      png_set_user_limits(png_, width, height);
      png_set_chunk_malloc_max(png_, kMostChunkBytes);
      png_set_chunk_cache_max(png_, kMostChunks);
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_AS_DEFAULT, reinterpret_cast<const uint8_t*>("eXIf\0"), 1);
      png_read_info(png_, info_);
    });
  }

  void read_rgb(uint8_t* out, size_t stride, uint32_t height) {
    run([&] {
      png_set_scale_16(png_);
      png_set_palette_to_rgb(png_);
      png_set_expand_gray_1_2_4_to_8(png_);
      png_set_gray_to_rgb(png_);
      // Transparent pixels become white: nobody sees them, so they must not show a face.
      const auto most = static_cast<png_uint_16>(png_get_bit_depth(png_, info_) == 16 ? 65535 : 255);
      const png_color_16 white{0, most, most, most, most};
      if (png_get_valid(png_, info_, PNG_INFO_tRNS) || (png_get_color_type(png_, info_) & PNG_COLOR_MASK_ALPHA))
        png_set_background_fixed(png_, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, PNG_FP_1);
      png_set_strip_alpha(png_);
      const int passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      if (png_get_rowbytes(png_, info_) != stride) png_error(png_, "its rows are not what the header claims");
      for (int pass = 0; pass < passes; ++pass)
        for (uint32_t row = 0; row < height; ++row) png_read_row(png_, out + stride * row, nullptr);
      png_read_end(png_, info_);
    });
  }

  // EXIF may stand before or after the pixels: ask at the end.
  std::span<const uint8_t> exif() const {
    png_bytep data = nullptr;
    uint32_t size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &data) == 0) return {};
    return {data, size};
  }

  std::string warning() const { return state_.warning; }

 private:
  template <class Calls>
  void run(Calls&& calls) {
    const bool done = without_jump(state_.jump, calls);
    if (state_.out_of_memory) throw std::bad_alloc();
    if (!done) throw Error(VAV_E_IMAGE_DECODE, std::string("this PNG cannot be decoded: ") + state_.message);
  }

  State state_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

Image decode_png(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  // The signature (8 bytes), the first chunk's length and name (8), then width and height. Looked at before libpng
  // does, because libpng has only one error for everything.
  if (bytes.size() < 24) throw Error(VAV_E_IMAGE_DECODE, std::string("this PNG cannot be decoded: ") + kTruncated);
  const uint32_t width = png_get_uint_32(bytes.data() + 16), height = png_get_uint_32(bytes.data() + 20);
  check_size(width, height, options);
  Decoder decoder(bytes);
  decoder.read_header(width, height);
  Image image = new_picture(int32_t(width), int32_t(height), ImageSource::png);
  decoder.read_rgb(image.storage.data(), size_t(image.view.stride), height);
  image.orientation = exif_orientation(decoder.exif());
  image.warning = decoder.warning();
  return image;
}

}  // namespace visavis
