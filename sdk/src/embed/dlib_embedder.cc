// dlib's ResNet as dlib runs it: the reference. One of the two files whose templates take long to compile.
#include <dlib/dnn.h>

#include <algorithm>
#include <cstring>

#include "base/pool.h"
#include "dlib_io/network_reader.h"
#include "dlib_io/stream.h"
#include "embed/embedder.h"
#include "types/recipe.h"

namespace visavis {
namespace {

// The architecture of dlib_face_recognition_resnet_model_v1.dat, as dlib's example dnn_face_recognition_ex.cpp gives
// it.
template <template <int, template <typename> class, int, typename> class block, int N, template <typename> class BN,
          typename SUBNET>
using residual = dlib::add_prev1<block<N, BN, 1, dlib::tag1<SUBNET>>>;
template <template <int, template <typename> class, int, typename> class block, int N, template <typename> class BN,
          typename SUBNET>
using residual_down =
    dlib::add_prev2<dlib::avg_pool<2, 2, 2, 2, dlib::skip1<dlib::tag2<block<N, BN, 2, dlib::tag1<SUBNET>>>>>>;
template <int N, template <typename> class BN, int stride, typename SUBNET>
using block = BN<dlib::con<N, 3, 3, 1, 1, dlib::relu<BN<dlib::con<N, 3, 3, stride, stride, SUBNET>>>>>;
template <int N, typename SUBNET>
using ares = dlib::relu<residual<block, N, dlib::affine, SUBNET>>;
template <int N, typename SUBNET>
using ares_down = dlib::relu<residual_down<block, N, dlib::affine, SUBNET>>;
template <typename SUBNET>
using level0 = ares_down<256, SUBNET>;
template <typename SUBNET>
using level1 = ares<256, ares<256, ares_down<256, SUBNET>>>;
template <typename SUBNET>
using level2 = ares<128, ares<128, ares_down<128, SUBNET>>>;
template <typename SUBNET>
using level3 = ares<64, ares<64, ares<64, ares_down<64, SUBNET>>>>;
template <typename SUBNET>
using level4 = ares<32, ares<32, ares<32, SUBNET>>>;
using ResNet = dlib::loss_metric<dlib::fc_no_bias<
    kDlibEmbedding,
    dlib::avg_pool_everything<level0<level1<level2<level3<level4<dlib::max_pool<
        3, 3, 2, 2,
        dlib::relu<dlib::affine<dlib::con<32, 7, 7, 2, 2, dlib::input_rgb_image_sized<kChipSize>>>>>>>>>>>>>;

constexpr size_t kBatch = 16;  // chips at a time: more are no faster and dlib keeps every layer of all of them

class DlibEmbedder : public Embedder {
 public:
  explicit DlibEmbedder(const std::vector<char>& model) {
    read_dlib(prototype_, model, "dlib_face_recognition_resnet_model_v1");
  }

  // dlib leaves the threads to the BLAS it calls, which no engine can limit.
  void embed(std::span<const uint8_t* const> chips, Embedding* out, int) const override {
    auto net = pool_.borrow();
    std::vector<dlib::matrix<dlib::rgb_pixel>> batch;
    for (size_t begin = 0; begin < chips.size(); begin += kBatch) {
      batch.resize(std::min(kBatch, chips.size() - begin));
      for (size_t i = 0; i < batch.size(); ++i) {
        batch[i].set_size(kChipSize, kChipSize);
        std::memcpy(&batch[i](0, 0), chips[begin + i], size_t{kChipSize} * kChipSize * 3);
      }
      const auto embeddings = (*net)(batch, kBatch);
      for (size_t i = 0; i < batch.size(); ++i) (out++)->assign(embeddings[i].begin(), embeddings[i].end());
    }
  }

 private:
  // A forward pass writes into the network: one copy for each call under way.
  ResNet prototype_;
  mutable Pool<ResNet> pool_{[this] { return std::make_unique<ResNet>(prototype_); }};
};

}  // namespace

Network read_embedding_network(const std::vector<char>& model) {
  ResNet net;
  read_dlib(net, model, "dlib_face_recognition_resnet_model_v1");
  return DlibReader::read(net);
}

std::unique_ptr<Embedder> make_dlib_embedder(const std::vector<char>& model) {
  return std::make_unique<DlibEmbedder>(model);
}

}  // namespace visavis
