// TIFF by libtiff, the first page, as a module of its own.
//
// What bounds its time, whatever the bytes say: only the first directory is looked at, of which libtiff takes no more
// than 4096 tags, and all that it reads for them is at most a few times the file; so are all strips or tiles together,
// each of which is decoded once; the size of the picture is checked before that, and what its tiles decode to; JPEG
// within a TIFF may not be progressive. What bounds its memory: libtiff's single allocations, at first by the size of
// the file, then by that of a strip or tile.
#include <tiffio.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/room.h"
#include "image/codec.h"
#include "image/decoder_module.h"

namespace visavis {
namespace {

constexpr uint64_t kSlack = 1 << 20;
constexpr size_t kRoom = 16 << 20;
constexpr uint64_t kReadings = 4;               // how often the file may be read
constexpr int kMostSamples = 5;                 // a pixel's: CMYK and how opaque it is
constexpr uint64_t kTilesPerPicture = 4;        // what the tiles hold against what is seen of them,
constexpr uint64_t kTilesBeyond = 4096 * 4096;  // px, and a large one for a small picture
constexpr uint32_t kBandPixels = 65'536;

[[noreturn]] void fail(const std::string& reason) {
  throw Error(VAV_E_IMAGE_DECODE, "this TIFF cannot be decoded: " + reason);
}

[[noreturn]] void refuse(const std::string& kind) {
  throw Error(VAV_E_IMAGE_FORMAT, "this TIFF is of a rare kind: " + kind + "; save it as a PNG or JPEG");
}

// The bytes as libtiff reads them, and what it says meanwhile.
struct State {
  std::span<const uint8_t> bytes;
  uint64_t at = 0;
  uint64_t may_read = 0;
  uint64_t max_allocation = 0;
  bool reading_pixels = false;
  bool over_limit = false, no_memory = false;  // an allocation was refused, by us or by the machine
  char error[256] = "";
  char warning[256] = "";
};

State& state_of(thandle_t handle) { return *static_cast<State*>(handle); }

// Keeps the first message: it mostly causes the others. A text may begin with the name of the file, which is empty.
void keep_first(char (&to)[256], const char* text) {
  if (to[0] == '\0') std::snprintf(to, sizeof to, "%s", std::strncmp(text, ": ", 2) == 0 ? text + 2 : text);
}

tmsize_t on_read(thandle_t handle, void* out, tmsize_t size) {
  State& state = state_of(handle);
  if (size < 0 || state.at > state.bytes.size()) return -1;
  const uint64_t given = std::min<uint64_t>(uint64_t(size), state.bytes.size() - state.at);
  if (given > state.may_read) {
    keep_first(state.error, "its tags share their bytes");
    return -1;
  }
  state.may_read -= given;
  if (given > 0) std::memcpy(out, state.bytes.data() + state.at, given);
  state.at += given;
  return static_cast<tmsize_t>(given);
}

tmsize_t on_write(thandle_t, void*, tmsize_t) { return -1; }

toff_t on_seek(thandle_t handle, toff_t to, int whence) {
  State& state = state_of(handle);
  state.at = to + (whence == SEEK_CUR ? state.at : whence == SEEK_END ? state.bytes.size() : 0);
  return state.at;
}

int on_close(thandle_t) { return 0; }

int on_map(thandle_t handle, void** base, toff_t* size) {
  const State& state = state_of(handle);
  *base = const_cast<uint8_t*>(state.bytes.data());
  *size = state.bytes.size();
  return 1;
}

void on_unmap(thandle_t, void*, toff_t) {}

toff_t on_size(thandle_t handle) { return state_of(handle).bytes.size(); }

// libtiff says it in the one text or the other, and goes on without what it could not keep.
void note_allocation(State& state, const char* text) {
  const std::string_view said = text;
  const auto says = [&](std::string_view part) { return said.find(part) != std::string_view::npos; };
  if (says("beyond the") && says("limit")) state.over_limit = true;
  if (state.over_limit) return;
  if (const size_t numbers = said.find(" elements of "); numbers != std::string_view::npos) {
    const size_t open = said.rfind('(', numbers);
    unsigned long long count = 0, size = 0;
    const bool read =
        open != std::string_view::npos && std::sscanf(text + open, "(%llu elements of %llu bytes", &count, &size) == 2;
    // Otherwise the product itself was absurdly large.
    state.no_memory |= read && count > 0 && size > 0 && count <= state.max_allocation / size;
  } else {
    state.no_memory |= says("Out of memory") || says("nsufficient memory") || says("No space for") || says("malloc(") ||
                       says("Failed to allocate") || says("Insertion in");
  }
}

int on_error(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  char text[256];
  std::vsnprintf(text, sizeof text, format, arguments);
  note_allocation(*static_cast<State*>(user), text);
  keep_first(static_cast<State*>(user)->error, text);
  return 1;
}

// Where data are missing or damaged, libjpeg and the fax decoder only warn and fill in; here that is an error.
bool is_damage(std::string_view text) {
  const auto says = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  return says("Premature") || says("Line length mismatch") || (says("Corrupt JPEG data") && !says("extraneous"));
}

// Of the warnings before the pixels most are about tags that nobody needs.
int on_warning(TIFF*, void* user, const char*, const char* format, va_list arguments) {
  State& state = *static_cast<State*>(user);
  char text[256];
  std::vsnprintf(text, sizeof text, format, arguments);
  note_allocation(state, text);
  if (!state.reading_pixels) return 1;
  keep_first(is_damage(text) ? state.error : state.warning, text);
  return 1;
}

using Tiff = std::unique_ptr<TIFF, void (*)(TIFF*)>;

// `mode` as TIFFOpen's: m does without a mapping, so that every byte read is counted; D leaves the lists of strips and
// tiles unread.
Tiff open(State& state, const char* mode, uint64_t max_allocation) {
  // For what it reads of the header: libtiff does not survive the lack of memory everywhere.
  require_memory(kRoom + state.bytes.size());
  const std::unique_ptr<TIFFOpenOptions, void (*)(TIFFOpenOptions*)> options(TIFFOpenOptionsAlloc(),
                                                                             TIFFOpenOptionsFree);
  if (!options) throw std::bad_alloc();
  TIFFOpenOptionsSetMaxSingleMemAlloc(options.get(), static_cast<tmsize_t>(max_allocation));
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), on_error, &state);
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), on_warning, &state);
  state.at = 0;
  state.max_allocation = max_allocation;
  state.may_read = kReadings * state.bytes.size() + kSlack;
  Tiff tiff(TIFFClientOpenExt("", mode, &state, on_read, on_write, on_seek, on_close, on_size, on_map, on_unmap,
                              options.get()),
            TIFFClose);
  if (state.no_memory) throw std::bad_alloc();
  if (!tiff) fail(state.error[0] != '\0' ? state.error : "its header is damaged");
  return tiff;
}

template <class T>
T number(TIFF* tiff, uint32_t tag, T otherwise) {
  T value = otherwise;
  return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

// Whether the first sample after the colours, if there is one, is the opacity. A sample that is declared as unspecified
// is not, though libtiff takes a fourth one for it; a sample without any declaration mostly is.
bool may_be_transparent(TIFF* tiff) {
  uint16_t count = 0, *kinds = nullptr;
  return TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds) != 1 || count == 0 ||
         kinds[0] != EXTRASAMPLE_UNSPECIFIED;
}

// What is known to be safe and what pictures of people come in.
void check_compression(uint16_t compression) {
  constexpr std::array<uint16_t, 9> kRead = {COMPRESSION_NONE,      COMPRESSION_CCITTRLE,      COMPRESSION_CCITTFAX3,
                                             COMPRESSION_CCITTFAX4, COMPRESSION_LZW,           COMPRESSION_JPEG,
                                             COMPRESSION_PACKBITS,  COMPRESSION_ADOBE_DEFLATE, COMPRESSION_DEFLATE};
  if (std::ranges::find(kRead, compression) != kRead.end()) return;
  switch (compression) {
    case COMPRESSION_OJPEG:
      refuse("its pixels are compressed with the old JPEG method of before 1995");
    case COMPRESSION_LZMA:
      refuse("its pixels are compressed with LZMA");
    case COMPRESSION_ZSTD:
      refuse("its pixels are compressed with Zstandard");
    case COMPRESSION_WEBP:
      refuse("its pixels are compressed with WebP");
    case COMPRESSION_JBIG:
      refuse("its pixels are compressed with JBIG");
    case COMPRESSION_JP2000:
      refuse("its pixels are compressed with JPEG 2000");
    default:
      refuse("its pixels are compressed with method " + std::to_string(compression));
  }
}

void check_kind(TIFF* tiff) {
  void* value = nullptr;
  const bool raw = TIFFGetField(tiff, TIFFTAG_DNGVERSION, &value) == 1 ||
                   number<uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, 0) == PHOTOMETRIC_CFA;
  if (raw) throw Error(VAV_E_IMAGE_FORMAT, "this is a camera's raw picture; save it as a JPEG, PNG or TIFF");
  const auto subfile = number<uint32_t>(tiff, TIFFTAG_SUBFILETYPE, 0);
  if (subfile & FILETYPE_REDUCEDIMAGE) refuse("it begins with a preview, as cameras' raw pictures do");
  if (subfile & FILETYPE_MASK) refuse("it begins with a mask");
  check_compression(number<uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE));
  const auto format = number<uint16_t>(tiff, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  if (format == SAMPLEFORMAT_INT) refuse("its samples are signed numbers");
  if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID) refuse("its samples are not whole numbers");
  const int samples = number<uint16_t>(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
  if (samples > kMostSamples) refuse("it has " + std::to_string(samples) + " samples a pixel");
  if (samples > 1 && number<uint16_t>(tiff, TIFFTAG_PHOTOMETRIC, 0) == PHOTOMETRIC_PALETTE)
    refuse("it has a palette and further samples");
  if (samples == 2 && number<uint16_t>(tiff, TIFFTAG_BITSPERSAMPLE, 1) == 16 && may_be_transparent(tiff))
    refuse("it is grey with 16 bits and transparency");  // libtiff would leave out the second
  char reason[1024] = "";
  if (TIFFRGBAImageOK(tiff, reason) == 1) return;
  std::string_view why = reason;
  constexpr std::string_view kPoliteness = "Sorry, ";
  if (why.starts_with(kPoliteness)) why.remove_prefix(kPoliteness.size());
  refuse("libtiff says, " + std::string(why));
}

// What the header says, after it was checked.
struct Header {
  uint32_t width = 0, height = 0;
  int32_t orientation = 1;
  uint32_t band = 0;         // rows of a strip or tile
  uint64_t block_bytes = 0;  // what a strip or tile decodes to, in all its planes
};

Header read_header(State& state, const DecodeOptions& options) {
  const Tiff tiff = open(state, "rmD", 4 * state.bytes.size() + kSlack);
  Header header;
  header.width = number<uint32_t>(tiff.get(), TIFFTAG_IMAGEWIDTH, 0);
  header.height = number<uint32_t>(tiff.get(), TIFFTAG_IMAGELENGTH, 0);
  check_size(header.width, header.height, options);
  header.orientation = number<uint16_t>(tiff.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  if (header.orientation < 1 || header.orientation > 8) header.orientation = 1;
  check_kind(tiff.get());
  if (TIFFIsTiled(tiff.get())) {
    const uint64_t width = number<uint32_t>(tiff.get(), TIFFTAG_TILEWIDTH, 0);
    const uint64_t height = number<uint32_t>(tiff.get(), TIFFTAG_TILELENGTH, 0);
    if (width == 0 || height == 0 || width % 16 != 0 || height % 16 != 0 || width > kLongestSide + 1 ||
        height > kLongestSide + 1)
      fail("its tiles are of " + std::to_string(width) + " x " + std::to_string(height) + " pixels");
    const uint64_t all = (header.width + width - 1) / width * width * ((header.height + height - 1) / height * height);
    if (all > kTilesPerPicture * header.width * header.height + kTilesBeyond)
      throw Error(VAV_E_LIMIT_EXCEEDED, "this TIFF cannot be decoded: its tiles are far larger than the picture");
    header.band = uint32_t(height);
    header.block_bytes = TIFFTileSize64(tiff.get());
  } else {
    header.band =
        std::clamp<uint32_t>(number<uint32_t>(tiff.get(), TIFFTAG_ROWSPERSTRIP, header.height), 1, header.height);
    header.block_bytes = TIFFVStripSize64(tiff.get(), header.band);
  }
  if (header.block_bytes == 0) fail(state.error[0] != '\0' ? state.error : "its strips or tiles have no size");
  header.block_bytes *= kMostSamples;
  return header;
}

// Up to its frame, a JPEG is read marker by marker: progressive ones, which no TIFF should hold, cost a pass over the
// picture for every few bytes.
bool is_plain_jpeg(std::span<const uint8_t> jpeg) {
  if (jpeg.size() < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8) return false;
  for (size_t at = 2; at + 4 <= jpeg.size() && jpeg[at] == 0xFF;) {
    const int marker = jpeg[at + 1];
    if (marker == 0xC0 || marker == 0xC1) return true;
    if (marker == 0xC2 || (marker >= 0xC5 && marker != 0xCC && marker <= 0xCF)) return false;
    if (marker < 0xC0 || marker == 0xC3 || (marker >= 0xD0 && marker <= 0xDA)) return false;
    at += size_t{2} + (size_t{jpeg[at + 2]} << 8 | jpeg[at + 3]);
  }
  return false;
}

void check_blocks(TIFF* tiff, std::span<const uint8_t> bytes) {
  const bool jpeg = number<uint16_t>(tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE) == COMPRESSION_JPEG;
  uint64_t may_read = kReadings * bytes.size();  // some writers let equal tiles share their bytes
  const uint32_t count = TIFFIsTiled(tiff) ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
  for (uint32_t block = 0; block < count; ++block) {
    const uint64_t from = TIFFGetStrileOffset(tiff, block), size = TIFFGetStrileByteCount(tiff, block);
    if (from > bytes.size() || size > bytes.size() - from) fail("the data end too early");
    if (size > may_read) fail("its strips or tiles overlap");
    may_read -= size;
    if (jpeg && !is_plain_jpeg(bytes.subspan(from, size))) fail("the JPEG within it is damaged or of a rare kind");
  }
}

class Reader {
 public:
  Reader(State& state, TIFF* tiff, const Header& header)
      : state_(state), tiff_(tiff), header_(header), opaque_(!may_be_transparent(tiff)) {
    char reason[1024] = "";
    const bool begun = TIFFRGBAImageBegin(&rgba_, tiff, 1, reason) == 1;
    if (begun && state.no_memory) TIFFRGBAImageEnd(&rgba_);
    if (state.no_memory || std::strstr(reason, "Out of memory")) throw std::bad_alloc();
    if (!begun) fail(state.error[0] != '\0' ? state.error : reason);
    rgba_.req_orientation = rgba_.orientation;  // leaves the rows as they are stored
  }
  ~Reader() { TIFFRGBAImageEnd(&rgba_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // libtiff's own way of reading a picture takes whole strips of any size, and confuses the rows of some tiles. So rows
  // and tiles are had one by one where they can be, and only what remains is left to it.
  void read(Image& image) {
    if (rgba_.isContig && TIFFIsTiled(tiff_)) return read_tiles(image);
    const bool rows = rgba_.isContig && rgba_.photometric != PHOTOMETRIC_YCBCR;
    const uint32_t band =
        std::min(header_.height, rows ? std::max<uint32_t>(1, kBandPixels / header_.width) : header_.band);
    raster_.resize(size_t{band} * header_.width);
    if (rows) packed_.resize(size_t{band} * TIFFScanlineSize64(tiff_));
    for (uint32_t row = 0; row < header_.height; row += band) {
      const uint32_t count = std::min(band, header_.height - row);
      if (rows)
        read_rows(row, count);
      else
        read_strips(row, count);
      put_on_white(raster_.data(), row_of(image, row), size_t{count} * header_.width);
    }
  }

 private:
  static uint8_t* row_of(Image& image, uint32_t row) { return image.storage.data() + size_t(image.view.stride) * row; }

  void require(bool read) const {
    if (state_.no_memory) throw std::bad_alloc();
    if (!read || state_.error[0] != '\0') fail(state_.error[0] != '\0' ? state_.error : "a part of it is damaged");
  }

  void read_rows(uint32_t row, uint32_t count) {
    const size_t size = TIFFScanlineSize64(tiff_);
    for (uint32_t i = 0; i < count; ++i) require(TIFFReadScanline(tiff_, packed_.data() + size * i, row + i, 0) == 1);
    rgba_.put.contig(&rgba_, raster_.data(), 0, 0, header_.width, count, 0, 0, packed_.data());
  }

  void read_strips(uint32_t row, uint32_t count) {
    rgba_.row_offset = int(row);
    require(TIFFRGBAImageGet(&rgba_, raster_.data(), header_.width, count) == 1);
  }

  void read_tiles(Image& image) {
    const auto width = number<uint32_t>(tiff_, TIFFTAG_TILEWIDTH, 0);
    const uint32_t height = header_.band;
    raster_.resize(size_t{width} * height);
    packed_.resize(TIFFTileSize64(tiff_));
    for (uint32_t y = 0; y < header_.height; y += height)
      for (uint32_t x = 0; x < header_.width; x += width) {
        require(TIFFReadTile(tiff_, packed_.data(), x, y, 0, 0) >= 0);
        rgba_.put.contig(&rgba_, raster_.data(), 0, 0, width, height, 0, 0, packed_.data());
        for (uint32_t row = y; row < std::min(header_.height, y + height); ++row)
          put_on_white(raster_.data() + size_t{width} * (row - y), row_of(image, row) + size_t{3} * x,
                       std::min(width, header_.width - x));
      }
  }

  // Transparent pixels become white: nobody sees them, so they must not show a face.
  void put_on_white(const uint32_t* raster, uint8_t* out, size_t pixels) const {
    // Grey is given as it is stored, colour and separate planes with the alpha multiplied in.
    const bool grey = rgba_.photometric == PHOTOMETRIC_MINISBLACK || rgba_.photometric == PHOTOMETRIC_MINISWHITE;
    const bool straight = grey && rgba_.isContig && rgba_.alpha == EXTRASAMPLE_UNASSALPHA;
    for (size_t i = 0; i < pixels; ++i, out += 3) {
      const uint32_t pixel = raster[i];
      const uint32_t alpha = opaque_ ? 255 : TIFFGetA(pixel), white = 255 - alpha;
      const uint32_t channels[] = {TIFFGetR(pixel), TIFFGetG(pixel), TIFFGetB(pixel)};
      for (int c = 0; c < 3; ++c) {
        const uint32_t seen = (straight ? (channels[c] * alpha + 127) / 255 : channels[c]) + white;
        out[c] = uint8_t(std::min<uint32_t>(seen, 255));
      }
    }
  }

  State& state_;
  TIFF* const tiff_;
  const Header& header_;
  const bool opaque_;
  TIFFRGBAImage rgba_{};
  std::vector<uint32_t> raster_;
  std::vector<uint8_t> packed_;
};

Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  State state{.bytes = bytes};
  const Header header = read_header(state, options);
  state.error[0] = '\0';  // about tags that nobody needs
  const Tiff tiff = open(state, "r", std::max(4 * bytes.size(), header.block_bytes) + kSlack);
  check_blocks(tiff.get(), bytes);
  Image image = new_picture(int32_t(header.width), int32_t(header.height), ImageSource::tiff);
  image.orientation = header.orientation;
  Reader reader(state, tiff.get(), header);
  state.error[0] = '\0';
  state.reading_pixels = true;
  reader.read(image);
  image.warning = state.warning;
  return image;
}

}  // namespace
}  // namespace visavis

VISAVIS_DECODER_MODULE(visavis::decode)
