// oneDNN: convolutions compiled for the CPU at hand. Written for its 2.x and its 3.x interface.
#include <sys/mman.h>

#include <new>

#include "base/error.h"
#include "nn/backend_module.h"
#include "nn/backends/onednn_program.h"
#include "nn/batch_runner.h"

namespace visavis {
namespace {

constexpr int kGroup = 4;  // pictures that pass through together; more are no faster

// Whether memory can be written and then run as code, which oneDNN's compiler needs.
bool may_run_made_code() {
  void* const page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return true;  // too little memory is another failure
  const bool may = mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
  munmap(page, 4096);
  return may;
}

// Finds out what a failure of oneDNN means. oneDNN reports most failures, also too little memory, as "could not create
// a primitive".
class OneDnnRunner : public Runner {
 public:
  explicit OneDnnRunner(const Network& network) : runner_(network, kGroup) {}

  void run_all(const Tensor& input, std::span<Tensor> outputs, int threads) const override {
    try {
      runner_.run_all(input, outputs, threads);
    } catch (const dnnl::error& e) {
      if (!may_run_made_code())
        throw Error(VAV_E_UNSUPPORTED,
                    "this process may not run code made in memory, as oneDNN does (systemd: "
                    "MemoryDenyWriteExecute)");
      if (e.status == dnnl_unimplemented || e.status == dnnl_invalid_arguments)
        throw Error(VAV_E_INTERNAL, std::string("oneDNN: ") + e.what());
      throw std::bad_alloc();
    }
  }

 private:
  BatchRunner<onednn::Program> runner_;
};

Runner* make_onednn_runner(const Network& network) {
  // Environment variables could make oneDNN print into the host's output and write files into its folder. They are
  // meant for oneDNN's developers, so they are overruled.
  dnnl_set_verbose(0);
  dnnl_set_jit_dump(0);
  dnnl_set_jit_profiling_flags(0);
  // If memory is short, oneDNN's own cache of compiled layers ends the process, or a layer fails for ever. BatchRunner
  // does what the cache is for. Without the cache, each failed allocation is an error.
  dnnl_set_primitive_cache_capacity(0);
  return new OneDnnRunner(network);
}

}  // namespace
}  // namespace visavis

VISAVIS_BACKEND_MODULE(visavis::make_onednn_runner(network))
