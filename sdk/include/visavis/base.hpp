/* What the classes of visavis.hpp stand on: the exception, ready structs, owners of C objects. Include visavis.hpp. */
#ifndef VISAVIS_BASE_HPP
#define VISAVIS_BASE_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>

#include "visavis/status.h"

/* The inner namespace keeps these names apart from the library's own when both are linked into one program. */
namespace visavis {
inline namespace cpp {

/** Thrown by everything that can fail. what() says what, where, and what to do about it. */
class Exception : public std::runtime_error {
 public:
  Exception(vav_status status, const char *message) : std::runtime_error(message), status_(status) {}
  vav_status status() const noexcept { return status_; }
  const char *name() const noexcept { return vav_status_name(status_); }

 private:
  vav_status status_;
};

/** A struct of the C API with struct_size set and everything else 0, which is always the default. */
template <class T>
T sized() {
  T value = T();
  value.struct_size = static_cast<std::uint32_t>(sizeof(T));
  return value;
}

namespace detail {

template <class Function, class... Args>
void call(Function *function, Args... args) {
  vav_error err = VAV_ERROR_INIT;
  const vav_status status = function(args..., &err);
  if (status != VAV_OK) throw Exception(status, err.message);
}

/* A function that makes an object: called with the place for it first. */
template <class T, class... Params, class... Args>
T *make(vav_status (*function)(T **, Params...), Args... args) {
  T *object = nullptr;
  call(function, &object, args...);
  return object;
}

/* A function that fills a struct: called with the place for it last before the error. */
template <class T, class Function, class... Args>
T item(Function *function, Args... args) {
  T out = sized<T>();
  call(function, args..., &out);
  return out;
}

template <class T, void (*Destroy)(T *)>
class Owner {
 public:
  explicit Owner(T *object) : object_(object) {}
  T *get() const noexcept { return object_.get(); }
  T *release() noexcept { return object_.release(); }

 private:
  struct Deleter {
    void operator()(T *object) const noexcept { Destroy(object); }
  };
  std::unique_ptr<T, Deleter> object_;
};

/* Range-for over anything with operator[]. */
template <class List>
class Iterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = decltype(std::declval<const List &>()[0]);
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = value_type;
  Iterator(const List *list, std::int32_t index) : list_(list), index_(index) {}
  value_type operator*() const { return (*list_)[index_]; }
  Iterator &operator++() { return ++index_, *this; }
  Iterator operator++(int) { return Iterator(list_, index_++); }
  bool operator==(const Iterator &other) const { return index_ == other.index_; }
  bool operator!=(const Iterator &other) const { return index_ != other.index_; }

 private:
  const List *list_;
  std::int32_t index_;
};

}  // namespace detail

}  // namespace cpp
}  // namespace visavis

#endif
