// nn/onnx: models changed at random give a network that runs or a clean Error, never a crash. Always the same changes, so
// that a failure can be seen again; fuzz/targets/onnx_fuzz.cc searches further.
#include <random>

#include "support/fixtures.h"
#include "unit/nn/onnx/small_model.h"

namespace visavis::fuzz {
bool read_and_run(const uint8_t* data, size_t size);
}

namespace visavis {
namespace {

using namespace testing_support;

bool run(const std::string& file) {
  return fuzz::read_and_run(reinterpret_cast<const uint8_t*>(file.data()), file.size());
}

TEST(OnnxMutation, TheModelItselfIsSound) { EXPECT_TRUE(run(small_model())); }

TEST(OnnxMutation, CutAnywhere) {
  const std::string whole = small_model();
  for (size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(run(whole.substr(0, size))) << size;
}

TEST(OnnxMutation, ChangedAtRandom) {
  const std::string whole = small_model();
  std::mt19937 random(7);
  const uint8_t edges[] = {0, 1, 2, 127, 128, 255};
  int sound = 0;
  for (int i = 0; i < 6000; ++i) {
    std::string file = whole;
    for (unsigned changes = 1 + random() % 4; changes > 0; --changes) {
      const size_t at = random() % file.size();
      switch (random() % 4) {
        case 0:
          file[at] = char(random());
          break;
        case 1:
          file[at] = char(edges[random() % std::size(edges)]);
          break;
        case 2:  // a part of it elsewhere
          file.insert(at, whole.substr(random() % whole.size(), random() % 64));
          break;
        default:
          file.erase(at, 1 + random() % 8);
      }
      if (file.empty()) break;
    }
    sound += run(file);
  }
  EXPECT_GT(sound, 100);  // enough of them come through to be run
}

}  // namespace
}  // namespace visavis
