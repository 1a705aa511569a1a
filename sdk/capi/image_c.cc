// visavis/image.h: pictures from files, bytes and the caller's memory.
#include <string>

#include "base/text.h"
#include "capi/handles.h"
#include "capi/sized.h"
#include "image/decode.h"
#include "image/pixels.h"
#include "visavis/image.h"

namespace visavis::capi {
namespace {

static_assert(int(ImageSource::pixels) == VAV_SOURCE_PIXELS && int(ImageSource::jpeg) == VAV_SOURCE_JPEG &&
              int(ImageSource::png) == VAV_SOURCE_PNG && int(ImageSource::webp) == VAV_SOURCE_WEBP &&
              int(ImageSource::gif) == VAV_SOURCE_GIF && int(ImageSource::bmp) == VAV_SOURCE_BMP &&
              int(ImageSource::tiff) == VAV_SOURCE_TIFF && int(ImageSource::heif) == VAV_SOURCE_HEIF);

DecodeOptions decode_options(const vav_image_options* options) {
  const vav_image_options read = read_struct(options, "options");
  DecodeOptions result;
  result.ignore_orientation = read_flag(read.ignore_orientation, "options.ignore_orientation");
  within(read.max_pixels, int64_t{0}, kMostPixels, "options.max_pixels");
  if (read.max_pixels != 0) result.max_pixels = read.max_pixels;
  return result;
}

std::unique_ptr<vav_image> handle(Image image) {
  auto result = std::make_unique<vav_image>();
  result->image = std::move(image);
  return result;
}

}  // namespace
}  // namespace visavis::capi

namespace capi = visavis::capi;

extern "C" {

void vav_image_options_init(vav_image_options* options) { capi::init_struct(options); }

void vav_pixels_init(vav_pixels* pixels) { capi::init_struct(pixels); }

vav_status vav_image_load(vav_image** out, const char* path, const vav_image_options* options, vav_error* err) {
  return capi::guard_make(out, err, [&] {
    const std::string checked = capi::read_path(path, "path");
    return capi::handle(visavis::load_image(checked, capi::decode_options(options)));
  });
}

vav_status vav_image_decode(vav_image** out, const void* bytes, size_t size, const vav_image_options* options,
                            vav_error* err) {
  return capi::guard_make(out, err, [&] {
    const auto* data = static_cast<const uint8_t*>(capi::required(bytes, "bytes"));
    return capi::handle(visavis::decode_image({data, size}, capi::decode_options(options)));
  });
}

vav_status vav_image_wrap(vav_image** out, const vav_pixels* pixels, vav_error* err) {
  return capi::guard_make(out, err, [&] {
    capi::required(pixels, "pixels");
    return capi::handle(visavis::wrap_pixels(capi::read_struct(pixels, "pixels")));
  });
}

void vav_image_destroy(vav_image* image) { capi::destroy(image); }

int32_t vav_image_width(const vav_image* image) { return capi::alive(image) ? image->image.view.width : 0; }

int32_t vav_image_height(const vav_image* image) { return capi::alive(image) ? image->image.view.height : 0; }

int32_t vav_image_orientation(const vav_image* image) { return capi::alive(image) ? image->image.orientation : 0; }

vav_image_source vav_image_get_source(const vav_image* image) {
  return capi::alive(image) ? static_cast<vav_image_source>(image->image.source) : VAV_SOURCE_PIXELS;
}

const char* vav_image_get_warning(const vav_image* image) {
  return capi::alive(image) ? image->image.warning.c_str() : "";
}

vav_status vav_image_get_pixels(const vav_image* image, vav_pixels* out, vav_error* err) {
  return capi::guard(err, [&] {
    capi::begin_struct(out, "out");
    const visavis::ImageView& view = capi::checked(image, "image")->image.view;
    vav_pixels pixels{};
    pixels.format = VAV_PIXEL_RGB;
    pixels.width = view.width;
    pixels.height = view.height;
    pixels.orientation = 1;
    pixels.stride[0] = view.stride;
    pixels.data[0] = view.data;
    capi::write_struct(out, pixels, "out");
  });
}

}  // extern "C"
