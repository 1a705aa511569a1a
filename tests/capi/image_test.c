/* visavis/image.h: files, bytes and pixels, good and bad. */
#include "check.h"
#include "objects.h"

INIT_CASE(vav_image_options)
INIT_CASE(vav_pixels)

/* The smallest PNG: one red pixel. */
static const uint8_t kPng[] = {0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48,
                               0x44, 0x52, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x02, 0x00, 0x00,
                               0x00, 0x90, 0x77, 0x53, 0xde, 0x00, 0x00, 0x00, 0x0c, 0x49, 0x44, 0x41, 0x54, 0x78,
                               0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0x00, 0x00, 0x03, 0x01, 0x01, 0x00, 0xc9, 0xfe, 0x92,
                               0xef, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82};

static const char *file_of(const char *name, const void *bytes, size_t size) {
  const char *path = fresh_path(name);
  FILE *file = fopen(path, "wb");
  CHECK(file && fwrite(bytes, size, 1, file) == 1);
  if (file) fclose(file);
  return path;
}

/* Its name has a space and a letter beyond ASCII. */
static const char *png_path(void) { return file_of("red \xc3\xa9.png", kPng, sizeof kPng); }

static vav_status use_load_options(const void *options) {
  vav_image *image = NULL;
  const vav_status status = vav_image_load(&image, png_path(), options, err);
  vav_image_destroy(image);
  return status;
}

static vav_status use_decode_options(const void *options) {
  vav_image *image = NULL;
  const vav_status status = vav_image_decode(&image, kPng, sizeof kPng, options, err);
  vav_image_destroy(image);
  return status;
}

static vav_status use_pixels(const void *pixels) {
  vav_image *image = NULL;
  const vav_status status = vav_image_wrap(&image, pixels, err);
  vav_image_destroy(image);
  return status;
}

static vav_status use_pixels_out(void *out) { return vav_image_get_pixels(small_image(), out, err); }

static void test_vav_image_load(void) {
  vav_image *image = NULL;
  vav_image_options options = VAV_IMAGE_OPTIONS_INIT;
  const char *path = png_path(), *not_a_picture = file_of("notes.txt", "Dear diary", 10);
  int i;
  OK(vav_image_load(&image, path, NULL, err));
  CHECK(vav_image_width(image) == 1 && vav_image_height(image) == 1);
  vav_image_destroy(image);

  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_load(NULL, path, NULL, err));
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "path", vav_image_load(&image, NULL, NULL, err));
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "path", vav_image_load(&image, endless_text, NULL, err));
  REFUSED_MAKE(image, VAV_E_FILE_NOT_FOUND, "nowhere.jpg", vav_image_load(&image, "nowhere.jpg", NULL, err));
  REFUSED_MAKE(image, VAV_E_IMAGE_FORMAT, "notes.txt", vav_image_load(&image, not_a_picture, NULL, err));
  for (i = 0; bad_texts[i]; ++i)
    REFUSED_MAKE(image, VAV_E_TEXT_ENCODING, "path", vav_image_load(&image, bad_texts[i], NULL, err));
  options.ignore_orientation = 2;
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "ignore_orientation", vav_image_load(&image, path, &options, err));
  options.ignore_orientation = 0;
  options.max_pixels = -1;
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "max_pixels", vav_image_load(&image, path, &options, err));
  options.max_pixels = INT64_MAX;
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "max_pixels", vav_image_load(&image, path, &options, err));
  options.max_pixels = 0;
  INPUT_SIZES("options", options, use_load_options);

  path = photo_path("obama.jpg");
  if (!path) SKIP("no sample photos");
  OK(vav_image_load(&image, path, &options, err));
  CHECK(vav_image_get_source(image) == VAV_SOURCE_JPEG);
  CHECK(vav_image_width(image) > 400 && vav_image_height(image) > 400);
  vav_image_destroy(image);
  options.max_pixels = 1000;
  REFUSED_MAKE(image, VAV_E_LIMIT_EXCEEDED, "1000", vav_image_load(&image, path, &options, err));
}

static void test_vav_image_decode(void) {
  vav_image *image = NULL;
  vav_image_options options = VAV_IMAGE_OPTIONS_INIT;
  size_t size;
  OK(vav_image_decode(&image, kPng, sizeof kPng, NULL, err));
  CHECK(vav_image_get_source(image) == VAV_SOURCE_PNG);
  vav_image_destroy(image);
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_decode(NULL, kPng, sizeof kPng, NULL, err));
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "bytes", vav_image_decode(&image, NULL, 10, NULL, err));
  REFUSED_MAKE(image, VAV_E_IMAGE_FORMAT, "", vav_image_decode(&image, kPng, 0, NULL, err));
  REFUSED_MAKE(image, VAV_E_IMAGE_FORMAT, "PDF", vav_image_decode(&image, "%PDF-1.4", 8, NULL, err));
  for (size = 8; size < 56; ++size) /* cut anywhere before the pixels are complete */
    REFUSED_MAKE(image, VAV_E_IMAGE_DECODE, "PNG", vav_image_decode(&image, kPng, size, NULL, err));
  INPUT_SIZES("options", options, use_decode_options);
}

/* A change of good pixels that has to be refused, and the word that the message has to have. */
#define REFUSED_PIXELS(member, value, word) REFUSED_PIXELS_AS(VAV_E_INVALID_ARGUMENT, member, value, word)
#define REFUSED_PIXELS_AS(code, member, value, word)                        \
  do {                                                                      \
    vav_pixels changed = good;                                              \
    changed.member = (value);                                               \
    REFUSED_MAKE(image, code, word, vav_image_wrap(&image, &changed, err)); \
  } while (0)

static void test_vav_image_wrap(void) {
  static const uint8_t memory[40 * 30 * 4];
  vav_image *image = NULL;
  vav_pixels good = VAV_PIXELS_INIT, out = VAV_PIXELS_INIT;
  int32_t format;
  good.width = 20;
  good.height = 10;
  good.data[0] = memory;
  for (format = VAV_PIXEL_GRAY; format <= VAV_PIXEL_I420; ++format) {
    good.format = format;
    good.orientation = 6; /* turned: width and height change places */
    OK(vav_image_wrap(&image, &good, err));
    CHECK(vav_image_width(image) == 10 && vav_image_height(image) == 20 && vav_image_orientation(image) == 6);
    vav_image_destroy(image);
  }
  good.format = VAV_PIXEL_RGB;
  good.orientation = 0;
  good.stride[0] = 40 * 3; /* a part of a wider picture: not copied */
  good.data[0] = memory + 9;
  OK(vav_image_wrap(&image, &good, err));
  OK(vav_image_get_pixels(image, &out, err));
  CHECK(out.data[0] == memory + 9 && out.stride[0] == 40 * 3 && out.width == 20 && out.height == 10);
  vav_image_destroy(image);

  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_wrap(NULL, &good, err));
  REFUSED_MAKE(image, VAV_E_INVALID_ARGUMENT, "pixels", vav_image_wrap(&image, NULL, err));
  REFUSED_PIXELS(format, 0, "format");
  REFUSED_PIXELS(format, 9, "format");
  REFUSED_PIXELS(format, INT32_MIN, "format");
  REFUSED_PIXELS(width, 0, "width");
  REFUSED_PIXELS(width, -20, "width");
  REFUSED_PIXELS(width, 65536, "width");
  REFUSED_PIXELS(width, INT32_MAX, "width");
  REFUSED_PIXELS(height, 0, "height");
  REFUSED_PIXELS(height, INT32_MIN, "height");
  REFUSED_PIXELS(height, INT32_MAX, "height");
  REFUSED_PIXELS(orientation, -1, "orientation");
  REFUSED_PIXELS(orientation, 9, "orientation");
  REFUSED_PIXELS_AS(VAV_E_UNSUPPORTED, reserved, 1, "reserved");
  REFUSED_PIXELS(stride[0], 59, "stride");
  REFUSED_PIXELS(stride[0], -60, "stride");
  REFUSED_PIXELS(stride[0], INT64_MAX, "stride");
  REFUSED_PIXELS(stride[0], INT64_MIN, "stride");
  REFUSED_PIXELS(data[0], NULL, "data");
  good.format = VAV_PIXEL_I420;
  good.stride[0] = 0;
  REFUSED_PIXELS(data[2], memory, "data");
  REFUSED_PIXELS(data[1], memory, "data");
  REFUSED_PIXELS(stride[1], INT64_MAX, "stride");
  INPUT_SIZES("pixels", good, use_pixels);
}

static void test_vav_image_destroy(void) {
  vav_image_destroy(NULL);
  vav_image_destroy((vav_image *)(void *)models()); /* not its type: nothing happens */
  CHECK(vav_models_count(models()) > 0);
}

static void test_vav_image_width(void) {
  CHECK(vav_image_width(small_image()) == 64);
  CHECK(vav_image_width(NULL) == 0);
  CHECK(vav_image_width((vav_image *)(void *)models()) == 0);
}

static void test_vav_image_height(void) {
  CHECK(vav_image_height(small_image()) == 64);
  CHECK(vav_image_height(NULL) == 0);
  CHECK(vav_image_height((vav_image *)(void *)models()) == 0);
}

static void test_vav_image_orientation(void) {
  CHECK(vav_image_orientation(small_image()) == 1);
  CHECK(vav_image_orientation(NULL) == 0);
  CHECK(vav_image_orientation((vav_image *)(void *)models()) == 0);
}

static void test_vav_image_get_source(void) {
  CHECK(vav_image_get_source(small_image()) == VAV_SOURCE_PIXELS);
  CHECK(vav_image_get_source(NULL) == VAV_SOURCE_PIXELS);
}

static void test_vav_image_get_warning(void) {
  CHECK(strcmp(vav_image_get_warning(small_image()), "") == 0);
  CHECK(strcmp(vav_image_get_warning(NULL), "") == 0);
  CHECK(strcmp(vav_image_get_warning((vav_image *)(void *)models()), "") == 0);
}

static void test_vav_image_get_pixels(void) {
  vav_pixels out = VAV_PIXELS_INIT;
  vav_image *again = NULL;
  OK(vav_image_get_pixels(small_image(), &out, err));
  CHECK(out.format == VAV_PIXEL_RGB && out.width == 64 && out.height == 64 && out.data[0] != NULL);
  CHECK(out.data[1] == NULL && out.data[2] == NULL && out.stride[0] >= 64 * 3);
  OK(vav_image_wrap(&again, &out, err)); /* what comes out can go in */
  vav_image_destroy(again);
  REFUSED(VAV_E_INVALID_ARGUMENT, "image", vav_image_get_pixels(NULL, &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "image", vav_image_get_pixels((vav_image *)(void *)models(), &out, err));
  REFUSED(VAV_E_INVALID_ARGUMENT, "out", vav_image_get_pixels(small_image(), NULL, err));
  OUTPUT_SIZES("out", vav_pixels, use_pixels_out);
}

const test_case image_cases[] = {CASE(vav_image_options_init),
                                 CASE(vav_pixels_init),
                                 CASE(vav_image_load),
                                 CASE(vav_image_decode),
                                 CASE(vav_image_wrap),
                                 CASE(vav_image_destroy),
                                 CASE(vav_image_width),
                                 CASE(vav_image_height),
                                 CASE(vav_image_orientation),
                                 CASE(vav_image_get_source),
                                 CASE(vav_image_get_warning),
                                 CASE(vav_image_get_pixels),
                                 {NULL, NULL}};
