// This SDK through its C API, for run.py.
// visavis_peer THREADS embed MODELS CHIPS COUNT | hog PHOTO | cnn MODELS PHOTO | faces MODELS PHOTO (serves turns) |
//              chips MODELS OUT COUNT PHOTO… (writes the chips of the photos' faces, over and over until COUNT)
#include "visavis/visavis.hpp"

#include <fstream>

#include "peers/worker.h"

namespace {

using peers::Json;

struct Peer {
  visavis::Models models;
  visavis::Engine engine;

  Peer(const std::string& directory, int threads) : models(directory), engine(make(models, threads)) {}
  static visavis::Engine make(const visavis::Models& models, int threads) {
    visavis::EngineOptions options;
    options.threads = threads;
    return visavis::Engine(models, options);
  }
  Json facts() const {
    return {{"version", std::string("visavis ") + visavis::version()}, {"backend", engine.backend()}};
  }
};

Json embedding_json(visavis::EmbeddingView embedding) { return std::vector<float>(embedding.begin(), embedding.end()); }

int embed(const Peer& peer, const std::string& chips_path, size_t count) {
  const auto chips = peers::read_chips(chips_path, count);
  std::vector<float> embeddings(count * VAV_EMBEDDING_DIM);
  return peers::serve(peer.facts(), [&] {
    visavis::detail::call(vav_engine_embed_chips, embeddings.data(), VAV_EMBEDDING_DIM, peer.engine.get(), chips.data(),
                          int32_t(count));
    return embedding_json({embeddings.data(), VAV_EMBEDDING_DIM});
  });
}

int detect(const Peer& peer, vav_detector detector, const std::string& path) {
  visavis::DetectOptions options;
  options.detector = detector;
  const auto photo = visavis::Image::load(path);
  return peers::serve(peer.facts(), [&] { return Json{{"faces", peer.engine.detect(photo, options).size()}}; });
}

int faces(const Peer& peer, const std::string& path) {
  return peers::serve(peer.facts(), [&] {
    const visavis::Faces found = peer.engine.analyze(visavis::Image::load(path));
    if (found.empty()) throw std::runtime_error("no face in " + path);
    return Json{{"faces", found.size()}, {"embedding", embedding_json(found.embedding(0))}};
  });
}

int chips(const Peer& peer, const std::string& out, size_t count, const std::vector<std::string>& photos) {
  visavis::AnalyzeOptions options;
  options.what = VAV_ANALYZE_CHIP;
  std::vector<std::string> found;
  for (const std::string& path : photos) {
    const visavis::Faces faces = peer.engine.analyze(visavis::Image::load(path), {}, options);
    for (int32_t i = 0; i < faces.size(); ++i)
      found.emplace_back(reinterpret_cast<const char*>(faces.chip(i)), peers::kChipBytes);
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
  const std::string what = words.size() < 3 ? "" : words[1];
  const int threads = what.empty() ? 1 : std::stoi(words[0]);
  if (what == "embed" && words.size() == 5) return embed(Peer(words[2], threads), words[3], std::stoul(words[4]));
  if (what == "hog" && words.size() == 3) return detect(Peer("", threads), VAV_DETECTOR_HOG, words[2]);
  if (what == "cnn" && words.size() == 4) return detect(Peer(words[2], threads), VAV_DETECTOR_CNN, words[3]);
  if (what == "faces" && words.size() == 4) return faces(Peer(words[2], threads), words[3]);
  if (what == "chips" && words.size() > 5)
    return chips(Peer(words[2], threads), words[3], std::stoul(words[4]), {words.begin() + 5, words.end()});
  std::cerr << "visavis_peer: see the first lines of visavis.cc\n";
  return 2;
} catch (const std::exception& e) {
  std::cerr << "visavis_peer: " << e.what() << "\n";
  return 1;
}
