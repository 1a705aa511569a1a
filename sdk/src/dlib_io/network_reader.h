// Turns a dlib network, once deserialised by dlib, into a Network: walks its layers from the input to the output.
#pragma once

#include <dlib/dnn.h>

#include <map>
#include <string>
#include <utility>

#include "base/error.h"
#include "nn/network.h"

namespace visavis {

class DlibReader {
 public:
  // `net` is one of dlib's add_loss_layer types.
  template <class Net>
  static Network read(const Net& net) {
    DlibReader reader;
    dlib::visit_layers_backwards(net, Visitor{reader});
    return std::move(reader.network_);
  }

 private:
  // Passed by value by dlib, hence the reference inside.
  struct Visitor {
    DlibReader& reader;
    template <class T, class U, class E>
    void operator()(size_t, const dlib::add_layer<T, U, E>& layer) const {
      reader.add(layer.layer_details());
    }
    template <unsigned long id, class U, class E>
    void operator()(size_t, const dlib::add_tag_layer<id, U, E>&) const {
      reader.tags_[id] = reader.last_;
    }
    template <template <class> class Tag, class U>
    void operator()(size_t, const dlib::add_skip_layer<Tag, U>&) const {
      reader.last_ = reader.tags_.at(+dlib::tag_id<Tag>::id);
    }
    template <class T, class U>
    void operator()(size_t, const dlib::add_loss_layer<T, U>&) const {}
    template <class Input>
    void operator()(size_t, const Input& input) const {
      reader.network_.mean = {input.get_avg_red(), input.get_avg_green(), input.get_avg_blue()};
      reader.network_.scale = 1.0f / 256;
    }
  };

  template <long filters, long rows, long columns, int stride_y, int stride_x, int pad_y, int pad_x>
  void add(const dlib::con_<filters, rows, columns, stride_y, stride_x, pad_y, pad_x>& layer) {
    static_assert(stride_y == stride_x, "the network has an uneven stride");
    Layer& made = append(LayerKind::convolution);
    const dlib::tensor& params = layer.get_layer_params();
    const bool biased = !layer.bias_is_disabled();
    made.out_channels = int(layer.num_filters());
    made.kernel_height = int(layer.nr());
    made.kernel_width = int(layer.nc());
    const size_t weights = params.size() - (biased ? made.out_channels : 0);
    made.in_channels = int(weights / (size_t(made.out_channels) * made.kernel_height * made.kernel_width));
    made.stride = stride_y;
    made.padding_height = int(layer.padding_y());
    made.padding_width = int(layer.padding_x());
    made.weights.assign(params.host(), params.host() + weights);
    made.bias.assign(made.out_channels, 0);
    if (biased) std::copy_n(params.host() + weights, made.out_channels, made.bias.begin());
  }

  // Folds y = gamma * x + beta into the convolution before it.
  void add(const dlib::affine_& layer) {
    Layer& convolution = network_.layers.at(last_);
    const auto gammas = layer.get_gamma(), betas = layer.get_beta();
    const float* gamma = gammas.get().host();
    const float* beta = betas.get().host();
    const size_t each = convolution.weights.size() / convolution.out_channels;
    for (int o = 0; o < convolution.out_channels; ++o) {
      for (size_t i = 0; i < each; ++i) convolution.weights[o * each + i] *= gamma[o];
      convolution.bias[o] = convolution.bias[o] * gamma[o] + beta[o];
    }
  }

  void add(const dlib::relu_&) { network_.layers.at(last_).relu = true; }

  template <template <class> class Tag>
  void add(const dlib::add_prev_<Tag>&) {
    // The plus: dlib declares id and never defines it, so a reference to it does not link without optimisation.
    int other = tags_.at(+dlib::tag_id<Tag>::id);
    // The convolution does the adding: where the pooled shortcut came last, the two change places.
    if (network_.layers.at(last_).kind != LayerKind::convolution) {
      if (other != last_ - 1 || network_.layers[last_].input == other) unsupported("an addition of this shape");
      std::swap(network_.layers[last_], network_.layers[other]);
    }
    Layer& convolution = network_.layers[last_];
    if (convolution.kind != LayerKind::convolution || convolution.relu || convolution.addend != kNoAddend)
      unsupported("an addition to this layer");
    convolution.addend = other;
  }

  template <long rows, long columns, int stride_y, int stride_x, int pad_y, int pad_x>
  void add(const dlib::max_pool_<rows, columns, stride_y, stride_x, pad_y, pad_x>& layer) {
    add_pool(LayerKind::max_pool, layer);
  }
  template <long rows, long columns, int stride_y, int stride_x, int pad_y, int pad_x>
  void add(const dlib::avg_pool_<rows, columns, stride_y, stride_x, pad_y, pad_x>& layer) {
    add_pool(rows == 0 ? LayerKind::global_average : LayerKind::average_pool, layer);
  }

  template <class Pool>
  void add_pool(LayerKind kind, const Pool& layer) {
    Layer& made = append(kind);
    made.kernel_height = int(layer.nr());
    made.kernel_width = int(layer.nc());
    made.stride = layer.stride_y();
    made.padding_height = layer.padding_y();
    made.padding_width = layer.padding_x();
    if (layer.stride_x() != layer.stride_y()) unsupported("an uneven stride");
  }

  // Behind a global average a matrix is a convolution of 1 × 1. dlib keeps it as [in][out].
  template <unsigned long outputs>
  void add(const dlib::fc_<outputs, dlib::FC_NO_BIAS>& layer) {
    if (network_.layers.at(last_).kind != LayerKind::global_average)
      unsupported("a matrix that is not behind an average");
    Layer& made = append(LayerKind::convolution);
    const dlib::tensor& params = layer.get_layer_params();
    made.out_channels = int(outputs);
    made.in_channels = int(params.size() / outputs);
    made.kernel_height = made.kernel_width = 1;
    made.bias.assign(outputs, 0);
    made.weights.resize(params.size());
    for (int in = 0; in < made.in_channels; ++in)
      for (int out = 0; out < made.out_channels; ++out)
        made.weights[size_t(out) * made.in_channels + in] = params.host()[size_t(in) * outputs + out];
  }

  Layer& append(LayerKind kind) {
    Layer& made = network_.layers.emplace_back();
    made.kind = kind;
    made.input = last_;
    last_ = int(network_.layers.size()) - 1;
    return made;
  }

  [[noreturn]] static void unsupported(const std::string& what) {
    throw Error(VAV_E_INTERNAL, "the network has " + what + ", which no model of the manifest has");
  }

  Network network_;
  std::map<unsigned long, int> tags_;
  int last_ = kNetworkInput;
};

}  // namespace visavis
