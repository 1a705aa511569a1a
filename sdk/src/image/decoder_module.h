// How a decoder with a large attack surface comes into the library: a shared object of its own beside it, opened when
// the first picture of its kind comes. No exception, exit or print may cross it, and it keeps no state of its own.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <utility>

#include "base/error.h"
#include "image/decode.h"
#include "types/image.h"

namespace visavis {

struct DecoderAnswer {
  Image image;  // with code VAV_OK
  vav_status code = VAV_OK;
  char message[512] = "";
};

using DecodeFunction = void (*)(std::span<const uint8_t> bytes, const DecodeOptions& options,
                                DecoderAnswer& answer) noexcept;

// Turns what `decode` throws into an answer.
template <class Decode>
void answer_with(DecoderAnswer& answer, Decode&& decode) noexcept {
  const auto refuse = [&](vav_status code, const char* message) {
    answer.code = code;
    std::snprintf(answer.message, sizeof answer.message, "%s", message);
  };
  try {
    answer.image = std::forward<Decode>(decode)();
  } catch (const Error& e) {
    refuse(e.code(), e.what());
  } catch (const std::bad_alloc&) {
    refuse(VAV_E_OUT_OF_MEMORY, "out of memory");
  } catch (const std::exception& e) {
    refuse(VAV_E_INTERNAL, e.what());
  } catch (...) {
    refuse(VAV_E_INTERNAL, "an exception of unknown type");
  }
}

}  // namespace visavis

// Last line of a decoder's file; `function` takes bytes and options and gives an Image. VISAVIS_BUILD comes from the
// build: the two sides pass C++ objects and must have been made together.
#define VISAVIS_DECODER_MODULE(function)                                                                        \
  extern "C" {                                                                                                  \
  __attribute__((visibility("default"))) const char* visavis_decoder_build() { return VISAVIS_BUILD; }          \
  __attribute__((visibility("default"))) void visavis_decoder_decode(std::span<const uint8_t> bytes,            \
                                                                     const visavis::DecodeOptions& options,     \
                                                                     visavis::DecoderAnswer& answer) noexcept { \
    visavis::answer_with(answer, [&] { return function(bytes, options); });                                     \
  }                                                                                                             \
  }
