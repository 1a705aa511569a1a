// A network for one shape of input as oneDNN's primitives, in order.
#pragma once

#include <algorithm>
#include <map>
#include <mutex>
#include <vector>

#include "base/error.h"
#include "base/room.h"
#include "nn/backends/onednn_interface.h"
#include "nn/backends/onednn_plan.h"
#include "nn/definition.h"
#include "nn/network.h"
#include "nn/shapes.h"

namespace visavis::onednn {

// If memory runs out while oneDNN compiles, the process may end. So the memory must be there before.
inline void require_memory_for(const Shape& input) {
  // The compiler itself takes a fifth of this. But glibc can take 128 MB for a moment for each thread that it gives
  // memory of its own.
  constexpr size_t kCompiler = size_t{160} << 20;
  require_memory(kCompiler + 6 * sizeof(float) * size_t(input.count) * input.channels * input.height * input.width);
}

// The network for one input shape: primitives in order and the memory between them. A primitive divides its work by the
// number of threads at the time when it is made.
class Program {
 public:
  using Shared = Weights;

  Program(Weights& weights, const Shape& input)
      : engine_(weights.engine()),
        plan_(engine_),
        network_(weights.network()),
        weights_(weights),
        input_(plain({input.count, input.channels, input.height, input.width}), engine_, nullptr) {
    const OneThread limit;
    // One thread at a time: two threads could both be told that there is enough memory, and then one takes it all.
    static std::mutex compiling;
    const std::lock_guard alone(compiling);
    require_memory_for(input);
    // A network from an ONNX file is checked before it is compiled. dlib's networks are known to fit.
    if (!is_of_dlib(network_)) {
      layer_shapes_ = shapes_of(network_, input);
      separables_ = &weights_.separables();
    }
    last_read_ = last_read(network_);
    for (size_t i = 0; i < network_.layers.size(); ++i) outputs_.push_back(add(i));
    for (const int layer : output_layers(network_)) {
      const Dims dims = dims_of(outputs_[size_t(layer)].get_desc());
      results_.emplace_back(plain(dims), engine_);
      plan_.add_reorder(outputs_[size_t(layer)], results_.back());
      shapes_.push_back({int(dims[0]), int(dims[1]), int(dims[2]), int(dims[3])});
    }
    plan_.finish();
  }

  const std::vector<Shape>& outputs() const { return shapes_; }

  void run(const float* input, const std::vector<float*>& outputs) {
    const OneThread limit;
    input_.set_data_handle(const_cast<float*>(input));
    for (size_t i = 0; i < outputs.size(); ++i) results_[i].set_data_handle(outputs[i]);
    plan_.run();
  }

 private:
  const memory& output_of(int layer) const { return layer == kNetworkInput ? input_ : outputs_[layer]; }

  memory add(size_t index) {
    const Layer& layer = network_.layers[index];
    if (const ByteChain* chain = weights_.chain(); chain && index >= chain->first() && index <= chain->last())
      return index == chain->last() ? add_chain(*chain) : memory();  // nobody else reads those before
    if (const ByteMatrix* matrix = weights_.matrix(); matrix && index >= matrix->first() && index <= matrix->last())
      return index == matrix->last() ? add_matrix(*matrix) : memory();
    if (separables_) {
      for (const Separable& separable : *separables_)
        for (const Separable::Part& part : separable.parts()) {
          if (part.layers.back() == index) return add_separable(separable, part);
          if (std::ranges::find(part.layers, index) != part.layers.end()) return memory();  // nobody else reads it
        }
    }
    const memory src = output_of(layer.input);
    switch (layer.kind) {
      case LayerKind::convolution:
        return add_convolution(index, layer, src);
      case LayerKind::max_pool:
      case LayerKind::average_pool:
      case LayerKind::global_average:
        return add_pool(layer, src);
      case LayerKind::relu:
        return add_eltwise(index, dnnl::algorithm::eltwise_relu, src);
      case LayerKind::sigmoid:
        return add_eltwise(index, dnnl::algorithm::eltwise_logistic, src);
      case LayerKind::prelu:
        return add_prelu(index, layer, src);
      case LayerKind::scale:
        return add_scale(index, layer, src);
      case LayerKind::add:
        return add_sum(index, layer, src);
      case LayerKind::resize:
        return add_resize(layer, src);
      case LayerKind::transpose:
        return add_transpose(index, layer, src);
      case LayerKind::reshape:
        return add_reshape(index, layer);
      case LayerKind::multiply:
      case LayerKind::concat:
        return add_by_definition(index, layer);
    }
    throw Error(VAV_E_INTERNAL, "oneDNN: a layer of no known kind");
  }

  // Whether a later layer, or the caller, reads the output of `layer`.
  bool is_read_after(size_t index, int layer) const { return last_read_[size_t(layer)] > index; }

  // For each layer, the last layer that reads its output; the number of layers, if the caller reads it.
  static std::vector<size_t> last_read(const Network& network) {
    std::vector<size_t> last(network.layers.size());
    for (size_t i = 0; i < network.layers.size(); ++i) {
      each_input(network.layers[i], [&](int input) {
        if (input != kNetworkInput) last[size_t(input)] = i;
      });
    }
    for (const int output : output_layers(network)) last[size_t(output)] = network.layers.size();
    return last;
  }

  // Where a layer that changes each value by itself writes its output: over its input if nobody else reads that.
  memory over(size_t index, const memory& src) {
    const int input = network_.layers[index].input;
    return input == kNetworkInput || is_read_after(index, input) ? memory(src.get_desc(), engine_) : src;
  }

  memory add_eltwise(size_t index, dnnl::algorithm algorithm, const memory& src) {
    const memory dst = over(index, src);
    const auto description = describe_eltwise(engine_, with_user_scratch(), algorithm, src.get_desc());
    plan_.add(description, dnnl::eltwise_forward(description), {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
    return dst;
  }

  // One value for each channel of `like`. If `values` has only one, it is for all channels.
  memory by_channel(const std::vector<float>& values, const memory& like) const {
    const memory::dim channels = dims_of(like.get_desc())[1];
    memory made(plain({1, channels, 1, 1}), engine_);
    float* const to = static_cast<float*>(made.get_data_handle());
    for (memory::dim c = 0; c < channels; ++c) to[c] = values[values.size() == 1 ? 0 : size_t(c)];
    return made;
  }

  memory add_prelu(size_t index, const Layer& layer, const memory& src) {
    const memory dst = over(index, src), slopes = by_channel(layer.weights, src);
    const auto description =
        describe_prelu(engine_, with_user_scratch(), src.get_desc(), any_format(dims_of(slopes.get_desc())));
    const memory ready = plan_.as(slopes, description.weights_desc());
    plan_.add(description, dnnl::prelu_forward(description),
              {{DNNL_ARG_SRC, src}, {DNNL_ARG_WEIGHTS, ready}, {DNNL_ARG_DST, dst}});
    return dst;
  }

  memory add_scale(size_t index, const Layer& layer, const memory& src) {
    const memory dst = over(index, src);
    const memory factors = by_channel(layer.weights, src), terms = by_channel(layer.bias, src);
    dnnl::post_ops ops;
    ops.append_binary(dnnl::algorithm::binary_add, terms.get_desc());
    const auto description = describe<dnnl::binary>(engine_, with_user_scratch(ops), dnnl::algorithm::binary_mul,
                                                    src.get_desc(), factors.get_desc(), dst.get_desc());
    plan_.add(description, dnnl::binary(description),
              {{DNNL_ARG_SRC_0, src},
               {DNNL_ARG_SRC_1, factors},
               {DNNL_ARG_DST, dst},
               {DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, terms}});
    return dst;
  }

  memory add_sum(size_t index, const Layer& layer, const memory& src) {
    const memory other = plan_.as(output_of(layer.more_inputs[0]), src.get_desc());
    const memory dst = layer.more_inputs[0] == layer.input ? memory(src.get_desc(), engine_) : over(index, src);
    const auto description = describe<dnnl::binary>(engine_, with_user_scratch(), dnnl::algorithm::binary_add,
                                                    src.get_desc(), src.get_desc(), dst.get_desc());
    plan_.add(description, dnnl::binary(description),
              {{DNNL_ARG_SRC_0, src}, {DNNL_ARG_SRC_1, other}, {DNNL_ARG_DST, dst}});
    return dst;
  }

  memory add_resize(const Layer& layer, const memory& src) {
    Dims out = dims_of(src.get_desc());
    out[2] *= layer.factor, out[3] *= layer.factor;
    const auto description = describe<dnnl::resampling_forward>(
        engine_, with_user_scratch(), kInference, dnnl::algorithm::resampling_nearest, src.get_desc(), any_format(out));
    memory dst(description.dst_desc(), engine_);
    plan_.add(description, dnnl::resampling_forward(description), {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
    return dst;
  }

  // Copies into memory whose axes are in the other order.
  memory add_transpose(size_t index, const Layer& layer, const memory& src) {
    const Shape& shape = layer_shapes_[index];
    const memory dst(plain({shape.count, shape.channels, shape.height, shape.width}), engine_);
    const Dims steps = {memory::dim{shape.height} * shape.width, shape.width, 1};
    Dims strides = {steps[0] * shape.channels, 0, 0, 0};
    for (size_t axis = 0; axis < 3; ++axis) strides[size_t(layer.axes[axis])] = steps[axis];
    plan_.add_reorder(src, memory({dims_of(src.get_desc()), kFloat, strides}, engine_, dst.get_data_handle()));
    return dst;
  }

  // The same values under another shape. Copies only if somebody else may still read or write them.
  memory add_reshape(size_t index, const Layer& layer) {
    if (layer.input == kNetworkInput || is_read_after(index, layer.input)) return add_by_definition(index, layer);
    const Shape& shape = layer_shapes_[index];
    const memory plain_src = as_plain(layer.input);
    return memory(plain({shape.count, shape.channels, shape.height, shape.width}), engine_,
                  plain_src.get_data_handle());
  }

  // Rare layers, and those that only move values: run in plain layout, by their definition.
  memory add_by_definition(size_t index, const Layer& layer) {
    std::vector<memory> inputs = {as_plain(layer.input)};
    for (const int more : layer.more_inputs) inputs.push_back(as_plain(more));
    const Shape& shape = layer_shapes_[index];
    const memory dst(plain({shape.count, shape.channels, shape.height, shape.width}), engine_);
    plan_.add([&layer, inputs, dst](float*) {
      for (memory::dim picture = 0; picture < dims_of(dst.get_desc())[0]; ++picture) {
        std::vector<Planes> planes;
        for (const memory& input : inputs) planes.push_back(planes_of(input, picture));
        run_by_definition(layer, planes, planes_of(dst, picture));
      }
    });
    return dst;
  }

  memory as_plain(int layer) { return plan_.as(output_of(layer), plain(dims_of(output_of(layer).get_desc()))); }

  static Planes planes_of(const memory& plain, memory::dim picture) {
    const Dims dims = dims_of(plain.get_desc());
    Planes planes(static_cast<float*>(plain.get_data_handle()), {1, int(dims[1]), int(dims[2]), int(dims[3])});
    planes.values += planes.size() * picture;
    return planes;
  }

  // The padding at the bottom and right.
  static Dims end_of(const Layer& layer) {
    return {layer.padding_height + layer.more_bottom, layer.padding_width + layer.more_right};
  }

  memory add_pool(const Layer& layer, const memory& src) {
    const Dims in = dims_of(src.get_desc());
    const bool global = layer.kind == LayerKind::global_average;
    const Dims kernel = global ? Dims{in[2], in[3]} : Dims{layer.kernel_height, layer.kernel_width};
    const Dims padding = {layer.padding_height, layer.padding_width}, padding_end = end_of(layer);
    const Dims stride = {layer.stride, layer.stride};
    const Dims out = {in[0], in[1], (in[2] + padding[0] + padding_end[0] - kernel[0]) / stride[0] + 1,
                      (in[3] + padding[1] + padding_end[1] - kernel[1]) / stride[1] + 1};
    const auto algorithm =
        layer.kind == LayerKind::max_pool ? dnnl::algorithm::pooling_max : dnnl::algorithm::pooling_avg_exclude_padding;
    const auto description = describe_pool(engine_, with_user_scratch(), algorithm, src.get_desc(), any_format(out),
                                           stride, kernel, padding, padding_end);
    memory dst(description.dst_desc(), engine_);
    plan_.add(description, dnnl::pooling_forward(description), {{DNNL_ARG_SRC, src}, {DNNL_ARG_DST, dst}});
    return dst;
  }

  memory add_convolution(size_t index, const Layer& layer, const memory& src) {
    if (layer.out_channels == 1 && layer.kernel_width > 1 && layer.stride == 1 && !layer.relu &&
        layer.addend == kNoAddend && layer.more_bottom == 0 && layer.more_right == 0)
      return add_one_channel_convolution(index, layer, src);
    const Dims in = dims_of(src.get_desc());
    const Dims padding = {layer.padding_height, layer.padding_width}, padding_end = end_of(layer);
    const Dims stride = {layer.stride, layer.stride};
    const Dims out = {in[0], layer.out_channels,
                      (in[2] + padding[0] + padding_end[0] - layer.kernel_height) / layer.stride + 1,
                      (in[3] + padding[1] + padding_end[1] - layer.kernel_width) / layer.stride + 1};
    const memory::dim groups = layer.groups;
    Dims weight_dims = {layer.out_channels / groups, layer.in_channels / groups, layer.kernel_height,
                        layer.kernel_width};
    if (groups > 1) weight_dims.insert(weight_dims.begin(), groups);
    const auto weight_format = groups > 1 ? memory::format_tag::goihw : memory::format_tag::oihw;
    const memory* addend = layer.addend == kNoAddend ? nullptr : &output_of(layer.addend);
    const bool same_shape =
        addend && dims_of(addend->get_desc())[2] == out[2] && dims_of(addend->get_desc())[3] == out[3];

    if (Winograd::fits(layer, int(out[2]), int(out[3])) && (!addend || same_shape))
      return add_winograd(index, src, addend);
    dnnl::post_ops ops;
    if (same_shape) ops.append_sum(1);
    if (layer.relu && (!addend || same_shape)) append_relu(ops);
    const auto description = describe<dnnl::convolution_forward>(
        engine_, with_user_scratch(ops), kInference, dnnl::algorithm::convolution_direct, any_format(in),
        any_format(weight_dims), memory::desc({layer.out_channels}, kFloat, memory::format_tag::a), any_format(out),
        stride, padding, padding_end);
    const memory weights = weights_.get(index, {weight_dims, kFloat, weight_format}, description.weights_desc());
    const memory bias({{layer.out_channels}, kFloat, memory::format_tag::a}, engine_,
                      const_cast<float*>(layer.bias.data()));
    const memory ready = plan_.as(src, description.src_desc());
    memory dst = same_shape ? summed_onto(index, description.dst_desc()) : memory(description.dst_desc(), engine_);
    plan_.add(description, dnnl::convolution_forward(description),
              {{DNNL_ARG_SRC, ready}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, dst}});
    return addend && !same_shape ? add_zero_extended(dst, *addend, layer.relu) : dst;
  }

  memory add_winograd(size_t index, const memory& src, const memory* addend) {
    const Layer& layer = network_.layers[index];
    const Winograd& winograd = weights_.winograd(index);
    const Dims in = dims_of(src.get_desc());
    const memory ready = plan_.as(src, by_pixel(in)), dst(by_pixel({in[0], layer.out_channels, in[2], in[3]}), engine_);
    memory added;
    if (addend)
      added = dims_of(addend->get_desc()) == dims_of(dst.get_desc()) ? plan_.as(*addend, dst.get_desc())
                                                                     : summed_onto(index, dst.get_desc());
    plan_.add(
        [&winograd, ready, added, dst, in](float* scratch) {
          winograd.run(values_of(ready), int(in[0]), int(in[2]), int(in[3]), added ? values_of(added) : nullptr,
                       scratch, values_of(dst));
        },
        winograd.scratch());
    return dst;
  }

  memory add_chain(const ByteChain& chain) {
    const memory& in = output_of(network_.layers[chain.first()].input);
    const Dims dims = dims_of(in.get_desc());
    const int height = int(dims[2]), width = int(dims[3]);
    const Dims out = {dims[0], chain.channels(), chain.out_height(height), chain.out_width(width)};
    const memory src = plan_.as(in, plain(dims)), dst(by_pixel(out), engine_);
    const memory::dim in_size = dims[1] * dims[2] * dims[3], out_size = out[1] * out[2] * out[3];
    const auto run = [&chain, src, dst, pictures = dims[0], height, width, in_size, out_size](float* scratch) {
      for (memory::dim picture = 0; picture < pictures; ++picture)
        chain.run(values_of(src) + picture * in_size, height, width, scratch, values_of(dst) + picture * out_size);
    };
    plan_.add(run, chain.scratch(height, width));
    return dst;
  }

  memory add_matrix(const ByteMatrix& matrix) {
    const memory& src = output_of(network_.layers[matrix.first()].input);
    const memory::dim pictures = dims_of(src.get_desc())[0];
    const memory dst(plain({pictures, matrix.outputs(), 1, 1}), engine_);
    const auto run = [&matrix, src, dst, pictures](float* scratch) {
      matrix.run(values_of(src), int(pictures), scratch, values_of(dst));
    };
    plan_.add(run, matrix.scratch());
    return dst;
  }

  static float* values_of(const memory& of) { return static_cast<float*>(of.get_data_handle()); }

  // All its parts are computed when the first of them is asked for.
  memory add_separable(const Separable& separable, const Separable::Part& part) {
    memory& all = of_separable_[&separable];
    if (!all) {
      const memory in = separable.input() == kNetworkInput ? input_ : outputs_[size_t(separable.input())];
      const Dims dims = dims_of(in.get_desc());
      const int height = int(dims[2]), width = int(dims[3]);
      const Dims out = {dims[0], separable.channels(), separable.out_height(height), separable.out_width(width)};
      const memory src = plan_.as(in, separable.reads_planes() ? plain(dims) : by_pixel(dims));
      const memory dst = all = memory(by_pixel(out), engine_);
      const memory::dim in_size = dims[1] * dims[2] * dims[3], out_size = out[1] * out[2] * out[3];
      const auto run = [&separable, src, dst, pictures = dims[0], height, width, in_size, out_size](float* scratch) {
        for (memory::dim picture = 0; picture < pictures; ++picture)
          separable.run(values_of(src) + picture * in_size, height, width, scratch,
                        values_of(dst) + picture * out_size);
      };
      plan_.add(run, separable.scratch(width));
    }
    if (part.channels == separable.channels()) return all;
    Dims dims = dims_of(all.get_desc());
    dims[1] = part.channels;
    const memory own(all.get_desc().submemory_desc(dims, {0, part.first, 0, 0}), engine_, all.get_data_handle());
    return is_only_transposed(part.layers.back()) ? own : plan_.as(own, by_pixel(dims));
  }

  // Whether whoever reads the output copies it anyway, wherever its values lie.
  bool is_only_transposed(size_t index) const {
    const auto reads = [&](const Layer& layer) {
      bool found = false;
      each_input(layer, [&](int input) { found |= input == int(index); });
      return found;
    };
    return last_read_[index] < network_.layers.size() && std::ranges::none_of(network_.layers, [&](const Layer& layer) {
             return reads(layer) && layer.kind != LayerKind::transpose;
           });
  }

  // oneDNN computes at least as many channels as a vector holds: for one channel most of that work is thrown away. Here
  // the columns of the kernel take the place of the channels. Their maps are shifted and added up.
  memory add_one_channel_convolution(size_t index, const Layer& layer, const memory& src) {
    const memory::dim kh = layer.kernel_height, kw = layer.kernel_width;
    const Dims in = dims_of(src.get_desc()), weight_dims = {kw, in[1], kh, 1};
    const Dims maps_dims = {in[0], kw, in[2] + 2 * layer.padding_height - kh + 1, in[3]};
    const Dims padding = {layer.padding_height, 0};
    const auto description = describe<dnnl::convolution_forward>(
        engine_, with_user_scratch(), kInference, dnnl::algorithm::convolution_direct, any_format(in),
        any_format(weight_dims), any_format(maps_dims), Dims{1, 1}, padding, padding);
    const memory weights =
        weights_.get(index, {weight_dims, kFloat, Dims{1, kh * kw, kw, 1}}, description.weights_desc());
    const memory ready = plan_.as(src, description.src_desc());
    const memory blocked(description.dst_desc(), engine_);
    plan_.add(description, dnnl::convolution_forward(description),
              {{DNNL_ARG_SRC, ready}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, blocked}});
    const memory maps = plan_.as(blocked, plain(maps_dims));
    memory sum(plain({in[0], 1, maps_dims[2], in[3] + 2 * layer.padding_width - kw + 1}), engine_);
    plan_.add([&layer, maps, sum](float*) { add_shifted(layer, maps, sum); });
    return sum;
  }

  static void add_shifted(const Layer& layer, const memory& maps, const memory& sum) {
    const Dims in = dims_of(maps.get_desc()), out = dims_of(sum.get_desc());
    const float* map = static_cast<const float*>(maps.get_data_handle());
    float* const sums = static_cast<float*>(sum.get_data_handle());
    for (memory::dim n = 0; n < in[0]; ++n) {
      float* const plane = sums + n * out[2] * out[3];
      std::fill_n(plane, out[2] * out[3], layer.bias[0]);
      for (memory::dim dx = 0; dx < in[1]; ++dx) {
        const memory::dim shift = dx - layer.padding_width;
        const memory::dim begin = std::max<memory::dim>(0, -shift), end = std::min(out[3], in[3] - shift);
        for (memory::dim r = 0; r < out[2]; ++r, map += in[3])
          for (memory::dim c = begin; c < end; ++c) plane[r * out[3] + c] += map[c + shift];
      }
    }
  }

  // The memory that convolution `index` adds its result to: the addend itself if nobody reads it later. Else a copy in
  // the convolution's layout, with zeros in the channels that the addend lacks.
  memory summed_onto(size_t index, const memory::desc& wanted) {
    const int addend = network_.layers[index].addend;
    const bool free =
        addend != kNetworkInput && addend != network_.layers[index].input && !is_read_after(index, addend);
    if (free && output_of(addend).get_desc() == wanted) return output_of(addend);
    memory sum(wanted, engine_);
    add_into(output_of(addend), sum);
    return sum;
  }

  // Copies `from` into the upper left corner and first channels of `to`, whose rest becomes zero.
  void add_into(const memory& from, const memory& to) {
    const Dims dims = dims_of(from.get_desc());
    const memory corner(to.get_desc().submemory_desc(dims, {0, 0, 0, 0}), engine_, to.get_data_handle());
    plan_.add_reorder(from, corner, dims == dims_of(to.get_desc()) ? memory() : to);
  }

  // Extends both with zeros to a shape that holds both, adds them, and applies the ReLU if asked.
  memory add_zero_extended(const memory& a, const memory& b, bool relu) {
    const Dims first = dims_of(a.get_desc()), second = dims_of(b.get_desc());
    Dims out(4);
    for (int i = 0; i < 4; ++i) out[i] = std::max(first[i], second[i]);
    const memory::desc layout = plain(out);
    memory wide_a(layout, engine_), wide_b(layout, engine_);
    add_into(a, wide_a);
    add_into(b, wide_b);
    dnnl::post_ops ops;
    if (relu) append_relu(ops);
    const auto description =
        describe<dnnl::binary>(engine_, with_user_scratch(ops), dnnl::algorithm::binary_add, layout, layout, layout);
    plan_.add(description, dnnl::binary(description),
              {{DNNL_ARG_SRC_0, wide_a}, {DNNL_ARG_SRC_1, wide_b}, {DNNL_ARG_DST, wide_a}});
    return wide_a;
  }

  const dnnl::engine& engine_;
  Plan plan_;
  const Network& network_;
  Weights& weights_;
  memory input_;
  std::vector<memory> outputs_;                         // of each layer
  const std::vector<Separable>* separables_ = nullptr;  // computed by kernels of our own
  std::map<const Separable*, memory> of_separable_;     // the output of each
  std::vector<memory> results_;                         // what the caller reads
  std::vector<Shape> shapes_;                           // the shapes of `results_`
  std::vector<size_t> last_read_;
  std::vector<Shape> layer_shapes_;  // of each layer's output; only for networks that are not dlib's
};

}  // namespace visavis::onednn
