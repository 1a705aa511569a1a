// Backends are opened as modules beside the library. Without any, dlib does the work, more slowly and with the same
// answers.
#include "nn/backend.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/error.h"
#include "base/module.h"
#include "base/once.h"
#include "nn/backend_module.h"
#include "nn/byte_chain.h"
#include "nn/reference_runner.h"

namespace visavis {
namespace {

class BackendModule {
 public:
  BackendModule(Backend backend, const char* name, const char* package, bool runs_all)
      : backend_(backend), name_(name), package_(package), runs_all_(runs_all) {}

  Backend backend() const { return backend_; }
  const char* name() const { return name_; }
  bool runs(Networks networks) const { return runs_all_ || networks == Networks::of_dlib; }
  bool opens() {
    opened_([this] { open(); });
    return make_ != nullptr;
  }
  // Why it does not open, and what to do.
  std::string obstacle() const { return obstacle_ + "; for this backend build or install visavis with " + package_; }
  Runner* make(const Network& network) const { return make_(network); }

 private:
  void open() {
    const ModuleFunction found = open_module(name_, "visavis_backend_build", "visavis_backend_make");
    if (!found.address) {
      obstacle_ = found.obstacle;
      return;
    }
    const auto make = reinterpret_cast<Runner* (*)(const Network&)>(found.address);
    obstacle_ = obstacle_to_running(make);
    if (obstacle_.empty())
      make_ = make;
    else
      obstacle_ = found.file + " opens and does not run here: " + obstacle_;
  }

  // Runs a small network: a machine that forbids to run code made in memory (systemd's MemoryDenyWriteExecute) lets a
  // backend open and fail at the first picture. "" when it ran and gave the right answer.
  static std::string obstacle_to_running(Runner* (*make)(const Network&)) {
    Layer layer;
    layer.in_channels = layer.out_channels = 3;
    layer.kernel_height = layer.kernel_width = 3;
    layer.padding_height = layer.padding_width = 1;
    layer.relu = true;
    layer.weights.assign(size_t{3} * 3 * 9, 0);
    for (int channel = 0; channel < 3; ++channel) layer.weights[size_t(channel) * 3 * 9 + channel * 9 + 4] = 2;
    layer.bias.assign(3, 1);
    Network network;
    network.layers.push_back(layer);
    try {
      const std::unique_ptr<Runner> runner(make(network));
      Tensor input, output;
      input.resize(1, 3, 16, 16);
      std::fill(input.values.begin(), input.values.end(), 3.0f);
      runner->run(input, output, 1);
      for (const float value : output.values)
        if (value != 7) return "it computes wrongly";
      return "";
    } catch (const std::bad_alloc&) {
      throw;  // of memory, another backend would not have more
    } catch (const std::exception& e) {
      return e.what();
    }
  }

  const Backend backend_;
  const char* const name_;
  const char* const package_;
  const bool runs_all_;  // ONNX files, too
  Once opened_;
  Runner* (*make_)(const Network&) = nullptr;
  std::string obstacle_;
};

// The preferred one first.
std::array<BackendModule, 2>& modules() {
  static std::array<BackendModule, 2> all{
      BackendModule(Backend::onednn, "onednn", "oneDNN (Debian: libdnnl2, libdnnl-dev)", true),
      BackendModule(Backend::opencv, "opencv", "OpenCV's dnn module (Debian: libopencv-dev)", false)};
  return all;
}

}  // namespace

BackendChoice choose_backend(Backend asked, Networks networks) {
  const std::string reference = networks == Networks::of_dlib
                                    ? "dlib: the reference"
                                    : "dlib: dlib runs no ONNX files, so the plain reference does";
  if (asked == Backend::dlib) return {asked, reference + ", as asked for"};
  std::string obstacles;
  for (BackendModule& module : modules()) {
    if (asked != Backend::automatic && asked != module.backend()) continue;
    if (!module.runs(networks)) {
      if (asked != Backend::automatic)
        throw Error(VAV_E_UNSUPPORTED, std::string("the backend ") + module.name() +
                                           " does not run ONNX files, which YuNet and the set opencv-zoo are; take the "
                                           "backend onednn, or none, which is the fastest that does");
      continue;
    }
    if (module.opens())
      return {module.backend(),
              module.name() + std::string(asked == Backend::automatic ? ": the fastest here" : ": as asked for")};
    obstacles += (obstacles.empty() ? "" : "; ") + module.obstacle();
  }
  if (asked != Backend::automatic) throw Error(VAV_E_UNSUPPORTED, "this backend does not run here: " + obstacles);
  return {Backend::dlib, reference + ", since no other runs here: " + obstacles};
}

bool is_faster_rounded(Backend backend) { return backend == Backend::onednn && ByteChain::runs_here(); }

std::vector<std::string> backend_names() {
  std::vector<std::string> names;
  for (BackendModule& module : modules())
    if (module.opens()) names.push_back(module.name());
  names.push_back("dlib");
  return names;
}

std::unique_ptr<Runner> make_runner(Backend backend, const Network& network) {
  for (BackendModule& module : modules())
    if (module.backend() == backend && module.opens()) return std::unique_ptr<Runner>(module.make(network));
  if (backend == Backend::dlib) return make_reference_runner(network);
  throw Error(VAV_E_INTERNAL, "backend " + std::to_string(int32_t(backend)) + " has no runner");
}

}  // namespace visavis
