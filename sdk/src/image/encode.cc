// By libpng, into memory that is there from the beginning, so that no part of the picture is left where it grew.
#include "image/encode.h"

#include <png.h>

#include <algorithm>
#include <new>

#include "base/error.h"
#include "image/codec.h"
#include "image/wiped_memory.h"

namespace visavis {
namespace {

struct State {
  std::span<uint8_t> room;
  size_t used;
  std::jmp_buf jump;
  char message[128];
  bool out_of_memory;
};

[[noreturn]] void on_error(png_structp png, png_const_charp message) {
  auto* state = static_cast<State*>(png_get_error_ptr(png));
  for (size_t i = 0; i + 1 < sizeof state->message && message[i]; ++i) state->message[i] = message[i];
  std::longjmp(state->jump, 1);
}

png_voidp on_allocate(png_structp png, png_alloc_size_t size) {
  void* const memory = allocate_wiped(size);
  if (!memory) static_cast<State*>(png_get_mem_ptr(png))->out_of_memory = true;
  return memory;
}

void on_write(png_structp png, png_bytep bytes, size_t size) {
  auto* state = static_cast<State*>(png_get_io_ptr(png));
  if (size > state->room.size() - state->used) png_error(png, "it is larger than its pixels");
  std::copy_n(bytes, size, state->room.begin() + ptrdiff_t(state->used));
  state->used += size;
}

class Encoder {
 public:
  explicit Encoder(std::span<uint8_t> room) : state_{room, 0, {}, {}, false} {}
  ~Encoder() { png_destroy_write_struct(&png_, &info_); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  // How many bytes it has become.
  size_t encode(const ImageView& image) {
    run([&] {
      png_ = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, &state_, on_error, nullptr, &state_, on_allocate,
                                       [](png_structp, png_voidp memory) { free_wiped(memory); });
      info_ = png_ ? png_create_info_struct(png_) : nullptr;
    });
    if (!info_) throw std::bad_alloc();
    run([&] {
      png_set_write_fn(png_, &state_, on_write, [](png_structp) {});
      png_set_IHDR(png_, info_, png_uint_32(image.width), png_uint_32(image.height), 8, PNG_COLOR_TYPE_RGB,
                   PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_write_info(png_, info_);
      for (int32_t row = 0; row < image.height; ++row) png_write_row(png_, image.data + row * image.stride);
      png_write_end(png_, nullptr);
    });
    return state_.used;
  }

 private:
  template <class Calls>
  void run(Calls&& calls) {
    const bool done = without_jump(state_.jump, calls);
    if (state_.out_of_memory) throw std::bad_alloc();
    if (!done) throw Error(VAV_E_INTERNAL, std::string("the picture could not be written as a PNG: ") + state_.message);
  }

  State state_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

std::vector<uint8_t> encode_png(const ImageView& image) {
  png_image sizes{};
  sizes.version = PNG_IMAGE_VERSION;
  sizes.width = png_uint_32(image.width);
  sizes.height = png_uint_32(image.height);
  sizes.format = PNG_FORMAT_RGB;
  std::vector<uint8_t> bytes(PNG_IMAGE_PNG_SIZE_MAX(sizes));
  try {
    bytes.resize(Encoder(bytes).encode(image));
  } catch (...) {
    wipe(bytes);
    throw;
  }
  return bytes;
}

}  // namespace visavis
