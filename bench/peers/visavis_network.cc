// The detection network alone as the SDK's CNN detector runs it, on the tensor that every engine gets.
// visavis_network THREADS MODELS PHOTO
#include <algorithm>

#include "detect/strip_scorer.h"
#include "nn/backend.h"
#include "peers/detection_network.h"
#include "peers/worker.h"

int main(int argc, char** argv) try {
  if (argc != 4) return 2;
  const int threads = std::stoi(argv[1]);
  const auto choice = visavis::choose_backend(visavis::Backend::automatic);
  if (choice.backend == visavis::Backend::dlib) throw std::runtime_error("this build has no backend but dlib");
  const visavis::Network network = peers::read_detection_network(argv[2]);
  const visavis::StripScorer scorer(network, visavis::make_runner(choice.backend, network));
  const visavis::Tensor pyramid = peers::make_pyramid(argv[2], argv[3]);
  visavis::Tensor scores;
  return peers::serve({{"backend", choice.why}}, [&] {
    scorer.score(pyramid.values.data(), pyramid.height, pyramid.width, scores, threads);
    return peers::Json{{"largest", *std::max_element(scores.values.begin(), scores.values.end())}};
  });
} catch (const std::exception& e) {
  std::cerr << "visavis_network: " << e.what() << "\n";
  return 1;
}
