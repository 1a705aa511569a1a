// Backends are opened as modules beside the library. Without any, dlib does the work, more slowly and with the same
// answers.
#include "nn/backend.h"

#include <dlfcn.h>

#include <array>
#include <mutex>

#include "base/error.h"

namespace visavis {
namespace {

class Module {
 public:
  Module(Backend backend, const char* name, const char* package) : backend_(backend), name_(name), package_(package) {}

  Backend backend() const { return backend_; }
  const char* name() const { return name_; }
  bool opens() {
    std::call_once(opened_, [this] { open(); });
    return make_ != nullptr;
  }
  // Why it does not open, and what to do.
  std::string obstacle() const { return obstacle_ + "; for this backend build or install visavis with " + package_; }
  Runner* make(const Network& network) const { return make_(network); }

 private:
  // A bare file name is looked for where our own library says: beside it. Never closed: threads of its runtime may live
  // on.
  void open() {
    const std::string file = "libvisavis_" + std::string(name_) + ".so";
    void* const handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
      const char* const reason = dlerror();
      obstacle_ = reason ? reason : file + " does not open";
      return;
    }
    const auto version = reinterpret_cast<const char* (*)()>(dlsym(handle, "visavis_backend_version"));
    const auto make = reinterpret_cast<Runner* (*)(const Network&)>(dlsym(handle, "visavis_backend_make"));
    if (!version || !make || std::string(version()) != VISAVIS_VERSION)
      obstacle_ = file + " belongs to another version than " VISAVIS_VERSION;
    else
      make_ = make;
  }

  const Backend backend_;
  const char* const name_;
  const char* const package_;
  std::once_flag opened_;
  Runner* (*make_)(const Network&) = nullptr;
  std::string obstacle_;
};

// The preferred one first.
std::array<Module, 2>& modules() {
  static std::array<Module, 2> all{Module(Backend::onednn, "onednn", "oneDNN (Debian: libdnnl2, libdnnl-dev)"),
                                   Module(Backend::opencv, "opencv", "OpenCV's dnn module (Debian: libopencv-dev)")};
  return all;
}

}  // namespace

BackendChoice choose_backend(Backend asked) {
  if (asked == Backend::dlib) return {asked, "dlib: the reference, as asked for"};
  std::string obstacles;
  for (Module& module : modules()) {
    if (asked != Backend::automatic && asked != module.backend()) continue;
    if (module.opens())
      return {module.backend(),
              module.name() + std::string(asked == Backend::automatic ? ": the fastest here" : ": as asked for")};
    obstacles += (obstacles.empty() ? "" : "; ") + module.obstacle();
  }
  if (asked != Backend::automatic) throw Error(VAV_E_UNSUPPORTED, "this backend does not run here: " + obstacles);
  return {Backend::dlib, "dlib: the reference, since no other runs here: " + obstacles};
}

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (Module& module : modules())
    if (module.opens()) names.push_back(module.name());
  names.push_back("dlib");
  return names;
}

std::unique_ptr<Runner> make_runner(Backend backend, const Network& network) {
  for (Module& module : modules())
    if (module.backend() == backend && module.opens()) return std::unique_ptr<Runner>(module.make(network));
  throw Error(VAV_E_INTERNAL, "backend " + std::to_string(int32_t(backend)) + " has no runner");
}

}  // namespace visavis
