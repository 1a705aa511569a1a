// Plain dlib as its user gets it from Debian: dlib's own examples put together, compiled for baseline x86-64.
// plain_dlib embed MODELS CHIPS COUNT | hog PHOTO | cnn MODELS PHOTO | cnn_network MODELS PHOTO |
//            faces MODELS PHOTO (serves turns) | first MODELS PHOTO (one embedding, then ends)
#include <dlfcn.h>
#include <dlib/image_io.h>
#include <dlib/image_processing.h>
#include <dlib/image_processing/frontal_face_detector.h>
#include <dlib/revision.h>

#include <cstring>

#include "conformance/dlib_networks.h"
#include "peers/worker.h"

namespace {

using dlib::matrix;
using dlib::rgb_pixel;
using peers::Json;

// The BLAS dlib calls, if it is OpenBLAS: which kernels it picked for this CPU, on how many threads.
Json blas() {
  const auto corename = reinterpret_cast<const char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  const auto threads = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_num_threads"));
  if (!corename || !threads) return "not OpenBLAS";
  return {{"kernels", corename()}, {"threads", threads()}};
}

Json facts() {
  return {{"version", "dlib " + std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION)},
          {"blas", blas()}};
}

matrix<rgb_pixel> load(const std::string& path) {
  matrix<rgb_pixel> photo;
  dlib::load_image(photo, path);
  return photo;
}

Json embedding_json(const matrix<float, 0, 1>& embedding) {
  return std::vector<float>(embedding.begin(), embedding.end());
}

int embed(const std::string& models, const std::string& chips_path, size_t count) {
  plain_dlib::Resnet net;
  dlib::deserialize(models + "/dlib_face_recognition_resnet_model_v1.dat") >> net;
  const auto bytes = peers::read_chips(chips_path, count);
  std::vector<matrix<rgb_pixel>> chips(count);
  for (size_t i = 0; i < count; ++i) {
    chips[i].set_size(150, 150);
    std::memcpy(&chips[i](0, 0), bytes.data() + i * bytes.size() / count, bytes.size() / count);
  }
  return peers::serve(facts(), [&] { return embedding_json(net(chips, count).front()); });
}

int hog(const std::string& path) {
  auto detector = dlib::get_frontal_face_detector();
  const auto photo = load(path);
  return peers::serve(facts(), [&] { return Json{{"faces", detector(photo).size()}}; });
}

int cnn(const std::string& models, const std::string& path) {
  plain_dlib::Mmod net;
  dlib::deserialize(models + "/mmod_human_face_detector.dat") >> net;
  const auto photo = load(path);
  return peers::serve(facts(), [&] { return Json{{"faces", net(photo).size()}}; });
}

int cnn_network(const std::string& models, const std::string& path) {
  plain_dlib::Mmod net;
  dlib::deserialize(models + "/mmod_human_face_detector.dat") >> net;
  const auto photo = load(path);
  dlib::resizable_tensor pyramid;
  dlib::input_layer(net).to_tensor(&photo, &photo + 1, pyramid);
  return peers::serve(facts(), [&] {
    const dlib::tensor& scores = net.subnet().forward(pyramid);
    return Json{{"largest", *std::max_element(scores.begin(), scores.end())}};
  });
}

// The way of dnn_face_recognition_ex.cpp, the photo's file included.
class Way {
 public:
  explicit Way(const std::string& models) {
    dlib::deserialize(models + "/shape_predictor_5_face_landmarks.dat") >> predictor_;
    dlib::deserialize(models + "/dlib_face_recognition_resnet_model_v1.dat") >> net_;
  }
  std::vector<matrix<float, 0, 1>> embeddings(const std::string& path) {
    const auto photo = load(path);
    std::vector<matrix<rgb_pixel>> chips;
    for (const dlib::rectangle& box : detector_(photo)) {
      matrix<rgb_pixel> chip;
      dlib::extract_image_chip(photo, dlib::get_face_chip_details(predictor_(photo, box), 150, 0.25), chip);
      chips.push_back(std::move(chip));
    }
    return net_(chips);
  }

 private:
  dlib::frontal_face_detector detector_ = dlib::get_frontal_face_detector();
  dlib::shape_predictor predictor_;
  plain_dlib::Resnet net_;
};

int faces(const std::string& models, const std::string& path) {
  Way way(models);
  return peers::serve(facts(), [&] {
    const auto embeddings = way.embeddings(path);
    return Json{{"faces", embeddings.size()}, {"embedding", embedding_json(embeddings.at(0))}};
  });
}

int first(const std::string& models, const std::string& path) {
  std::cout << embedding_json(Way(models).embeddings(path).at(0)).dump() << std::endl;
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string what = words.empty() ? "" : words[0];
  if (what == "embed" && words.size() == 4) return embed(words[1], words[2], std::stoul(words[3]));
  if (what == "hog" && words.size() == 2) return hog(words[1]);
  if (what == "cnn" && words.size() == 3) return cnn(words[1], words[2]);
  if (what == "cnn_network" && words.size() == 3) return cnn_network(words[1], words[2]);
  if (what == "faces" && words.size() == 3) return faces(words[1], words[2]);
  if (what == "first" && words.size() == 3) return first(words[1], words[2]);
  std::cerr << "plain_dlib: see the first lines of plain_dlib.cc\n";
  return 2;
} catch (const std::exception& e) {
  std::cerr << "plain_dlib: " << e.what() << "\n";
  return 1;
}
