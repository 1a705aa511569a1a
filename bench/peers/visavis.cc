// This SDK through its C API, for run.py.
// visavis_peer THREADS embed MODELS CHIPS COUNT | hog PHOTO [MIN_FACE] | cnn MODELS PHOTO | faces MODELS PHOTO (serves
//              turns) | chips MODELS OUT COUNT PHOTO… (writes the chips of the photos' faces, over and over until COUNT)
// The same with zoo_ before it takes the models of opencv-zoo: zoo_embed, zoo_yunet MODELS PHOTO [MIN_FACE], zoo_faces,
// zoo_chips. fast_ before it takes them with --precision fast.
#include "visavis/visavis.hpp"

#include <fstream>

#include "peers/worker.h"

namespace {

using peers::Json;

struct Peer {
  visavis::Models models;
  visavis::Engine engine;

  Peer(const std::string& directory, int threads, const std::string& set, vav_precision precision)
      : models(visavis::ModelsOptions{directory, false, set}), engine(make(models, threads, precision)) {}
  static visavis::Engine make(const visavis::Models& models, int threads, vav_precision precision) {
    visavis::EngineOptions options;
    options.threads = threads;
    options.precision = precision;
    return visavis::Engine(models, options);
  }
  Json facts() const {
    return {{"version", std::string("visavis ") + visavis::version()}, {"backend", engine.backend()}};
  }
};

Json embedding_json(visavis::EmbeddingView embedding) { return std::vector<float>(embedding.begin(), embedding.end()); }

int embed(const Peer& peer, const std::string& chips_path, size_t count) {
  const auto chips = peers::read_chips(chips_path, count, size_t(peer.models.chip_size()));
  const int32_t length = peer.models.embedding_dim();
  std::vector<float> embeddings(count * size_t(length));
  return peers::serve(peer.facts(), [&] {
    visavis::detail::call(vav_engine_embed_chips, embeddings.data(), length, peer.engine.get(), chips.data(),
                          int32_t(count));
    return embedding_json({embeddings.data(), length});
  });
}

int detect(const Peer& peer, vav_detector detector, const std::string& path, int min_face = 0) {
  visavis::DetectOptions options;
  options.detector = detector;
  options.min_face = min_face;
  const auto photo = visavis::Image::load(path);
  return peers::serve(peer.facts(), [&] { return Json{{"faces", peer.engine.detect(photo, options).size()}}; });
}

int faces(const Peer& peer, const std::string& path) {
  return peers::serve(peer.facts(), [&] {
    const visavis::Faces found = peer.engine.analyze(visavis::Image::load(path));
    if (found.empty()) throw std::runtime_error("no face in " + path);
    if (peer.models.set() != "dlib") return Json{{"faces", found.size()}};  // no peer places its points as we do
    return Json{{"faces", found.size()}, {"embedding", embedding_json(found.embedding(0))}};
  });
}

int chips(const Peer& peer, const std::string& out, size_t count, const std::vector<std::string>& photos) {
  visavis::AnalyzeOptions options;
  options.what = VAV_ANALYZE_CHIP;
  std::vector<std::string> found;
  for (const std::string& path : photos) {
    const visavis::Faces faces = peer.engine.analyze(visavis::Image::load(path), {}, options);
    const auto bytes = size_t(peer.models.chip_size()) * size_t(peer.models.chip_size()) * 3;
    for (int32_t i = 0; i < faces.size(); ++i) found.emplace_back(reinterpret_cast<const char*>(faces.chip(i)), bytes);
  }
  if (found.empty()) throw std::runtime_error("no face in the photos");
  std::ofstream file(out, std::ios::binary);
  for (size_t i = 0; i < count; ++i) file << found[i % found.size()];
  std::cout << Json{{"different", std::min(count, found.size())}}.dump() << std::endl;
  return file.flush() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) try {
  const std::vector<std::string> words(argv + 1, argv + argc);
  std::string what = words.size() < 3 ? "" : words[1];
  const int threads = what.empty() ? 1 : std::stoi(words[0]);
  const auto is_asked = [&](const std::string& prefix) {
    const bool asked = what.rfind(prefix, 0) == 0;
    if (asked) what.erase(0, prefix.size());
    return asked;
  };
  const bool fast = is_asked("fast_"), zoo = is_asked("zoo_") || fast;
  const auto peer = [&](const std::string& directory) {
    return Peer(directory, threads, zoo ? "opencv-zoo" : "dlib", fast ? VAV_PRECISION_FAST : VAV_PRECISION_EXACT);
  };
  const auto number = [&](size_t at) { return at < words.size() ? std::stoi(words[at]) : 0; };
  if (what == "embed" && words.size() == 5) return embed(peer(words[2]), words[3], std::stoul(words[4]));
  if (what == "hog" && words.size() <= 4) return detect(peer(""), VAV_DETECTOR_HOG, words[2], number(3));
  if (what == "cnn" && words.size() == 4) return detect(peer(words[2]), VAV_DETECTOR_CNN, words[3]);
  if (what == "yunet" && (words.size() == 4 || words.size() == 5))
    return detect(peer(words[2]), VAV_DETECTOR_YUNET, words[3], number(4));
  if (what == "faces" && words.size() == 4) return faces(peer(words[2]), words[3]);
  if (what == "chips" && words.size() > 5)
    return chips(peer(words[2]), words[3], std::stoul(words[4]), {words.begin() + 5, words.end()});
  std::cerr << "visavis_peer: see the first lines of visavis.cc\n";
  return 2;
} catch (const std::exception& e) {
  std::cerr << "visavis_peer: " << e.what() << "\n";
  return 1;
}
