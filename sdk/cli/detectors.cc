// The table of detectors. Their words in the help are in main.cc.
#include "detectors.h"

#include "engine.h"
#include "failure.h"
#include "printable.h"

namespace visavis::cli {
namespace {

constexpr DetectorFacts kDetectors[] = {{"hog", VAV_DETECTOR_HOG, 72, 36, true},
                                        {"cnn", VAV_DETECTOR_CNN, 40, 20, false},
                                        {"yunet", VAV_DETECTOR_YUNET, 0, 14, false}};

}  // namespace

const DetectorFacts& detector_named(const std::string& word) {
  std::string all;
  for (const DetectorFacts& detector : kDetectors) {
    if (detector.word == word) return detector;
    all += (all.empty() ? "" : " or ") + std::string(detector.word);
  }
  throw WrongUse("--detector is '" + shortened(word) + "': expected " + all);
}

const DetectorFacts& detector_in_use(const Context& context) {
  if (!context.detector_word.empty()) return detector_named(context.detector_word);
  const std::string all = open_models_alone(context).detectors();
  return detector_named(all.substr(0, all.find(' ')));
}

}  // namespace visavis::cli
