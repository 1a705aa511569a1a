// WebP by libwebp; of an animation the first frame, through libwebpdemux.
#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>
#include <memory>
#include <new>
#include <opencv2/imgproc.hpp>

#include "base/error.h"
#include "image/bands.h"
#include "image/codec.h"
#include "image/orientation.h"

namespace visavis {
namespace {

[[noreturn]] void fail(const std::string& reason) {
  throw Error(VAV_E_IMAGE_DECODE, "this WebP cannot be decoded: " + reason);
}

void check(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OK:
      return;
    case VP8_STATUS_OUT_OF_MEMORY:
    // Our arguments are right and we do not stop it: so libwebp means that it got no memory for its own state.
    case VP8_STATUS_INVALID_PARAM:
    case VP8_STATUS_USER_ABORT:
      throw std::bad_alloc();
    case VP8_STATUS_NOT_ENOUGH_DATA:
      fail("the data end too early");
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      fail("it uses a feature that libwebp does not know");
    default:
      fail("the data are damaged");
  }
}

// Transparent pixels become white: nobody sees them, so they must not show a face. `rgba` is multiplied by alpha
// already.
void lay_on_white(const cv::Mat& rgba, cv::Mat& rgb) {
  in_bands(rgba.cols, rgba.rows, [&](int32_t first, int32_t past) {
    const cv::Mat from = rgba.rowRange(first, past);
    cv::Mat to = rgb.rowRange(first, past), missing, white;
    cv::extractChannel(from, missing, 3);
    cv::bitwise_not(missing, missing);
    cv::cvtColor(missing, white, cv::COLOR_GRAY2RGB);
    cv::cvtColor(from, to, cv::COLOR_RGBA2RGB);
    cv::add(to, white, to);
  });
}

void read_transparent(std::span<const uint8_t> bytes, Image& image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) fail("libwebp is of another version than its headers");
  cv::Mat rgba(image.view.height, image.view.width, CV_8UC4);
  config.output.colorspace = MODE_rgbA;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {rgba.data, int(rgba.step), rgba.step * size_t(rgba.rows)};
  check(WebPDecode(bytes.data(), bytes.size(), &config));
  cv::Mat rgb(image.view.height, image.view.width, CV_8UC3, image.storage.data());
  lay_on_white(rgba, rgb);
}

void read_still(std::span<const uint8_t> bytes, Image& image) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) fail("libwebp is of another version than its headers");
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {image.storage.data(), int(image.view.stride), image.storage.size()};
  check(WebPDecode(bytes.data(), bytes.size(), &config));
}

void read_first_frame(std::span<const uint8_t> bytes, Image& image) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPAnimDecoderOptions options;
  if (!WebPAnimDecoderOptionsInit(&options)) fail("libwebpdemux is of another version than its headers");
  options.color_mode = MODE_rgbA;
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(WebPAnimDecoderNew(&data, &options),
                                                                             WebPAnimDecoderDelete);
  WebPAnimInfo info;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) fail("the animation is truncated or damaged");
  const int32_t width = image.view.width, height = image.view.height;
  if (info.canvas_width != uint32_t(width) || info.canvas_height != uint32_t(height))
    fail("its headers contradict each other");
  uint8_t* canvas = nullptr;  // the decoder's
  int end_ms = 0;
  if (!WebPAnimDecoderGetNext(decoder.get(), &canvas, &end_ms)) fail("the first frame is truncated or damaged");
  const cv::Mat rgba(height, width, CV_8UC4, canvas);
  cv::Mat rgb(height, width, CV_8UC3, image.storage.data());
  lay_on_white(rgba, rgb);
}

// Whether the header promises EXIF: its flag in the chunk VP8X, which then comes first.
bool has_exif(std::span<const uint8_t> bytes) {
  return bytes.size() > 20 && std::memcmp(bytes.data() + 12, "VP8X", 4) == 0 && (bytes[20] & EXIF_FLAG) != 0;
}

int32_t orientation_of(std::span<const uint8_t> bytes) {
  if (!has_exif(bytes)) return 1;
  const WebPData data{bytes.data(), bytes.size()};
  WebPDemuxState state;
  const std::unique_ptr<WebPDemuxer, void (*)(WebPDemuxer*)> demuxer(WebPDemuxPartial(&data, &state), WebPDemuxDelete);
  // libwebp does not tell a lack of memory from damage. Neither may become a picture that lies on its side.
  if (!demuxer) fail("its EXIF cannot be read: the file is damaged, or memory is short");
  WebPChunkIterator chunk;
  if (!WebPDemuxGetChunk(demuxer.get(), "EXIF", 1, &chunk)) return 1;
  const std::unique_ptr<WebPChunkIterator, void (*)(WebPChunkIterator*)> release(&chunk, WebPDemuxReleaseChunkIterator);
  return exif_orientation({chunk.chunk.bytes, chunk.chunk.size});
}

}  // namespace

Image decode_webp(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  WebPBitstreamFeatures features;
  check(WebPGetFeatures(bytes.data(), bytes.size(), &features));
  check_size(features.width, features.height, options);
  Image image = new_picture(features.width, features.height, ImageSource::webp);
  if (features.has_animation)
    read_first_frame(bytes, image);
  else if (features.has_alpha)
    read_transparent(bytes, image);
  else
    read_still(bytes, image);
  image.orientation = orientation_of(bytes);
  return image;
}

}  // namespace visavis
