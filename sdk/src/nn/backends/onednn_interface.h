// The parts of oneDNN that the backend uses, the same for its versions 2 and 3.
#pragma once

#include <dnnl.hpp>
#include <unordered_map>
#include <utility>

namespace visavis::onednn {

using dnnl::memory;
using Arguments = std::unordered_map<int, memory>;
using Dims = memory::dims;

inline constexpr auto kFloat = memory::data_type::f32;
inline constexpr auto kInference = dnnl::prop_kind::forward_inference;

// These differ between the versions.
#if DNNL_VERSION_MAJOR >= 3
inline void append_relu(dnnl::post_ops& ops) { ops.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0); }

template <class Primitive, class... Description>
typename Primitive::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                                            Description&&... description) {
  return {engine, std::forward<Description>(description)..., attributes};
}

inline dnnl::pooling_forward::primitive_desc describe_pool(const dnnl::engine& engine,
                                                           const dnnl::primitive_attr& attributes,
                                                           dnnl::algorithm algorithm, const memory::desc& src,
                                                           const memory::desc& dst, const Dims& stride,
                                                           const Dims& kernel, const Dims& padding,
                                                           const Dims& padding_end) {
  return {engine, kInference, algorithm, src, dst, stride, kernel, {0, 0}, padding, padding_end, attributes};
}

inline dnnl::eltwise_forward::primitive_desc describe_eltwise(const dnnl::engine& engine,
                                                              const dnnl::primitive_attr& attributes,
                                                              dnnl::algorithm algorithm, const memory::desc& desc) {
  return {engine, kInference, algorithm, desc, desc, 0, 0, attributes};
}

inline dnnl::prelu_forward::primitive_desc describe_prelu(const dnnl::engine& engine,
                                                          const dnnl::primitive_attr& attributes,
                                                          const memory::desc& desc, const memory::desc& slopes) {
  return {engine, kInference, desc, slopes, desc, attributes};
}
#else
inline void append_relu(dnnl::post_ops& ops) { ops.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0); }

template <class Primitive, class... Description>
typename Primitive::primitive_desc describe(const dnnl::engine& engine, const dnnl::primitive_attr& attributes,
                                            Description&&... description) {
  return {typename Primitive::desc{std::forward<Description>(description)...}, attributes, engine};
}

inline dnnl::pooling_forward::primitive_desc describe_pool(const dnnl::engine& engine,
                                                           const dnnl::primitive_attr& attributes,
                                                           dnnl::algorithm algorithm, const memory::desc& src,
                                                           const memory::desc& dst, const Dims& stride,
                                                           const Dims& kernel, const Dims& padding,
                                                           const Dims& padding_end) {
  return describe<dnnl::pooling_forward>(engine, attributes, kInference, algorithm, src, dst, stride, kernel, padding,
                                         padding_end);
}

inline dnnl::eltwise_forward::primitive_desc describe_eltwise(const dnnl::engine& engine,
                                                              const dnnl::primitive_attr& attributes,
                                                              dnnl::algorithm algorithm, const memory::desc& desc) {
  return describe<dnnl::eltwise_forward>(engine, attributes, kInference, algorithm, desc);
}

inline dnnl::prelu_forward::primitive_desc describe_prelu(const dnnl::engine& engine,
                                                          const dnnl::primitive_attr& attributes,
                                                          const memory::desc& desc, const memory::desc& slopes) {
  return describe<dnnl::prelu_forward>(engine, attributes, kInference, desc, slopes);
}
#endif

inline dnnl::primitive_attr with_user_scratch(const dnnl::post_ops& ops = {}) {
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  attributes.set_post_ops(ops);
  return attributes;
}

inline memory::desc plain(const Dims& dims) { return {dims, kFloat, memory::format_tag::nchw}; }
// The channels of a pixel together.
inline memory::desc by_pixel(const Dims& dims) { return {dims, kFloat, memory::format_tag::nhwc}; }
inline memory::desc any_format(const Dims& dims) { return {dims, kFloat, memory::format_tag::any}; }
inline Dims dims_of(const memory::desc& desc) {
#if DNNL_VERSION_MAJOR >= 3
  return desc.get_dims();
#else
  return desc.dims();
#endif
}

}  // namespace visavis::onednn
