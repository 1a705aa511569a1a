// TIFF and HEIF: their decoders are modules beside the library, opened when the first such picture comes.
#include <string>

#include "base/error.h"
#include "base/module.h"
#include "base/once.h"
#include "image/codec.h"
#include "image/decoder_module.h"

namespace visavis {
namespace {

class Decoder {
 public:
  Decoder(const char* name, const char* kind, const char* package) : name_(name), kind_(kind), package_(package) {}

  Image decode(std::span<const uint8_t> bytes, const DecodeOptions& options) {
    opened_([this] {
      const ModuleFunction found = open_module(name_, "visavis_decoder_build", "visavis_decoder_decode");
      decode_ = reinterpret_cast<DecodeFunction>(found.address);
      obstacle_ = found.obstacle;
    });
    if (!decode_)
      throw Error(VAV_E_IMAGE_FORMAT, "this is " + std::string(kind_) + ", and the module libvisavis_" + name_ +
                                          ".so that reads it does not open here (" + obstacle_ +
                                          "); build or install visavis with " + package_ + ", or give a JPEG or PNG");
    DecoderAnswer answer;
    decode_(bytes, options, answer);
    if (answer.code == VAV_E_OUT_OF_MEMORY) throw std::bad_alloc();
    if (answer.code != VAV_OK) throw Error(answer.code, answer.message);
    return std::move(answer.image);
  }

 private:
  const char* const name_;
  const char* const kind_;
  const char* const package_;
  Once opened_;
  DecodeFunction decode_ = nullptr;
  std::string obstacle_;
};

}  // namespace

Image decode_tiff(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  static Decoder decoder("tiff", "a TIFF", "libtiff (Debian: libtiff6, libtiff-dev)");
  return decoder.decode(bytes, options);
}

Image decode_heif(std::span<const uint8_t> bytes, const DecodeOptions& options) {
  static Decoder decoder("heif", "a HEIC or AVIF", "libde265 and dav1d (Debian: libde265-0, libdav1d6)");
  return decoder.decode(bytes, options);
}

}  // namespace visavis
