// What plain dlib says about photographs, as JSON: the numbers the SDK has to reproduce. Nothing of the SDK is in here.
// dlib_reference hog|cnn MODEL_DIRECTORY PHOTO…   prints one line for each photo.
#include <dlib/dnn.h>
#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace {

using dlib::matrix;
using dlib::rectangle;
using dlib::rgb_pixel;
using nlohmann::json;

// The two networks as dlib's own examples declare them (dnn_face_recognition_ex.cpp, dnn_mmod_face_detection_ex.cpp).
template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class BN,
          typename SUBNET>
using residual = dlib::add_prev1<Block<N, BN, 1, dlib::tag1<SUBNET>>>;
template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class BN,
          typename SUBNET>
using residual_down =
    dlib::add_prev2<dlib::avg_pool<2, 2, 2, 2, dlib::skip1<dlib::tag2<Block<N, BN, 2, dlib::tag1<SUBNET>>>>>>;
template <int N, template <typename> class BN, int stride, typename SUBNET>
using block = BN<dlib::con<N, 3, 3, 1, 1, dlib::relu<BN<dlib::con<N, 3, 3, stride, stride, SUBNET>>>>>;
template <int N, typename SUBNET>
using ares = dlib::relu<residual<block, N, dlib::affine, SUBNET>>;
template <int N, typename SUBNET>
using ares_down = dlib::relu<residual_down<block, N, dlib::affine, SUBNET>>;
template <typename SUBNET>
using level0 = ares_down<256, SUBNET>;
template <typename SUBNET>
using level1 = ares<256, ares<256, ares_down<256, SUBNET>>>;
template <typename SUBNET>
using level2 = ares<128, ares<128, ares_down<128, SUBNET>>>;
template <typename SUBNET>
using level3 = ares<64, ares<64, ares<64, ares_down<64, SUBNET>>>>;
template <typename SUBNET>
using level4 = ares<32, ares<32, ares<32, SUBNET>>>;
using Resnet = dlib::loss_metric<dlib::fc_no_bias<
    128, dlib::avg_pool_everything<level0<level1<level2<level3<level4<dlib::max_pool<
             3, 3, 2, 2, dlib::relu<dlib::affine<dlib::con<32, 7, 7, 2, 2, dlib::input_rgb_image_sized<150>>>>>>>>>>>>>;

template <long N, typename SUBNET>
using con5d = dlib::con<N, 5, 5, 2, 2, SUBNET>;
template <long N, typename SUBNET>
using con5 = dlib::con<N, 5, 5, 1, 1, SUBNET>;
template <typename SUBNET>
using downsampler = dlib::relu<
    dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<16, SUBNET>>>>>>>>>;
template <typename SUBNET>
using rcon5 = dlib::relu<dlib::affine<con5<45, SUBNET>>>;
using Mmod = dlib::loss_mmod<
    dlib::con<1, 9, 9, 1, 1, rcon5<rcon5<rcon5<downsampler<dlib::input_rgb_image_pyramid<dlib::pyramid_down<6>>>>>>>>;

using Found = std::vector<std::pair<double, rectangle>>;

Found find_hog(const matrix<rgb_pixel>& photo) {
  static auto detector = dlib::get_frontal_face_detector();
  Found found;
  detector(photo, found);
  return found;
}

Found find_cnn(const matrix<rgb_pixel>& photo, const std::string& models) {
  static Mmod net;
  static const bool loaded = (dlib::deserialize(models + "/mmod_human_face_detector.dat") >> net, true);
  (void)loaded;
  Found found;
  for (const dlib::mmod_rect& face : net(photo)) found.emplace_back(face.detection_confidence, face.rect);
  return found;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) return 2;
  const std::string detector = argv[1], models = argv[2];
  dlib::shape_predictor predictor;
  dlib::deserialize(models + "/shape_predictor_5_face_landmarks.dat") >> predictor;
  Resnet resnet;
  dlib::deserialize(models + "/dlib_face_recognition_resnet_model_v1.dat") >> resnet;

  for (int i = 3; i < argc; ++i) {
    matrix<rgb_pixel> photo;
    dlib::load_image(photo, argv[i]);
    json faces = json::array();
    for (const auto& [score, box] : detector == "cnn" ? find_cnn(photo, models) : find_hog(photo)) {
      const dlib::full_object_detection shape = predictor(photo, box);
      json landmarks = json::array();
      for (unsigned long k = 0; k < shape.num_parts(); ++k) landmarks.push_back({shape.part(k).x(), shape.part(k).y()});
      matrix<rgb_pixel> chip;
      dlib::extract_image_chip(photo, dlib::get_face_chip_details(shape, 150, 0.25), chip);
      const matrix<float, 0, 1> embedding = resnet(chip);
      faces.push_back({{"box", {box.left(), box.top(), box.right(), box.bottom()}},
                       {"score", score},
                       {"landmarks", landmarks},
                       {"embedding", std::vector<float>(embedding.begin(), embedding.end())}});
    }
    std::cout << json{{"width", photo.nc()}, {"height", photo.nr()}, {"faces", faces}}.dump() << std::endl;
  }
  return 0;
} catch (const std::exception& e) {
  std::cerr << e.what() << "\n";
  return 1;
}
