// OpenCV's dnn module, built layer by layer: for machines without oneDNN, and on whatever OpenCV itself can run
// networks.
#include <algorithm>
#include <opencv2/core/utility.hpp>
#include <opencv2/dnn.hpp>
#include <string>
#include <vector>

#include "nn/backend_module.h"
#include "nn/batch_runner.h"
#include "nn/shapes.h"

namespace visavis {
namespace {

using cv::dnn::DictValue;
using cv::dnn::LayerParams;

// The network for one input shape. OpenCV keeps a copy of the weights for each.
class Program {
 public:
  struct Shared {
    explicit Shared(const Network& given) : network(given) { require_dlib_layers(given, "opencv"); }
    const Network network;
  };

  Program(Shared& shared, const Shape& input) : network_(shared.network), input_(input) {
    for (const Layer& layer : network_.layers) add(layer);
    shapes_ = {outputs_.back().shape};
    net_.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
    net_.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  }

  const std::vector<Shape>& outputs() const { return shapes_; }

  void run(const float* input, const std::vector<float*>& outputs) {
    const int dims[] = {input_.count, input_.channels, input_.height, input_.width};
    const cv::Mat blob(4, dims, CV_32F, const_cast<float*>(input));
    serially([&] {
      net_.setInput(blob);
      const cv::Mat result = net_.forward();
      std::copy_n(result.ptr<float>(), result.total(), outputs[0]);
    });
  }

 private:
  struct Output {
    int id;  // the number that OpenCV gave it
    Shape shape;
  };

  // OpenCV's number of threads is one for the whole process, and not ours to change. But OpenCV runs a loop inside
  // another of its loops on the caller's thread. That one is running is a mark of the whole process: where calls overlap,
  // the first that ends takes it off, and OpenCV may start its pool for the others. threading.md says so.
  template <class Body>
  static void serially(const Body& body) {
    cv::parallel_for_(cv::Range(0, 1), [&](const cv::Range&) { body(); });
  }

  Output output_of(int layer) const { return layer == kNetworkInput ? Output{0, input_} : outputs_[layer]; }

  Output connect(const std::string& type, LayerParams& params, const Shape& shape, const std::vector<int>& inputs) {
    const int id = net_.addLayer(std::to_string(layers_++), type, params);
    for (size_t i = 0; i < inputs.size(); ++i) net_.connect(inputs[i], 0, id, int(i));
    return {id, shape};
  }

  void add(const Layer& layer) {
    const Output from = output_of(layer.input);
    Output made = layer.kind == LayerKind::convolution ? add_convolution(layer, from) : add_pool(layer, from);
    if (layer.addend != kNoAddend) made = add_sum(made, output_of(layer.addend));
    if (layer.relu) {
      LayerParams params;
      made = connect("ReLU", params, made.shape, {made.id});
    }
    outputs_.push_back(made);
  }

  static Shape slide(const Layer& layer, const Shape& in, int channels) {
    return {in.count, channels, (in.height + 2 * layer.padding_height - layer.kernel_height) / layer.stride + 1,
            (in.width + 2 * layer.padding_width - layer.kernel_width) / layer.stride + 1};
  }

  static LayerParams window(const Layer& layer) {
    LayerParams params;
    params.set("kernel_h", layer.kernel_height);
    params.set("kernel_w", layer.kernel_width);
    params.set("stride_h", layer.stride);
    params.set("stride_w", layer.stride);
    params.set("pad_h", layer.padding_height);
    params.set("pad_w", layer.padding_width);
    return params;
  }

  Output add_convolution(const Layer& layer, const Output& from) {
    LayerParams params = window(layer);
    params.set("num_output", layer.out_channels);
    params.set("bias_term", true);
    const int dims[] = {layer.out_channels, layer.in_channels, layer.kernel_height, layer.kernel_width};
    params.blobs = {cv::Mat(4, dims, CV_32F, const_cast<float*>(layer.weights.data())),
                    cv::Mat(1, layer.out_channels, CV_32F, const_cast<float*>(layer.bias.data()))};
    return connect("Convolution", params, slide(layer, from.shape, layer.out_channels), {from.id});
  }

  Output add_pool(const Layer& layer, const Output& from) {
    LayerParams params;
    Shape shape{from.shape.count, from.shape.channels, 1, 1};
    if (layer.kind == LayerKind::global_average) {
      params.set("global_pooling", true);
    } else {
      params = window(layer);
      params.set("ceil_mode", false);
      params.set("ave_pool_padded_area", false);
      shape = slide(layer, from.shape, from.shape.channels);
    }
    params.set("pool", layer.kind == LayerKind::max_pool ? "max" : "ave");
    return connect("Pooling", params, shape, {from.id});
  }

  // Extends both with zeros to a shape that holds both, and adds them, as dlib does.
  Output add_sum(const Output& a, const Output& b) {
    const Shape both{a.shape.count, std::max(a.shape.channels, b.shape.channels),
                     std::max(a.shape.height, b.shape.height), std::max(a.shape.width, b.shape.width)};
    LayerParams params;
    params.set("operation", "sum");
    return connect("Eltwise", params, both, {extended(a, both).id, extended(b, both).id});
  }

  Output extended(const Output& from, const Shape& to) {
    if (from.shape == to) return from;
    const int paddings[] = {
        0, 0, 0, to.channels - from.shape.channels, 0, to.height - from.shape.height, 0, to.width - from.shape.width};
    LayerParams params;
    params.set("paddings", DictValue::arrayInt(paddings, 8));
    return connect("Padding", params, to, {from.id});
  }

  const Network& network_;
  const Shape input_;
  cv::dnn::Net net_;
  int layers_ = 0;
  std::vector<Output> outputs_;  // of each layer of the network
  std::vector<Shape> shapes_;    // of the last one's
};

}  // namespace
}  // namespace visavis

// Groups of one picture: OpenCV takes the pictures of a batch one after the other anyway.
VISAVIS_BACKEND_MODULE(new visavis::BatchRunner<visavis::Program>(network, 1))
