// GIF by giflib: the first frame, on white where it is transparent or does not reach.
#include <gif_lib.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "base/error.h"
#include "image/codec.h"

namespace visavis {
namespace {

[[noreturn]] void fail(const std::string& reason) {
  throw Error(VAV_E_IMAGE_DECODE, "this GIF cannot be decoded: " + reason);
}

int read_bytes(GifFileType* gif, GifByteType* out, int count) {
  auto& rest = *static_cast<std::span<const uint8_t>*>(gif->UserData);
  const size_t given = std::min(rest.size(), size_t(std::max(count, 0)));
  std::copy_n(rest.begin(), given, out);
  rest = rest.subspan(given);
  return int(given);
}

struct Close {
  void operator()(GifFileType* gif) const { DGifCloseFile(gif, nullptr); }
};
using Gif = std::unique_ptr<GifFileType, Close>;

[[noreturn]] void fail(const Gif& gif) {
  if (gif->Error == D_GIF_ERR_NOT_ENOUGH_MEM) throw std::bad_alloc();
  const char* reason = GifErrorString(gif->Error);
  fail(reason ? reason : "it is damaged");
}

// The signature, the screen's size and, where a flag says so, a table of 2 to 256 colours.
bool has_whole_header(std::span<const uint8_t> bytes) {
  constexpr size_t kFixed = 13, kFlags = 10;
  if (bytes.size() < kFixed || bytes[4] < '7') return false;
  return bytes.size() >= kFixed + ((bytes[kFlags] & 0x80) ? size_t{3} << ((bytes[kFlags] & 7) + 1) : 0);
}

// Goes to the first frame; the colour that is transparent in it, or -1.
int find_frame(const Gif& gif) {
  int transparent = -1;
  for (;;) {
    GifRecordType kind = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif.get(), &kind) != GIF_OK) fail(gif);
    if (kind == IMAGE_DESC_RECORD_TYPE) return transparent;
    if (kind == TERMINATE_RECORD_TYPE) fail("it holds no picture");
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(gif.get(), &code, &block) != GIF_OK) fail(gif);
    while (block) {
      GraphicsControlBlock control;
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK)
        transparent = control.TransparentColor;
      if (DGifGetExtensionNext(gif.get(), &block) != GIF_OK) fail(gif);
    }
  }
}

}  // namespace

Image decode_gif(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  int error = 0;
  auto rest = bytes;
  const Gif gif(DGifOpen(&rest, read_bytes, &error));
  // For its colours giflib gets no memory and says that the header is damaged; a header that is all there is not.
  if (!gif && (error == D_GIF_ERR_NOT_ENOUGH_MEM || has_whole_header(bytes))) throw std::bad_alloc();
  if (!gif) fail("its header is damaged or cut off");
  const int transparent = find_frame(gif);
  check_size(gif->SWidth, gif->SHeight, options);
  if (DGifGetImageHeader(gif.get()) != GIF_OK) fail(gif);
  const GifImageDesc& frame = gif->Image;
  if (frame.Width < 1 || frame.Height < 1 || frame.Left < 0 || frame.Top < 0 ||
      frame.Left + frame.Width > gif->SWidth || frame.Top + frame.Height > gif->SHeight)
    fail("its first frame reaches beyond the picture");
  const ColorMapObject* colors = frame.ColorMap ? frame.ColorMap : gif->SColorMap;
  if (!colors) fail("it has no colours");
  Image image = new_picture(gif->SWidth, gif->SHeight, ImageSource::gif);
  std::fill(image.storage.begin(), image.storage.end(), uint8_t{255});
  std::vector<GifPixelType> row(size_t(frame.Width));
  const auto read_row = [&](int y) {
    if (DGifGetLine(gif.get(), row.data(), frame.Width) != GIF_OK) fail(gif);
    uint8_t* out =
        image.storage.data() + size_t(image.view.stride) * size_t(frame.Top + y) + size_t{3} * size_t(frame.Left);
    for (int x = 0; x < frame.Width; ++x, out += 3) {
      const int index = row[size_t(x)];
      if (index == transparent) continue;
      if (index >= colors->ColorCount) fail("a pixel has a colour that is not in its table");
      const GifColorType& color = colors->Colors[index];
      out[0] = color.Red, out[1] = color.Green, out[2] = color.Blue;
    }
  };
  constexpr struct { int first, step; } kPasses[] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  if (frame.Interlace)
    for (const auto& [first, step] : kPasses)
      for (int y = first; y < frame.Height; y += step) read_row(y);
  else
    for (int y = 0; y < frame.Height; ++y) read_row(y);
  return image;
}

}  // namespace visavis
