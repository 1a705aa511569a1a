// Versions are those of the libraries that are loaded where they can say so, else of the headers compiled against.
#include "base/description.h"

#include <dlib/revision.h>
#include <jpeglib.h>
#include <png.h>
#include <sodium/version.h>
#include <sqlite3.h>
#include <webp/decode.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <thread>

namespace visavis {
namespace {

nlohmann::json cpu_features() {
  auto features = nlohmann::json::array();
  static constexpr struct {
    int id;
    const char* name;
  } kAsked[] = {{CV_CPU_SSE4_2, "sse4.2"}, {CV_CPU_AVX, "avx"},          {CV_CPU_AVX2, "avx2"},
                {CV_CPU_FMA3, "fma3"},     {CV_CPU_AVX_512F, "avx512f"}, {CV_CPU_AVX_512VNNI, "avx512vnni"},
                {CV_CPU_NEON, "neon"}};
  for (const auto& asked : kAsked)
    if (cv::checkHardwareSupport(asked.id)) features.push_back(asked.name);
  return features;
}

std::string webp_version() {
  const int v = WebPGetDecoderVersion();
  return std::to_string(v >> 16) + "." + std::to_string((v >> 8) & 255) + "." + std::to_string(v & 255);
}

}  // namespace

std::string describe(const std::string& version, const std::vector<std::string>& backends) {
  const std::string dlib_version = std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION) + "." +
                                   std::to_string(DLIB_PATCH_VERSION);
  return nlohmann::json{{"version", version},
                        {"dependencies",
                         {{"dlib", dlib_version},
                          {"opencv", cv::getVersionString()},
                          {"sqlite", sqlite3_libversion()},
                          {"libjpeg-turbo", std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000000) + "." +
                                                std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000 % 1000) + "." +
                                                std::to_string(LIBJPEG_TURBO_VERSION_NUMBER % 1000)},
                          {"libpng", png_get_libpng_ver(nullptr)},
                          {"libwebp", webp_version()},
                          {"libsodium", sodium_version_string()}}},
                        {"cpu", {{"features", cpu_features()}, {"threads", std::thread::hardware_concurrency()}}},
                        {"backends", backends},
                        {"detectors", {"hog", "cnn"}}}
      .dump();
}

}  // namespace visavis
