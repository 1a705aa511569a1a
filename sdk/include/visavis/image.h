/* Images: decoded from files or bytes, or a view of the caller's pixels. */
#ifndef VISAVIS_IMAGE_H
#define VISAVIS_IMAGE_H

#include "visavis/status.h"

VAV_BEGIN_DECLS

/**
 * How the pixels lie in memory, 8 bits for each channel. The YUV formats are BT.601, limited range; their chroma planes
 * have half the width and half the height.
 */
typedef int32_t vav_pixel_format;
enum {
  VAV_PIXEL_GRAY = 1, /* 1 byte for each pixel */
  VAV_PIXEL_RGB = 2,  /* 3 bytes: red, green, blue */
  VAV_PIXEL_BGR = 3,  /* 3 bytes: blue, green, red */
  VAV_PIXEL_RGBA = 4, /* 4 bytes; alpha is ignored */
  VAV_PIXEL_BGRA = 5, /* 4 bytes; alpha is ignored */
  VAV_PIXEL_NV12 = 6, /* plane 0: Y; plane 1: U and V in turn */
  VAV_PIXEL_NV21 = 7, /* plane 0: Y; plane 1: V and U in turn */
  VAV_PIXEL_I420 = 8  /* plane 0: Y; plane 1: U; plane 2: V */
};

/** What an image was read from. */
typedef int32_t vav_image_source;
enum {
  VAV_SOURCE_PIXELS = 0, /* your own pixels, by vav_image_wrap */
  VAV_SOURCE_JPEG = 1,
  VAV_SOURCE_PNG = 2,
  VAV_SOURCE_WEBP = 3,
  VAV_SOURCE_GIF = 4,
  VAV_SOURCE_BMP = 5,
  VAV_SOURCE_TIFF = 6, /* needs the module libvisavis_tiff.so beside the library */
  VAV_SOURCE_HEIF = 7  /* HEIC or AVIF; needs the module libvisavis_heif.so */
};

/** An upright picture of 8-bit RGB. It never changes, so any number of threads may share it. */
typedef struct vav_image vav_image;

/** How to decode. NULL or all zero: turned upright as EXIF says, and at most 100 megapixels. */
typedef struct vav_image_options {
  uint32_t struct_size;
  int32_t ignore_orientation; /* 1: do not turn the picture; vav_image_orientation still gives what EXIF says */
  int64_t max_pixels;         /* more pixels (width × height) are LIMIT_EXCEEDED; 0 = 100,000,000; at most 2^30 */
} vav_image_options;

#define VAV_IMAGE_OPTIONS_INIT \
  { (uint32_t)sizeof(vav_image_options), 0, 0 }

/** Does what VAV_IMAGE_OPTIONS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_image_options_init(vav_image_options *options);

/**
 * Describes pixels in memory. For a part of a picture, let `data` point to its first pixel and keep the stride of the
 * whole. Width and height may be odd, also for YUV. For YUV, data[1] = NULL means that the chroma planes follow the Y
 * plane, after `height` rows of stride[0] bytes, as cameras lay them out; a chroma stride of 0 is then stride[0], or
 * half of it for I420.
 */
typedef struct vav_pixels {
  uint32_t struct_size;
  vav_pixel_format format; /* how the pixels lie in memory; there is no default */
  int32_t width;           /* px, 1..65,535, before the picture is turned upright */
  int32_t height;          /* px, 1..65,535, before the picture is turned upright */
  /* how to make the picture upright, as a number of EXIF: 0 or 1 = it is upright, 2 = mirror it, 3 = turn it by 180°,
     4 = flip it, 5 = transpose it, 6 = turn it by 90° clockwise, 7 = transverse it, 8 = turn it by 90° the other way */
  int32_t orientation;
  int32_t reserved;       /* 0 */
  int64_t stride[3];      /* for each plane: bytes from one row to the next; 0 = no gap between rows */
  const uint8_t *data[3]; /* for each plane: its first pixel; NULL = the format has no such plane */
} vav_pixels;

#define VAV_PIXELS_INIT \
  { (uint32_t)sizeof(vav_pixels), 0, 0, 0, 0, 0, {0, 0, 0}, {NULL, NULL, NULL} }

/** Does what VAV_PIXELS_INIT does. NULL is ignored. @threads any @since 0.1 */
VAV_API void vav_pixels_init(vav_pixels *pixels);

/**
 * Decodes a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file. Its content decides which it is, not its name. `path`
 * is UTF-8; `options` may be NULL. TIFF needs the module libvisavis_tiff.so beside the library, HEIC and AVIF need
 * libvisavis_heif.so. Of an animation or a file with several pages the first one is taken, of a HEIF file the primary
 * picture. Transparent pixels become white, more than 8 bits become 8, and grey, palette and CMYK become RGB. The image
 * is yours: destroy it with vav_image_destroy.
 * Codes: FILE_NOT_FOUND, PERMISSION, IO, IMAGE_FORMAT (not a picture, or a module is missing: the message says what to
 * install), IMAGE_DECODE, LIMIT_EXCEEDED (before memory is taken), INVALID_ARGUMENT (the options).
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_load(vav_image **out, const char *path, const vav_image_options *options, vav_error *err);

/**
 * Does the same with the `size` bytes of a file in memory. They are not needed after the call.
 * Codes: as for vav_image_load, without those of reading a file.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_decode(vav_image **out, const void *bytes, size_t size, const vav_image_options *options,
                                    vav_error *err);

/**
 * Makes an image of your own pixels. Upright RGB of any stride is not copied: the memory must stay valid and
 * unchanged until the image is destroyed. Every other format or orientation is converted and copied at once.
 * The image is yours: destroy it with vav_image_destroy.
 * Codes: INVALID_ARGUMENT (sizes, strides, format or orientation do not fit), LIMIT_EXCEEDED (more than 2^30 pixels),
 * OUT_OF_MEMORY.
 * @threads any @since 0.1
 */
VAV_API vav_status vav_image_wrap(vav_image **out, const vav_pixels *pixels, vav_error *err);

/** Frees the image; NULL is fine. @threads any, once @since 0.1 */
VAV_API void vav_image_destroy(vav_image *image);

/** Width of the upright picture in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_width(const vav_image *image);
/** Height of the upright picture in px; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_height(const vav_image *image);
/** The orientation that EXIF or you gave, 1..8, and 1 if there was none; 0 for NULL. @threads any @since 0.1 */
VAV_API int32_t vav_image_orientation(const vav_image *image);
/** What the image was read from. @threads any @since 0.1 */
VAV_API vav_image_source vav_image_get_source(const vav_image *image);
/** The decoder's warning about a picture that it could read; "" = none. Borrowed. @threads any @since 0.1 */
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
