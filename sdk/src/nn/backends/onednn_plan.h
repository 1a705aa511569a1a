// The steps of a program of oneDNN, in order, with the memory between them; and what all programs share.
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "nn/backends/onednn_interface.h"
#include "nn/byte_chain.h"
#include "nn/byte_matrix.h"
#include "nn/network.h"
#include "nn/small_convolutions.h"
#include "nn/winograd.h"

namespace visavis::onednn {

// Limits OpenMP, which divides the work of oneDNN, to this thread, and restores its setting at the end.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

// The network, and its weights in the layouts that primitives ask for. All programs share these copies.
class Weights {
 public:
  explicit Weights(const Network& network) : network_(network), kept_(network.layers.size()) {
    if (!network.may_round || !ByteChain::runs_here()) return;
    chain_ = ByteChain::of(network);
    if (chain_) matrix_ = ByteMatrix::of(network, chain_->last(), chain_->channels());
  }

  const dnnl::engine& engine() const { return engine_; }
  const Network& network() const { return network_; }

  // What may be computed a little off; null: nothing.
  const ByteChain* chain() const { return chain_.get(); }
  const ByteMatrix* matrix() const { return matrix_.get(); }

  // What is computed by kernels of our own. These two are to be called by one thread at a time, and only where the
  // network is known to fit. What they return is never changed again.
  const std::vector<Separable>& separables() {
    if (!separables_) separables_.emplace(Separable::all_of(network_));
    return *separables_;
  }
  const Winograd& winograd(size_t layer) {
    auto& kept = winograds_[layer];
    if (!kept) kept = std::make_unique<Winograd>(network_.layers[layer]);
    return *kept;
  }

  memory get(size_t layer, const memory::desc& plain_desc, const memory::desc& wanted) {
    std::lock_guard lock(mutex_);
    for (const memory& kept : kept_[layer])
      if (kept.get_desc() == wanted) return kept;
    memory from(plain_desc, engine_, const_cast<float*>(network_.layers[layer].weights.data()));
    memory to(wanted, engine_);
    dnnl::stream stream(engine_);
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    kept_[layer].push_back(to);
    return to;
  }

 private:
  const dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  const Network network_;
  std::mutex mutex_;
  std::vector<std::list<memory>> kept_;
  std::optional<std::vector<Separable>> separables_;
  std::map<size_t, std::unique_ptr<Winograd>> winograds_;
  std::unique_ptr<const ByteChain> chain_;
  std::unique_ptr<const ByteMatrix> matrix_;
};

// Primitives, and work of our own between them. They are run one after the other, on this thread.
class Plan {
 public:
  explicit Plan(const dnnl::engine& engine) : engine_(engine), stream_(engine) {}

  template <class Description>
  void add(const Description& description, dnnl::primitive primitive, Arguments arguments) {
    Step& step = steps_.emplace_back();
    step.primitive = std::move(primitive);
    step.arguments = std::move(arguments);
    step.scratch = description.scratchpad_desc();
    step.scratch_bytes = step.scratch.get_size();
    scratch_bytes_ = std::max(scratch_bytes_, memory::dim(step.scratch_bytes));
  }

  // `own` is given memory of `scratch_floats` that other steps use, too.
  void add(std::function<void(float*)> own, memory::dim scratch_floats = 0) {
    steps_.emplace_back().own = std::move(own);
    scratch_bytes_ = std::max(scratch_bytes_, scratch_floats * memory::dim(sizeof(float)));
  }

  // If `zeroed` is given, it is cleared before the step.
  void add_reorder(const memory& from, const memory& to, const memory& zeroed = {}) {
    const dnnl::reorder::primitive_desc description(from, to, with_user_scratch());
    add(description, dnnl::reorder(description), {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}});
    steps_.back().zeroed = zeroed;
  }

  // `have` in the layout `wanted`; adds a reorder if it has another layout.
  memory as(const memory& have, const memory::desc& wanted) {
    if (have.get_desc() == wanted) return have;
    memory other(wanted, engine_);
    add_reorder(have, other);
    return other;
  }

  // To be called after the last step was added: all steps share one memory for what they need while they run.
  void finish() {
    scratch_ =
        memory({{std::max<memory::dim>(scratch_bytes_, 1)}, memory::data_type::u8, memory::format_tag::a}, engine_);
    for (Step& step : steps_)
      if (step.scratch_bytes > 0) {
        memory view(step.scratch, engine_, scratch_.get_data_handle());
        step.arguments.insert_or_assign(DNNL_ARG_SCRATCHPAD, view);
      }
  }

  void run() {
    for (const Step& step : steps_) {
      if (step.zeroed) std::memset(step.zeroed.get_data_handle(), 0, step.zeroed.get_desc().get_size());
      if (step.own) {
        stream_.wait();
        step.own(static_cast<float*>(scratch_.get_data_handle()));
      } else {
        step.primitive.execute(stream_, step.arguments);
      }
    }
    stream_.wait();
  }

 private:
  struct Step {
    dnnl::primitive primitive;
    Arguments arguments;
    memory::desc scratch;
    size_t scratch_bytes = 0;
    memory zeroed;                    // cleared before the step, when set
    std::function<void(float*)> own;  // runs in place of the primitive, when set
  };

  const dnnl::engine& engine_;
  dnnl::stream stream_;
  std::vector<Step> steps_;
  memory::dim scratch_bytes_ = 0;
  memory scratch_;
};

}  // namespace visavis::onednn
