// The two networks as dlib's own examples declare them (dnn_face_recognition_ex.cpp, dnn_mmod_face_detection_ex.cpp),
// for programs that stand for plain dlib. A minute of compiling for each file that uses one.
#pragma once

#include <dlib/dnn.h>

namespace plain_dlib {

template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class BN,
          typename SUBNET>
using residual = dlib::add_prev1<Block<N, BN, 1, dlib::tag1<SUBNET>>>;
template <template <int, template <typename> class, int, typename> class Block, int N, template <typename> class BN,
          typename SUBNET>
using residual_down =
    dlib::add_prev2<dlib::avg_pool<2, 2, 2, 2, dlib::skip1<dlib::tag2<Block<N, BN, 2, dlib::tag1<SUBNET>>>>>>;
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
using Resnet = dlib::loss_metric<dlib::fc_no_bias<
    128, dlib::avg_pool_everything<level0<level1<level2<level3<level4<dlib::max_pool<
             3, 3, 2, 2, dlib::relu<dlib::affine<dlib::con<32, 7, 7, 2, 2, dlib::input_rgb_image_sized<150>>>>>>>>>>>>>;

template <long N, typename SUBNET>
using con5d = dlib::con<N, 5, 5, 2, 2, SUBNET>;
template <long N, typename SUBNET>
using con5 = dlib::con<N, 5, 5, 1, 1, SUBNET>;
template <typename SUBNET>
using downsampler = dlib::relu<
    dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<32, dlib::relu<dlib::affine<con5d<16, SUBNET>>>>>>>>>;
template <typename SUBNET>
using rcon5 = dlib::relu<dlib::affine<con5<45, SUBNET>>>;
using Mmod = dlib::loss_mmod<
    dlib::con<1, 9, 9, 1, 1, rcon5<rcon5<rcon5<downsampler<dlib::input_rgb_image_pyramid<dlib::pyramid_down<6>>>>>>>>;

}  // namespace plain_dlib
