// Encodes with libjpeg-turbo and libpng.
#include "draw/picture_writer.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

// These two need <cstdio> before them.
#include <jpeglib.h>
#include <png.h>

#include "failure.h"
#include "files.h"
#include "lower_case.h"

namespace visavis::cli {

namespace fs = std::filesystem;

namespace {

constexpr int kJpegQuality = 92;

std::string extension(const fs::path& path) { return lower_case(path.extension().string()); }

struct JpegErrors {
  jpeg_error_mgr base;  // first: libjpeg knows only this
  std::jmp_buf leave;
  char message[JMSG_LENGTH_MAX];
};

void leave_jpeg(j_common_ptr info) {
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  info->err->format_message(info, errors->message);
  std::longjmp(errors->leave, 1);
}

// Holds nothing with a destructor, as libjpeg leaves it by longjmp. The caller frees *bytes.
bool encode_jpeg(const cv::Mat& rgb, jpeg_compress_struct* info, JpegErrors* errors, unsigned char** bytes,
                 unsigned long* size) {
  info->err = jpeg_std_error(&errors->base);
  errors->base.error_exit = leave_jpeg;
  if (setjmp(errors->leave)) return false;
  jpeg_create_compress(info);
  jpeg_mem_dest(info, bytes, size);
  info->image_width = static_cast<JDIMENSION>(rgb.cols);
  info->image_height = static_cast<JDIMENSION>(rgb.rows);
  info->input_components = 3;
  info->in_color_space = JCS_RGB;
  jpeg_set_defaults(info);
  jpeg_set_quality(info, kJpegQuality, TRUE);
  jpeg_start_compress(info, TRUE);
  while (info->next_scanline < info->image_height) {
    auto* row = const_cast<unsigned char*>(rgb.ptr(int(info->next_scanline)));
    jpeg_write_scanlines(info, &row, 1);
  }
  jpeg_finish_compress(info);
  return true;
}

void write_png(const fs::path& path, const cv::Mat& rgb) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(rgb.cols);
  image.height = static_cast<png_uint_32>(rgb.rows);
  image.format = PNG_FORMAT_RGB;
  const auto stride = static_cast<png_int_32>(rgb.step);
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::vector<unsigned char> bytes(size);
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, rgb.data, stride, nullptr))
    throw Failure(path.string() + ": cannot encode as PNG: " + image.message);
  write_atomically(path, [&](int descriptor) { write_all(descriptor, bytes.data(), size); });
}

}  // namespace

std::string jpeg_of(const cv::Mat& rgb) {
  jpeg_compress_struct info = {};
  JpegErrors errors = {};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const bool done = encode_jpeg(rgb, &info, &errors, &bytes, &size);
  jpeg_destroy_compress(&info);
  const std::unique_ptr<unsigned char, decltype(&std::free)> owner(bytes, &std::free);
  if (!done) throw Failure(std::string("cannot encode as JPEG: ") + errors.message);
  return {reinterpret_cast<const char*>(bytes), size};
}

void check_picture_extension(const fs::path& path) {
  const std::string text = extension(path);
  if (text != ".jpg" && text != ".jpeg" && text != ".png")
    throw WrongUse(path.string() + ": pictures are written as .jpg, .jpeg or .png: give the file one of these endings");
}

void check_new_picture(const std::string& path, const std::vector<std::string>& needed, bool force) {
  std::error_code error;
  for (const std::string& used : needed)
    if (!used.empty() && std::filesystem::equivalent(path, used, error))
      throw WrongUse(path + " is needed by this command and would be overwritten: give another name for the copy");
  require_place_for_file(path);
  if (!force && std::filesystem::exists(std::filesystem::symlink_status(path, error)))
    throw Failure(path + " exists already: --force replaces it", VAV_E_ALREADY_EXISTS);
}

void write_picture(const fs::path& path, const cv::Mat& rgb) {
  if (extension(path) == ".png") return write_png(path, rgb);
  write_text(path, jpeg_of(rgb));
}

}  // namespace visavis::cli
