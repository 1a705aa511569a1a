// What the SDK says about photographs, through the C API and with default options: the counterpart of dlib_reference.
// sdk_numbers hog|cnn BACKEND MODEL_DIRECTORY PHOTO…   prints one line for each photo; without arguments the library's
// description, which names the backends. BACKEND is a number of vav_backend.
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "visavis/visavis.hpp"

using nlohmann::json;

static json describe(const visavis::Faces& faces) {
  json out = json::array();
  for (int32_t i = 0; i < faces.size(); ++i) {
    const visavis::Face face = faces[i];
    const vav_box box = face.box.value();
    json landmarks = json::array();
    for (const vav_point& point : face.landmarks.value()) landmarks.push_back({point.x, point.y});
    const visavis::EmbeddingView embedding = faces.embedding(i);
    out.push_back({{"box", {box.left, box.top, box.right, box.bottom}},
                   {"score", face.score.value()},
                   {"landmarks", landmarks},
                   {"embedding", std::vector<float>(embedding.begin(), embedding.end())}});
  }
  return out;
}

int main(int argc, char** argv) try {
  if (argc < 2) {
    std::cout << visavis::describe() << std::endl;
    return 0;
  }
  if (argc < 5) return 2;
  const visavis::Models models{std::string(argv[3])};
  visavis::EngineOptions options;
  options.backend = std::stoi(argv[2]);
  const visavis::Engine engine(models, options);
  visavis::DetectOptions detect;
  detect.detector =
      std::map<std::string, vav_detector>{{"hog", VAV_DETECTOR_HOG}, {"cnn", VAV_DETECTOR_CNN}}.at(argv[1]);
  visavis::ImageOptions decode;
  decode.ignore_orientation = 1;  // dlib knows nothing of EXIF
  for (int i = 4; i < argc; ++i) {
    const visavis::Image photo = visavis::Image::load(argv[i], decode);
    const json faces = describe(engine.analyze(photo, detect));
    std::cout << json{{"width", photo.width()}, {"height", photo.height()}, {"faces", faces}}.dump() << std::endl;
  }
  return 0;
} catch (const visavis::Error& e) {
  std::cerr << e.name() << ": " << e.what() << "\n";
  return 1;
} catch (const std::out_of_range&) {
  std::cerr << argv[1] << " is neither hog nor cnn\n";
  return 2;
}
