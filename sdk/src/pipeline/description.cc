// Versions are those of the libraries that are loaded where they can say so, else of the headers compiled against.
#include "pipeline/description.h"

#include <dlib/revision.h>
#include <jpeglib.h>
#include <png.h>
#include <sodium/version.h>
#include <sqlite3.h>
#include <webp/decode.h>

#include <algorithm>
#include <opencv2/core/utility.hpp>
#include <thread>

#include "base/flat_json.h"
#include "models/model_set.h"

namespace visavis {
namespace {

std::vector<std::string> cpu_features() {
  std::vector<std::string> features;
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
  const std::string dependencies =
      write_flat_json({{"dlib", dlib_version},
                       {"opencv", std::string(cv::getVersionString())},
                       {"sqlite", std::string(sqlite3_libversion())},
                       {"libjpeg-turbo", std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000000) + "." +
                                             std::to_string(LIBJPEG_TURBO_VERSION_NUMBER / 1000 % 1000) + "." +
                                             std::to_string(LIBJPEG_TURBO_VERSION_NUMBER % 1000)},
                       {"libpng", std::string(png_get_libpng_ver(nullptr))},
                       {"libwebp", webp_version()},
                       {"libsodium", std::string(sodium_version_string())}});
  const std::string cpu =
      write_flat_json({{"features", cpu_features()}, {"threads", int64_t{std::thread::hardware_concurrency()}}});
  std::vector<std::string> detectors;
  for (const ModelSet& set : model_sets())
    for (const DetectorKind kind : set.detectors)
      if (std::ranges::find(detectors, name_of(kind)) == detectors.end()) detectors.push_back(name_of(kind));
  std::string text = write_flat_json({{"version", version}, {"backends", backends}, {"detectors", detectors}});
  text.pop_back();
  return text + ",\"dependencies\":" + dependencies + ",\"cpu\":" + cpu + "}";
}

}  // namespace visavis
