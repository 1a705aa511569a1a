// search_exactness [QUERIES [MOST_TEMPLATES [SEED [LENGTH]]]]: the fast index against comparing with everything, in random
// galleries that grow and shrink, of embeddings of LENGTH numbers (0: any), with each instruction set this machine has. Exit status 1 on the first difference.
#include <hwy/targets.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

#include "reliability/exactness.h"

using namespace visavis;

int main(int argc, char** argv) {
  const long queries = argc > 1 ? std::atol(argv[1]) : 2000;
  const size_t most = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20000;
  const unsigned seed = argc > 3 ? static_cast<unsigned>(std::atol(argv[3])) : 1;
  const size_t length = argc > 4 ? std::strtoull(argv[4], nullptr, 10) : 0;
  const auto targets = hwy::SupportedAndGeneratedTargets();
  std::mt19937 random(seed);
  long asked = 0;
  for (unsigned round = 0; asked < queries; ++round) {
    // Each comes to great galleries, too, which are those of every tenth round.
    const int64_t target = targets[(round + round / 10) % targets.size()];
    hwy::SetSupportedTargetsForTest(target);
    Exactness both(seed * 1000003 + round, length);
    // Small galleries are asked often, great ones exist too.
    const size_t upto = std::max<size_t>(1, most * 128 / std::max<size_t>(128, both.length()));
    const size_t size = round % 10 == 9 ? upto : random() % (1 + upto / (1 + round % 10 * 20));
    const long here = std::min<long>(queries - asked, 120);
    for (long i = 0; i < here; ++i) {
      if (i % (1 + here / 6) == 0) {
        both.add(size / 6 + 1);
        both.remove(random() % (1 + size / 12));
        if (random() % 3) both.fast().settle(2);
      }
      if (const std::string problem = both.compare(); !problem.empty()) {
        std::printf("query %ld of round %u (%zu templates of %zu numbers, %s): %s\n", i, round, both.size(),
                    both.length(), hwy::TargetName(target), problem.c_str());
        return 1;
      }
      ++asked;
    }
    std::printf("round %u: %ld queries over up to %zu templates of %zu numbers with %s\n", round, here, both.size(),
                both.length(), hwy::TargetName(target));
    std::fflush(stdout);
  }
  std::printf("%ld queries, all answers the same\n", asked);
  return 0;
}
