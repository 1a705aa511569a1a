// What plain dlib says about photographs, as JSON: the numbers the SDK has to reproduce. Nothing of the SDK is in here.
// dlib_reference hog|cnn MODEL_DIRECTORY PHOTO…   prints one line for each photo.
#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "dlib_networks.h"

namespace {

using dlib::matrix;
using dlib::rectangle;
using dlib::rgb_pixel;
using nlohmann::json;
using plain_dlib::Mmod, plain_dlib::Resnet;

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
  const bool cnn = detector == "cnn";
  if (!cnn && detector != "hog") throw std::invalid_argument(detector + " is neither hog nor cnn");
  dlib::shape_predictor predictor;
  dlib::deserialize(models + "/shape_predictor_5_face_landmarks.dat") >> predictor;
  Resnet resnet;
  dlib::deserialize(models + "/dlib_face_recognition_resnet_model_v1.dat") >> resnet;

  for (int i = 3; i < argc; ++i) {
    matrix<rgb_pixel> photo;
    dlib::load_image(photo, argv[i]);
    json faces = json::array();
    for (const auto& [score, box] : cnn ? find_cnn(photo, models) : find_hog(photo)) {
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
