// Reads the detection network with dlib and makes its input with dlib's own input layer.
#include "peers/detection_network.h"

#include <dlib/image_io.h>

#include "conformance/dlib_networks.h"
#include "dlib_io/network_reader.h"

namespace peers {
namespace {

void read(plain_dlib::Mmod& net, const std::string& models) {
  dlib::deserialize(models + "/mmod_human_face_detector.dat") >> net;
}

}  // namespace

visavis::Network read_detection_network(const std::string& models) {
  plain_dlib::Mmod net;
  read(net, models);
  return visavis::DlibReader::read(net);
}

visavis::Tensor make_pyramid(const std::string& models, const std::string& photo) {
  plain_dlib::Mmod net;
  read(net, models);
  dlib::matrix<dlib::rgb_pixel> pixels;
  dlib::load_image(pixels, photo);
  dlib::resizable_tensor tiled;
  dlib::input_layer(net).to_tensor(&pixels, &pixels + 1, tiled);
  visavis::Tensor tensor;
  tensor.resize(1, int(tiled.k()), int(tiled.nr()), int(tiled.nc()));
  std::copy_n(tiled.host(), tiled.size(), tensor.values.begin());
  return tensor;
}

}  // namespace peers
