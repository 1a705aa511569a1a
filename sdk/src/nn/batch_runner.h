// What every backend shares: pictures are shared out over threads, and what was compiled for a shape is kept.
#pragma once

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/once.h"
#include "base/parallel.h"
#include "base/pool.h"
#include "nn/runner.h"

namespace visavis {

// `Program` runs the network for one shape of input on the caller's thread, one call at a time:
//   struct Program::Shared { explicit Shared(const Network&); };   // for all programs: the weights
//   Program(Shared&, const Shape& input);
//   const std::vector<Shape>& outputs() const;
//   void run(const float* input, const std::vector<float*>& outputs);
// Threads take whole pictures: those that share the layers of one wait for one another at each, which on a busy machine
// costs a hundred times what it saves.
template <class Program>
class BatchRunner : public Runner {
 public:
  // `group`: how many pictures pass through together, so that the weights are read once for all of them.
  BatchRunner(const Network& network, int group) : group_(group), shared_(network) {}

  void run_all(const Tensor& input, std::span<Tensor> outputs, int threads) const override {
    const int group = std::clamp((input.count + threads - 1) / threads, 1, group_);
    const int groups = (input.count + group - 1) / group;
    const size_t in_size = size_t(input.channels) * input.height * input.width;
    Once sized;
    parallel_for(groups, threads, [&](int g) {
      const int count = std::min(group, input.count - g * group);
      const auto pool = programs({count, input.channels, input.height, input.width});
      auto program = pool->borrow();
      sized([&] { resize(outputs, input.count, program->outputs()); });
      std::vector<float*> to;
      for (Tensor& output : outputs)
        to.push_back(output.values.data() + output.values.size() / size_t(input.count) * size_t(g) * group);
      program->run(input.values.data() + in_size * size_t(g) * group, to);
    });
  }

 private:
  // Shapes whose programs are kept: so many, and no more than two of large strips, which take 100 MB each.
  static constexpr size_t kKept = 6;
  static constexpr size_t kKeptInput = 16'000'000;  // floats

  static void resize(std::span<Tensor> outputs, int count, const std::vector<Shape>& shapes) {
    if (outputs.size() != shapes.size()) throw Error(VAV_E_INTERNAL, "the network has another number of outputs");
    for (size_t i = 0; i < shapes.size(); ++i)
      outputs[i].resize(count, shapes[i].channels, shapes[i].height, shapes[i].width);
  }

  bool too_many() const {
    size_t input = 0;
    for (const auto& [shape, pool] : programs_)
      input += size_t(shape.count) * shape.channels * shape.height * shape.width;
    return programs_.size() > kKept || (programs_.size() > 1 && input > kKeptInput);
  }

  // Those unused for longest are forgotten when there are too many.
  std::shared_ptr<Pool<Program>> programs(const Shape& shape) const {
    std::lock_guard lock(mutex_);
    auto found =
        std::find_if(programs_.begin(), programs_.end(), [&](const auto& kept) { return kept.first == shape; });
    if (found != programs_.end()) {
      programs_.splice(programs_.begin(), programs_, found);
    } else {
      programs_.emplace_front(
          shape, std::make_shared<Pool<Program>>([this, shape] { return std::make_unique<Program>(shared_, shape); }));
      while (too_many()) programs_.pop_back();
    }
    return programs_.front().second;
  }

  const int group_;
  mutable typename Program::Shared shared_;
  mutable std::mutex mutex_;
  mutable std::list<std::pair<Shape, std::shared_ptr<Pool<Program>>>> programs_;  // last used first
};

}  // namespace visavis
