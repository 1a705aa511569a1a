// Each chip also mirrored: the mean of both embeddings, less what all faces have in common.
#include <algorithm>
#include <utility>
#include <vector>

#include "embed/embedder.h"

namespace visavis {
namespace {

constexpr size_t kBatch = 32;  // chips at a time, which bounds the memory of the mirrored ones

class CentredEmbedder : public Embedder {
 public:
  CentredEmbedder(std::unique_ptr<Embedder> plain, int chip_size, const Density& density, float norm)
      : plain_(std::move(plain)), chip_size_(size_t(chip_size)), density_(density), norm_(norm) {}

  void embed(std::span<const uint8_t* const> chips, Embedding* out, int threads) const override {
    const size_t bytes = chip_size_ * chip_size_ * 3;
    for (size_t begin = 0; begin < chips.size(); begin += kBatch) {
      const auto batch = chips.subspan(begin, std::min(kBatch, chips.size() - begin));
      std::vector<uint8_t, WipingAllocator<uint8_t>> mirrored(batch.size() * bytes);
      std::vector<const uint8_t*> both(batch.begin(), batch.end());
      for (size_t i = 0; i < batch.size(); ++i) both.push_back(mirror(batch[i], mirrored.data() + i * bytes));
      std::vector<Embedding> embeddings(both.size());
      plain_->embed(both, embeddings.data(), threads);
      for (size_t i = 0; i < batch.size(); ++i, ++out) {
        *out = std::move(embeddings[i]);
        const Embedding& other = embeddings[batch.size() + i];
        for (size_t k = 0; k < out->size(); ++k) (*out)[k] = ((*out)[k] + other[k]) / 2;
        centre(density_, norm_, *out);
      }
    }
  }

 private:
  const uint8_t* mirror(const uint8_t* chip, uint8_t* to) const {
    for (size_t row = 0; row < chip_size_; ++row)
      for (size_t x = 0; x < chip_size_; ++x)
        std::copy_n(chip + (row * chip_size_ + x) * 3, 3, to + (row * chip_size_ + chip_size_ - 1 - x) * 3);
    return to;
  }

  const std::unique_ptr<Embedder> plain_;
  const size_t chip_size_;
  const Density& density_;
  const float norm_;
};

}  // namespace

std::unique_ptr<Embedder> make_centred_embedder(std::unique_ptr<Embedder> plain, int chip_size, const Density& density,
                                                float norm) {
  return std::make_unique<CentredEmbedder>(std::move(plain), chip_size, density, norm);
}

}  // namespace visavis
