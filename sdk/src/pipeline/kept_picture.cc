// What is no small PNG never reaches a decoder.
#include "pipeline/kept_picture.h"

#include <algorithm>

#include "align/kept_chip.h"
#include "base/error.h"
#include "image/decode.h"

namespace visavis {
namespace {

[[noreturn]] void not_one(const std::string& why) {
  throw Error(VAV_E_GALLERY_CORRUPT, "the kept chip is not one that was kept here: " + why +
                                         "; somebody has altered the file: keep another one, or restore a backup");
}

}  // namespace

Image read_kept_picture(std::span<const uint8_t> bytes) {
  constexpr uint8_t kPng[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  if (bytes.size() < sizeof kPng || !std::equal(std::begin(kPng), std::end(kPng), bytes.begin()))
    not_one("it is no PNG");
  try {
    DecodeOptions options;
    options.max_pixels = int64_t{kMostKeptChip} * kMostKeptChip;
    Image image = decode_image(bytes, options);
    if (image.view.width > kMostKeptChip || image.view.height > kMostKeptChip) not_one("it is too large");
    return image;
  } catch (const Error& e) {
    if (e.code() == VAV_E_GALLERY_CORRUPT || e.code() == VAV_E_OUT_OF_MEMORY) throw;
    not_one(e.what());
  }
}

}  // namespace visavis
