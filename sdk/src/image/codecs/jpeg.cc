// JPEG by libjpeg-turbo, with the library's own defaults (slow integer DCT, fancy upsampling): the pixels that dlib's
// loader gives. libjpeg only warns about missing or damaged data and fills in grey; here that is an error.
// Each of these needs the one before it.
// clang-format off
#include <cstdio>
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

#include <algorithm>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "base/error.h"
#include "image/codec.h"
#include "image/orientation.h"

namespace visavis {
namespace {

// A normal progressive file has about ten. Each costs a pass over the whole picture, however few bytes it has.
constexpr int kMostScans = 256;
constexpr int64_t kMostScannedPixels = 4'000'000'000;
constexpr int kScansAlwaysAllowed = 32;

// libjpeg hands its own part back to the callbacks; being the first member, it leads to the rest.
struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf jump;
  vav_status code;
  bool ended_early;  // the file stops before its end marker
  char message[JMSG_LENGTH_MAX];
  char warning[JMSG_LENGTH_MAX];
};

ErrorManager& manager(j_common_ptr info) { return *reinterpret_cast<ErrorManager*>(info->err); }

[[noreturn]] void on_error(j_common_ptr info) {
  ErrorManager& errors = manager(info);
  errors.code = errors.base.msg_code == JERR_IMAGE_TOO_BIG   ? VAV_E_LIMIT_EXCEEDED
                : errors.base.msg_code == JERR_OUT_OF_MEMORY ? VAV_E_OUT_OF_MEMORY
                                                             : VAV_E_IMAGE_DECODE;
  errors.base.format_message(info, errors.message);
  // Finds intact files of a kind that libjpeg does not read.
  const char* kind = nullptr;
  if (errors.base.msg_code == JERR_BAD_PRECISION) {
    const int bits = errors.base.msg_parm.i[0];
    kind = bits == 12 ? "it has 12 bits for each sample, as from scanners and medical devices"
                      : "its samples do not have 8 bits";
  } else if (errors.base.msg_code == JERR_SOF_UNSUPPORTED) {
    const int process = errors.base.msg_parm.i[0] & 15;
    kind = process == 3 || process == 7 || process == 11 || process == 15 ? "it is a lossless JPEG"
                                                                          : "it is of a rare kind of JPEG";
  }
  if (kind) {
    errors.code = VAV_E_IMAGE_FORMAT;
    std::snprintf(errors.message, sizeof errors.message, "%s; save it as an ordinary JPEG or PNG", kind);
  }
  std::longjmp(errors.jump, 1);
}

void on_message(j_common_ptr info, int level) {
  if (level >= 0) return;  // tracing
  ErrorManager& errors = manager(info);
  switch (errors.base.msg_code) {
    case JWRN_JPEG_EOF:
      errors.ended_early = true;  // whether anything is missing shows later
      break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      on_error(info);  // part of the picture would be made up
    default:
      if (errors.warning[0] == '\0') errors.base.format_message(info, errors.warning);
  }
}

void on_progress(j_common_ptr info) {
  const auto* jpeg = reinterpret_cast<j_decompress_ptr>(info);
  const int64_t scans = jpeg->input_scan_number;
  const int64_t pixels = int64_t{jpeg->image_width} * jpeg->image_height;
  if (scans <= kScansAlwaysAllowed || (scans <= kMostScans && scans * pixels <= kMostScannedPixels)) return;
  ErrorManager& errors = manager(info);
  errors.code = VAV_E_LIMIT_EXCEEDED;
  std::strcpy(errors.message, "it has far more progressive scans than any normal file; save it again as a plain JPEG");
  std::longjmp(errors.jump, 1);
}

class Decoder {
 public:
  Decoder() {
    info_.err = jpeg_std_error(&errors_.base);
    errors_.base.error_exit = on_error;
    errors_.base.emit_message = on_message;
    errors_.base.output_message = [](j_common_ptr) {};
    progress_.progress_monitor = on_progress;
  }
  ~Decoder() { jpeg_destroy_decompress(&info_); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  void read_header(std::span<const uint8_t> bytes) {
    run([&] {
      jpeg_create_decompress(&info_);
      info_.progress = &progress_;
      jpeg_mem_src(&info_, bytes.data(), bytes.size());
      jpeg_save_markers(&info_, JPEG_APP0 + 1, 0xFFFF);
      jpeg_read_header(&info_, TRUE);
    });
    if (info_.num_components != 1 && info_.num_components != 3 && info_.num_components != 4)
      throw Error(VAV_E_IMAGE_FORMAT, "this JPEG has " + std::to_string(info_.num_components) +
                                          " colour channels; 1 (grey), 3 (RGB) and 4 (CMYK) are supported");
  }

  void start() {
    info_.out_color_space = is_cmyk() ? JCS_CMYK : JCS_RGB;
    run([&] { jpeg_start_decompress(&info_); });
  }

  void read_rows(uint8_t* out, size_t stride, int32_t count) {
    run([&] {
      for (int32_t done = 0; done < count;) {
        JSAMPROW row = out + stride * done;
        done += int32_t(jpeg_read_scanlines(&info_, &row, 1));
      }
    });
  }

  // Reads on to the end: a file cut off there is told as well.
  void finish() {
    run([&] { jpeg_finish_decompress(&info_); });
  }

  // To be called between the last row and finish(): a file that only lacks its end marker is whole.
  void require_whole() const {
    if (!errors_.ended_early) return;
    bool whole = info_.comps_in_scan == info_.num_components;
    if (info_.progressive_mode) {
      whole = info_.coef_bits != nullptr;
      for (int i = 0; whole && i < info_.num_components; ++i)
        whole = std::all_of(info_.coef_bits[i], info_.coef_bits[i] + DCTSIZE2, [](int bits) { return bits == 0; });
    }
    if (!whole)
      throw Error(VAV_E_IMAGE_DECODE,
                  "this JPEG cannot be decoded: it ends too early, a part of the picture is missing");
  }

  bool is_cmyk() const { return info_.num_components == 4; }
  bool is_inverted() const { return info_.saw_Adobe_marker; }
  int64_t width() const { return info_.image_width; }
  int64_t height() const { return info_.image_height; }
  std::string warning() const {
    if (errors_.warning[0] != '\0' || !errors_.ended_early) return errors_.warning;
    return "the file lacks its end marker; the picture is whole";
  }

  std::span<const uint8_t> exif() const {
    for (auto* marker = info_.marker_list; marker; marker = marker->next)
      if (marker->data_length > 6 && std::memcmp(marker->data, "Exif\0\0", 6) == 0)
        return {marker->data, marker->data_length};
    return {};
  }

 private:
  template <class Calls>
  void run(Calls&& calls) {
    if (without_jump(errors_.jump, calls)) return;
    if (errors_.code == VAV_E_OUT_OF_MEMORY) throw std::bad_alloc();
    throw Error(errors_.code, std::string("this JPEG cannot be decoded: ") + errors_.message);
  }

  jpeg_decompress_struct info_{};
  ErrorManager errors_{};
  jpeg_progress_mgr progress_{};
};

// Each of red, green, blue is what its ink and the black let through. Adobe's files hold that already, others the ink.
void cmyk_to_rgb(cv::Mat cmyk, bool inverted, cv::Mat& rgb) {
  if (!inverted) cv::bitwise_not(cmyk, cmyk);
  std::vector<cv::Mat> inks;
  cv::split(cmyk, inks);
  for (int i = 0; i < 3; ++i) cv::multiply(inks[i], inks[3], inks[i], 1.0 / 255);
  inks.pop_back();
  cv::merge(inks, rgb);
}

void read_cmyk(Decoder& decoder, const ImageView& view, uint8_t* out) {
  constexpr int32_t kBand = 64;  // rows: the four channels never stand in memory as a whole
  cv::Mat buffer(kBand, view.width, CV_8UC4);
  for (int32_t row = 0; row < view.height; row += kBand) {
    const int32_t count = std::min(kBand, view.height - row);
    decoder.read_rows(buffer.data, buffer.step, count);
    cv::Mat rgb(count, view.width, CV_8UC3, out + view.stride * row);
    cmyk_to_rgb(buffer.rowRange(0, count), decoder.is_inverted(), rgb);
  }
}

}  // namespace

Image decode_jpeg(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  Decoder decoder;
  decoder.read_header(bytes);
  check_size(decoder.width(), decoder.height(), options);
  Image image = new_picture(int32_t(decoder.width()), int32_t(decoder.height()), ImageSource::jpeg);
  image.orientation = exif_orientation(decoder.exif());
  decoder.start();
  if (decoder.is_cmyk())
    read_cmyk(decoder, image.view, image.storage.data());
  else
    decoder.read_rows(image.storage.data(), size_t(image.view.stride), image.view.height);
  decoder.require_whole();
  decoder.finish();
  image.warning = decoder.warning();
  return image;
}

}  // namespace visavis
