// Writes a photo in the formats that phones and scanners give, for the tests of the command: same_photo PHOTO FOLDER.
#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "image/decode.h"
#ifdef VISAVIS_HAVE_TIFF
#include "unit/image/modules/tiff_encoder.h"
#endif
#ifdef VISAVIS_HAVE_HEIF
#include "unit/image/modules/heif_encoder.h"
#endif

namespace {

using namespace visavis::testing_support;

void write(const std::string& folder, const char* name, const Bytes& bytes) {
  std::ofstream file(folder + "/" + name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!file) throw std::runtime_error(folder + "/" + name + " cannot be written");
  std::puts(name);
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) return 2;
  const visavis::Image image = visavis::load_image(argv[1]);
  const Samples photo{image.view.width, image.view.height, 3, image.storage};
  const std::string folder = argv[2];
#ifdef VISAVIS_HAVE_TIFF
  write(folder, "photo.tif", encode_tiff(photo, {.compression = COMPRESSION_LZW}));
#endif
#ifdef VISAVIS_HAVE_HEIF
  if (can_encode(heif_compression_HEVC))
    write(folder, "photo.heic", encode_heif(photo, {.format = heif_compression_HEVC, .chroma = "420"}));
  if (can_encode(heif_compression_AV1))
    write(folder, "photo.avif", encode_heif(photo, {.format = heif_compression_AV1, .chroma = "420"}));
#endif
  return 0;
} catch (const std::exception& e) {
  std::fprintf(stderr, "same_photo: %s\n", e.what());
  return 1;
}
