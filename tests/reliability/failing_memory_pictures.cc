// Pictures and engines, once for many of the allocations that can fail: `failing_memory_pictures DENSITY` (the first
// DENSITY allocations of a call each, then ever fewer: the next is always a DENSITY-th further on). A call says
// OUT_OF_MEMORY and no more, and the same call works when memory is back. Each try has a process of its own, so that
// one which ends it is seen.
#include <png.h>
#include <sys/wait.h>
#include <unistd.h>
#include <webp/encode.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "failing_malloc.h"
#include "scratch.h"
#include "visavis/visavis.h"
#ifdef VISAVIS_HAVE_HEIF
#include "unit/image/modules/heif_encoder.h"
#endif

namespace visavis::reliability {
namespace {

vav_error err = VAV_ERROR_INIT;

using Bytes = std::vector<unsigned char>;

std::string cache() {
  const char* const folder = std::getenv("XDG_CACHE_HOME");
  if (folder && *folder) return std::string(folder) + "/visavis/";
  const char* const home = std::getenv("HOME");
  return std::string(home ? home : "") + "/.cache/visavis/";
}

Bytes read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return Bytes(std::istreambuf_iterator<char>(file), {});
}

constexpr int kSide = 24;
const Bytes kPixels(size_t{kSide} * kSide * 3, 90);

Bytes png() {
  png_image picture{};
  picture.version = PNG_IMAGE_VERSION;
  picture.width = picture.height = kSide;
  picture.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = 1 << 16;
  Bytes bytes(size);
  png_image_write_to_memory(&picture, bytes.data(), &size, 0, kPixels.data(), 0, nullptr);
  bytes.resize(size);
  return bytes;
}

Bytes webp() {
  uint8_t* out = nullptr;
  const size_t size = WebPEncodeRGB(kPixels.data(), kSide, kSide, 3 * kSide, 80, &out);
  Bytes bytes(out, out + size);
  WebPFree(out);
  return bytes;
}

// One pixel.
Bytes gif() {
  static constexpr unsigned char kBytes[] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
  return Bytes(kBytes, kBytes + sizeof(kBytes) - 1);
}

Bytes bmp() {
  Bytes bytes(54 + 4, 0);
  bytes[0] = 'B', bytes[1] = 'M', bytes[2] = 58, bytes[10] = 54, bytes[14] = 40, bytes[18] = 1, bytes[22] = 1;
  bytes[26] = 1, bytes[28] = 24, bytes[34] = 4;
  return bytes;
}

// Those that modules read. Not TIFF: libtiff does not survive that one of its small tables gets no memory. The library
// asks for that beforehand.
std::vector<std::pair<const char*, Bytes>> of_modules() {
  std::vector<std::pair<const char*, Bytes>> files;
#ifdef VISAVIS_HAVE_HEIF
  namespace made = testing_support;
  const made::Samples samples = made::pattern(72, 64, 4);
  for (const auto& [name, format] : {std::pair("HEIC", heif_compression_HEVC), std::pair("AVIF", heif_compression_AV1)})
    if (made::can_encode(format)) files.emplace_back(name, made::encode_heif(samples, {.format = format}));
#endif
  return files;
}

struct Call {
  std::string name;
  std::function<vav_status()> act;
  bool once_only = false;
  size_t least = 0;  // bytes; smaller allocations do not fail
};

Call decoding(const char* name, Bytes bytes) {
  return {std::string("decode ") + name, [bytes = std::move(bytes)] {
            vav_image* image = nullptr;
            const vav_status status = vav_image_decode(&image, bytes.data(), bytes.size(), nullptr, &err);
            vav_image_destroy(image);
            return status;
          }};
}

vav_status create(vav_engine** out, const vav_models* models, vav_backend backend) {
  vav_engine_options options = VAV_ENGINE_OPTIONS_INIT;
  options.backend = backend;
  return vav_engine_create(out, models, &options, &err);
}

Call analyzing(const std::string& name, vav_engine* engine, const vav_image* image, vav_detector detector) {
  // The answer with memory, which every other must be.
  const auto expected = std::make_shared<std::vector<float>>();
  return {"analyze, " + name, [=] {
            vav_detect_options options = VAV_DETECT_OPTIONS_INIT;
            options.detector = detector;
            options.min_face = 200;  // the one face has 258 px: what is shrunk before is quick to look at
            vav_analyze_options what = VAV_ANALYZE_OPTIONS_INIT;
            what.what = VAV_ANALYZE_EMBEDDING | VAV_ANALYZE_QUALITY;
            vav_faces* faces = nullptr;
            vav_status status = vav_engine_analyze(&faces, engine, image, &options, &what, &err);
            if (status == VAV_OK && !(vav_faces_count(faces) == 1 && vav_faces_embedding(faces, 0)))
              status = VAV_E_INTERNAL;  // no face: that is no answer where memory is short
            if (status == VAV_OK) {
              const float* const values = vav_faces_embedding(faces, 0);
              std::vector<float> answer(values, values + vav_faces_embedding_length(faces, 0));
              vav_quality sharpness = VAV_QUALITY_INIT;
              status = vav_faces_get_quality(faces, 0, VAV_QUALITY_SHARPNESS, &sharpness, &err);
              answer.push_back(sharpness.raw);
              if (expected->empty()) *expected = answer;
              if (answer != *expected) status = VAV_E_INTERNAL;
            }
            vav_faces_destroy(faces);
            return status;
          }};
}

// What became of one try. `all` = the call makes fewer allocations than that.
enum Outcome { fine = 0, all = 1, wrong = 2 };

int in_a_child(const Call& call, long nth, bool for_ever) {
  fail_allocation(nth, for_ever, call.least);
  vav_status status = VAV_E_OUT_OF_MEMORY;
  try {
    status = call.act();
  } catch (const std::bad_alloc&) {  // it was an allocation of this program
  }
  if (!allocations_work_again())
    return status == VAV_OK ? all
                            : (std::fprintf(stderr, "it said %s %s\n", vav_status_name(status), err.message), wrong);
  if (status != VAV_OK && status != VAV_E_OUT_OF_MEMORY)
    return std::fprintf(stderr, "it said %s %s\n", vav_status_name(status), err.message), wrong;
  if (call.act() != VAV_OK)
    return std::fprintf(stderr, "with memory it said %s %s\n", vav_status_name(err.code), err.message), wrong;
  return fine;
}

Outcome one_try(Report& report, const Call& call, long nth, bool for_ever) {
  const std::string where =
      call.name + ", allocation " + std::to_string(nth) + (for_ever ? " and all that follow" : "");
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    alarm(120);
    _exit(in_a_child(call, nth, for_ever));
  }
  int state = 0;
  if (child < 0 || waitpid(child, &state, 0) != child) return report.problem(where, "no process to try it in"), all;
  if (WIFSIGNALED(state))
    report.problem(where, std::string("ended the process: ") + strsignal(WTERMSIG(state)));
  else if (WEXITSTATUS(state) > all)
    report.problem(where, "wrong");
  return WIFEXITED(state) && WEXITSTATUS(state) == all ? all : fine;
}

int run(int density, const std::string& only, long only_nth, bool only_for_ever) {
  const std::string photo = cache() + "photos/obama.jpg";
  vav_models* models = nullptr;
  vav_image* image = nullptr;
  if (vav_models_open(&models, nullptr, &err) != VAV_OK) return std::fprintf(stderr, "%s\n", err.message), 2;
  if (vav_image_load(&image, photo.c_str(), nullptr, &err) != VAV_OK)
    return std::printf("%s is not here: run visavis models fetch --photos\n", photo.c_str()), 77;
  std::vector<Call> calls = {decoding("JPEG", read(photo)),
                             decoding("PNG", png()),
                             decoding("WebP", webp()),
                             decoding("GIF", gif()),
                             decoding("BMP", bmp()),
                             {"load", [&] {
                                vav_image* loaded = nullptr;
                                const vav_status status = vav_image_load(&loaded, photo.c_str(), nullptr, &err);
                                vav_image_destroy(loaded);
                                return status;
                              }}};
  for (auto& [name, bytes] : of_modules()) {
    calls.push_back(decoding(name, bytes));
    // libde265 asks for memory while it is freed, and ends the process where it never gets any again. Some is kept for
    // that, which this program's allocations would refuse all the same.
    calls.back().once_only = std::string(name) == "HEIC";
  }
  for (const Call& call : calls)  // opens the decoders' modules
    if (call.act() != VAV_OK) return std::fprintf(stderr, "%s: %s\n", call.name.c_str(), err.message), 2;
  // The backends' modules are opened by now: a library that sets itself up while it is opened ends the process when
  // memory runs out just then. The library asks for that memory beforehand.
  vav_engine* opened = nullptr;
  if (create(&opened, models, VAV_BACKEND_AUTO) != VAV_OK) return std::fprintf(stderr, "%s\n", err.message), 2;
  vav_engine_destroy(opened);
  // A model set of its own each time: what is loaded once is shared.
  calls.push_back({"create an engine", [] {
                     vav_models* own = nullptr;
                     vav_engine* engine = nullptr;
                     vav_status status = vav_models_open(&own, nullptr, &err);
                     if (status == VAV_OK) status = create(&engine, own, VAV_BACKEND_AUTO);
                     if (status == VAV_OK) status = vav_engine_warm_up(engine, VAV_DETECTOR_HOG, 0, &err);
                     vav_engine_destroy(engine);
                     vav_models_destroy(own);
                     return status;
                   }});
  // The reader of ONNX files, and what is made of them; on the reference, for a reason that stands below.
  const auto load_yunet = [] {
    vav_models_options options = VAV_MODELS_OPTIONS_INIT;
    options.set = "opencv-zoo";
    vav_models* own = nullptr;
    vav_engine* engine = nullptr;
    vav_status status = vav_models_open(&own, &options, &err);
    if (status == VAV_OK) status = create(&engine, own, VAV_BACKEND_DLIB);
    if (status == VAV_OK) status = vav_engine_warm_up(engine, VAV_DETECTOR_YUNET, 0, &err);
    vav_engine_destroy(engine);
    vav_models_destroy(own);
    return status;
  };
  if (load_yunet() == VAV_OK) calls.push_back({"load YuNet", load_yunet});
  std::vector<vav_engine*> engines;
  // Not oneDNN and dlib: where one of their own small allocations fails within a network, the process ends. For oneDNN
  // the library asks for that memory beforehand, which the test abi.limits tries.
  for (const vav_backend backend : {VAV_BACKEND_OPENCV}) {
    vav_engine* engine = nullptr;
    if (create(&engine, models, backend) != VAV_OK) continue;  // this build has it not
    engines.push_back(engine);
    vav_engine_warm_up(engine, VAV_DETECTOR_HOG, VAV_ANALYZE_LANDMARKS | VAV_ANALYZE_EMBEDDING, &err);
    calls.push_back(analyzing(vav_engine_get_backend(engine), engine, image, VAV_DETECTOR_HOG));
  }
  const bool has_opencv = !engines.empty();
  // oneDNN itself ends the process where one of its small allocations fails within a network, and the library asks for
  // that memory beforehand. So here the large ones fail, which are what a machine that is short refuses first.
  constexpr size_t kLarge = 16384;
  for (const char* const set : {"dlib", "opencv-zoo"}) {
    vav_models_options of = VAV_MODELS_OPTIONS_INIT;
    of.set = set;
    vav_models* own = nullptr;
    vav_engine* engine = nullptr;
    if (vav_models_open(&own, &of, &err) == VAV_OK && create(&engine, own, VAV_BACKEND_ONEDNN) == VAV_OK &&
        vav_engine_warm_up(engine, VAV_DETECTOR_DEFAULT, VAV_ANALYZE_EMBEDDING, &err) == VAV_OK) {
      engines.push_back(engine);
      const std::string name = std::string(set) + " on oneDNN";
      calls.push_back(analyzing(name, engine, image, VAV_DETECTOR_DEFAULT));
      calls.back().least = kLarge;
      calls.push_back({"load " + name, [set] {
                         vav_models_options options = VAV_MODELS_OPTIONS_INIT;
                         options.set = set;
                         vav_models* mine = nullptr;
                         vav_engine* made = nullptr;
                         vav_status status = vav_models_open(&mine, &options, &err);
                         if (status == VAV_OK) status = create(&made, mine, VAV_BACKEND_ONEDNN);
                         if (status == VAV_OK)
                           status = vav_engine_warm_up(made, VAV_DETECTOR_DEFAULT, VAV_ANALYZE_EMBEDDING, &err);
                         vav_engine_destroy(made);
                         vav_models_destroy(mine);
                         return status;
                       }});
      calls.back().least = kLarge;
    } else {
      vav_engine_destroy(engine);
    }
    vav_models_destroy(own);
  }
  vav_image* head = nullptr;  // a third of the photo, for this detector's time goes by pixels
  vav_pixels pixels = VAV_PIXELS_INIT;
  vav_image_get_pixels(image, &pixels, nullptr);
  pixels.data[0] += 200 * 3;
  pixels.width = 580;
  pixels.height = 600;
  if (vav_image_wrap(&head, &pixels, &err) != VAV_OK) return std::fprintf(stderr, "%s\n", err.message), 2;
  if (has_opencv) calls.push_back(analyzing("cnn", engines.front(), head, VAV_DETECTOR_CNN));
  for (const Call& call : calls)  // so that what is right is known
    if (call.name.starts_with("analyze") && call.act() != VAV_OK)
      return std::fprintf(stderr, "%s: %s\n", call.name.c_str(), err.message), 2;
  Report report;
  for (const Call& call : calls) {
    if (call.name == only) return in_a_child(call, only_nth, only_for_ever);
    if (!only.empty()) continue;
    for (const bool for_ever : {false, true}) {
      if (for_ever && call.once_only) continue;
      long nth = 1, tries = 1;
      for (; one_try(report, call, nth, for_ever) != all; ++tries) nth += 1 + nth / density;
      std::printf("%-20s %s, %ld tries, up to allocation %ld\n", call.name.c_str(), for_ever ? "for ever" : "once    ",
                  tries, nth);
    }
  }
  for (vav_engine* engine : engines) vav_engine_destroy(engine);
  vav_image_destroy(head);
  vav_image_destroy(image);
  vav_models_destroy(models);
  return report.exit_code();
}

}  // namespace
}  // namespace visavis::reliability

int main(int argc, char** argv) {
  using visavis::reliability::run;
  if (argc == 4) return run(0, argv[1], std::atol(argv[2]), std::string(argv[3]) == "all");
  if (argc == 2 && std::atoi(argv[1]) > 0) return run(std::atoi(argv[1]), "", 0, false);
  return std::fprintf(stderr, "usage: failing_memory_pictures DENSITY, or CALL NTH once|all\n"), 2;
}
