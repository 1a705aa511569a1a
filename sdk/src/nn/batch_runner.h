// What every backend shares: pictures are shared out over threads, and what was compiled for a shape is kept.
#pragma once

#include <algorithm>
#include <list>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

#include "base/parallel.h"
#include "base/pool.h"
#include "nn/runner.h"

namespace visavis {

// `Program` runs the network for one shape of input on a number of threads, one call at a time:
//   struct Program::Shared { explicit Shared(const Network&); };   // for all programs: the weights
//   Program(Shared&, const Shape& input, int threads);
//   Shape output() const;
//   void run(const float* input, float* output);
template <class Program>
class BatchRunner : public Runner {
 public:
  // `group`: how many pictures pass through together, so that the weights are read once for all of them.
  BatchRunner(const Network& network, int group) : group_(group), shared_(network) {}

  void run(const Tensor& input, Tensor& output, int threads) const override {
    // One picture may use all threads; several share them out, each group on one, since that needs no waiting.
    const int group = std::clamp((input.count + threads - 1) / threads, 1, group_);
    const int groups = (input.count + group - 1) / group;
    const int threads_each = groups == 1 ? threads : 1;
    const size_t in_size = size_t(input.channels) * input.height * input.width;
    std::once_flag sized;
    parallel_for(groups, threads, [&](int g) {
      const int count = std::min(group, input.count - g * group);
      const auto pool = programs({count, input.channels, input.height, input.width}, threads_each);
      auto program = pool->borrow();
      const Shape out = program->output();
      std::call_once(sized, [&] { output.resize(input.count, out.channels, out.height, out.width); });
      const size_t out_size = output.values.size() / size_t(input.count);
      program->run(input.values.data() + in_size * size_t(g) * group,
                   output.values.data() + out_size * size_t(g) * group);
    });
  }

 private:
  static constexpr size_t kKept = 8;  // shapes whose programs are kept
  using Key = std::pair<Shape, int>;  // and the number of threads, for which a program is made as well

  // The one unused for longest is forgotten when there are too many.
  std::shared_ptr<Pool<Program>> programs(const Shape& shape, int threads) const {
    const Key key{shape, threads};
    std::lock_guard lock(mutex_);
    auto found = std::find_if(programs_.begin(), programs_.end(), [&](const auto& kept) { return kept.first == key; });
    if (found != programs_.end()) {
      programs_.splice(programs_.begin(), programs_, found);
    } else {
      programs_.emplace_front(key, std::make_shared<Pool<Program>>([this, shape, threads] {
                                return std::make_unique<Program>(shared_, shape, threads);
                              }));
      if (programs_.size() > kKept) programs_.pop_back();
    }
    return programs_.front().second;
  }

  const int group_;
  mutable typename Program::Shared shared_;
  mutable std::mutex mutex_;
  mutable std::list<std::pair<Key, std::shared_ptr<Pool<Program>>>> programs_;  // last used first
};

}  // namespace visavis
