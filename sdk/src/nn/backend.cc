// oneDNN is optional at build time: without it dlib does the work, more slowly and with the same answers.
#include "nn/backend.h"

#include "base/error.h"

namespace visavis {
namespace {

#ifdef VISAVIS_ONEDNN
constexpr bool kOnednn = true;
#else
constexpr bool kOnednn = false;
#endif

}  // namespace

BackendChoice choose_backend(Backend asked) {
  if (asked == Backend::dlib) return {asked, "dlib: the reference, as asked for"};
  if (asked == Backend::onednn && !kOnednn)
    throw Error(VAV_E_UNSUPPORTED,
                "the backend onednn is not in this build; take auto, or build with oneDNN (Debian: libdnnl-dev)");
  if (kOnednn) return {Backend::onednn, asked == Backend::onednn ? "onednn: as asked for" : "onednn: the fastest here"};
  return {Backend::dlib, "dlib: the reference, since this build has no oneDNN"};
}

std::vector<std::string> backend_names() {
  return kOnednn ? std::vector<std::string>{"onednn", "dlib"} : std::vector<std::string>{"dlib"};
}

std::unique_ptr<Runner> make_runner(Backend backend, const Network& network) {
#ifdef VISAVIS_ONEDNN
  if (backend == Backend::onednn) return make_onednn_runner(network);
#endif
  throw Error(VAV_E_INTERNAL, "backend " + std::to_string(int32_t(backend)) + " has no runner for " +
                                  std::to_string(network.layers.size()) + " layers");
}

}  // namespace visavis
