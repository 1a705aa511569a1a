// Signatures: ours, and those of the files which people most often give instead.
#include "image/sniff.h"

#include <string_view>

namespace visavis {

using namespace std::literals;

std::string sniff(std::span<const uint8_t> bytes) {
  if (bytes.empty()) return "empty, without a single byte";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto at = [&](size_t offset, std::string_view magic) {
    return text.size() >= offset && text.substr(offset).starts_with(magic);
  };
  if (at(0, "\xFF\xD8\xFF")) return "JPEG";
  if (at(0, "\x89PNG\r\n\x1A\n")) return "PNG";
  if (at(0, "RIFF") && at(8, "WEBP")) return "WebP";
  if (at(0, "GIF87a") || at(0, "GIF89a")) return "GIF";
  if (at(0, "BM")) return "BMP";
  if (at(4, "ftypcrx ")) return "a camera's raw picture (Canon CR3)";
  if (at(0, "FUJIFILMCCD-RAW")) return "a camera's raw picture (Fujifilm RAF)";
  if (at(0, "IIU\0"sv)) return "a camera's raw picture (Panasonic RW2)";
  if (at(0, "IIRO") || at(0, "IIRS")) return "a camera's raw picture (Olympus ORF)";
  if (at(0, "II*\0"sv) && at(8, "CR")) return "a camera's raw picture (Canon CR2)";
  for (const auto magic : {"II*\0"sv, "MM\0*"sv, "II+\0"sv, "MM\0+"sv})
    if (at(0, magic)) return "TIFF";
  for (const auto brand : {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "mif1"sv, "msf1"sv, "hevc"sv, "hevx"sv})
    if (at(4, "ftyp") && at(8, brand)) return "HEIC";
  if (at(4, "ftypavif") || at(4, "ftypavis")) return "AVIF";
  if (at(4, "ftyp") || at(0, "\x1A\x45\xDF\xA3") || (at(0, "RIFF") && at(8, "AVI "))) return "a video";
  if (at(0, "\0\0\0\x0CJXL "sv) || at(0, "\xFF\x0A")) return "a JPEG XL";
  if (at(0, "\0\0\0\x0CjP  "sv) || at(0, "\xFF\x4F\xFF\x51")) return "a JPEG 2000";
  if (at(0, "8BPS")) return "a Photoshop file";
  if (at(0, "%PDF")) return "a PDF";
  if (at(0, "<svg") || at(0, "<?xml")) return "an SVG or other XML";
  if (at(0, "<!DOCTYPE") || at(0, "<!doctype") || at(0, "<html")) return "a web page";
  return "not a picture of a known format";
}

}  // namespace visavis
