/* Images: decoded from files or bytes, or a view of the caller's pixels. */
#ifndef VISAVIS_IMAGE_H
#define VISAVIS_IMAGE_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/** How a pixel is laid out in memory, 8 bits a channel. YUV formats are BT.601 limited range, chroma halved both ways. */
typedef int32_t vav_pixel_format;
enum {
  VAV_PIXEL_GRAY = 1,
  VAV_PIXEL_RGB = 2,
  VAV_PIXEL_BGR = 3,
  VAV_PIXEL_RGBA = 4, /* alpha is ignored */
  VAV_PIXEL_BGRA = 5, /* alpha is ignored */
  VAV_PIXEL_NV12 = 6, /* plane 0: Y, plane 1: interleaved U V */
  VAV_PIXEL_NV21 = 7, /* plane 0: Y, plane 1: interleaved V U */
  VAV_PIXEL_I420 = 8  /* planes 0, 1, 2: Y, U, V */
};

/** What an image was read from. */
typedef int32_t vav_image_source;
enum {
  VAV_SOURCE_PIXELS = 0,
  VAV_SOURCE_JPEG = 1,
  VAV_SOURCE_PNG = 2,
  VAV_SOURCE_WEBP = 3,
  VAV_SOURCE_GIF = 4,
  VAV_SOURCE_BMP = 5,
  VAV_SOURCE_TIFF = 6, /* where libvisavis_tiff.so is beside the library */
  VAV_SOURCE_HEIF = 7  /* HEIC and AVIF, where libvisavis_heif.so is */
};

/** A picture, upright, seen by the engine as 8-bit RGB. Immutable after creation: share it between threads freely. */
typedef struct vav_image vav_image;

/** How to decode. NULL or all zero: EXIF orientation applied, at most 100 megapixels. */
typedef struct vav_image_options {
  uint32_t struct_size;
  int32_t ignore_orientation; /* 1: leave the pixels as stored; the orientation is still reported */
  int64_t max_pixels;         /* width × height above this gives VAV_E_LIMIT_EXCEEDED; 0 = 100,000,000; at most 2^30 */
} vav_image_options;

#define VAV_IMAGE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_image_options), 0, 0 }

/** Does what VAV_IMAGE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_image_options_init(vav_image_options *options);

/**
 * The caller's pixels, described. A sub-rectangle is a view with a moved data pointer and the stride of the whole.
 * `stride` is in bytes from one row to the next, 0 = rows are packed. For the YUV formats, data[1] = NULL means that the
 * chroma planes follow the Y plane directly (after height rows of stride[0] bytes), with strides of 0 then meaning that
 * they share its stride, I420 half of it, as cameras lay them out; width and height may be odd.
 */
typedef struct vav_pixels {
  uint32_t struct_size;
  vav_pixel_format format;
  int32_t width;  /* px, 1..65,535, before orientation */
  int32_t height; /* px, 1..65,535 */
  /* EXIF numbering: 1 or 0 upright, 2 mirrored, 3 turned by 180°, 4 flipped, 5 transposed, 6 and 8 turn it by 90°
     clockwise and counter-clockwise to be upright, 7 transversed. The engine sees the upright picture. */
  int32_t orientation;
  int32_t reserved; /* 0 */
  int64_t stride[3];
  const uint8_t *data[3];
} vav_pixels;

#define VAV_PIXELS_INIT \
  { (uint32_t)sizeof(vav_pixels), 0, 0, 0, 0, 0, {0, 0, 0}, {NULL, NULL, NULL} }

/** Does what VAV_PIXELS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_pixels_init(vav_pixels *pixels);

/**
 * Decodes a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file, told apart by content and not by name. `path` is UTF-8.
 * TIFF is read by the module libvisavis_tiff.so beside the library, HEIC and AVIF by libvisavis_heif.so; where that is
 * missing, the refusal (IMAGE_FORMAT) says what to install. Of an animation the first frame is taken, of several pages the
 * first, of a HEIF file the primary picture; what is transparent becomes white; samples of more bits are reduced to 8; grey,
 * palette and CMYK become RGB.
 * Codes: FILE_NOT_FOUND, PERMISSION, IO, IMAGE_FORMAT, IMAGE_DECODE, LIMIT_EXCEEDED (before anything is allocated).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_load(vav_image **out, const char *path, const vav_image_options *options, vav_error *err);

/**
 * Does the same with the bytes of a file in memory. They are not needed after the call.
 * Codes: as for vav_image_load, without those of reading a file.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_decode(vav_image **out, const void *bytes, size_t size, const vav_image_options *options,
                                    vav_error *err);

/**
 * Makes an image of your own pixels. Upright RGB of any stride is not copied: the memory must stay valid and
 * unchanged until the image is destroyed. Every other format or orientation is converted at once into memory of the
 * image's own. The image is yours: destroy it with vav_image_destroy.
 * Codes: INVALID_ARGUMENT (sizes, strides, format or orientation do not fit), OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_wrap(vav_image **out, const vav_pixels *pixels, vav_error *err);

/** Frees the image; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_image_destroy(vav_image *image);

/** Width of the upright picture in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_width(const vav_image *image);
/** Height of the upright picture in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_height(const vav_image *image);
/** The orientation found in EXIF or given by the caller, 1..8 (1 when there was none); 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_orientation(const vav_image *image);
/** What the image was read from. @threads any @since 0.1 */
VAV_API vav_image_source vav_image_get_source(const vav_image *image);
/** What the decoder grumbled about while it still gave a whole picture; "" when nothing. Borrowed. @threads any @since 0.1 */
VAV_API const char *vav_image_get_warning(const vav_image *image);

/**
 * Describes the upright RGB pixels in `*out` (format VAV_PIXEL_RGB, one plane). They are borrowed until the image is
 * destroyed.
 * Codes: INVALID_ARGUMENT (`image`).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_get_pixels(const vav_image *image, vav_pixels *out, vav_error *err);

VAV_END_DECLS

#endif
