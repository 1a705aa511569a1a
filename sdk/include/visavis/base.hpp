/* Base of the C++ layer: the exception, initialised structs, owners of C objects. Include visavis.hpp instead. */
#ifndef VISAVIS_BASE_HPP
#define VISAVIS_BASE_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "visavis/status.h"

/* The inner namespace: one program may contain these names and those inside the library. */
namespace visavis {
inline namespace cpp {

/** The exception of this layer. what() says what failed, where, and what to do about it. */
class Error : public std::runtime_error {
 public:
  Error(vav_status code, const std::string &message) : std::runtime_error(message), code_(code) {}
  vav_status code() const noexcept { return code_; }
  /** The name of the code, such as "VAV_E_IMAGE_DECODE". Static text. */
  const char *name() const noexcept { return vav_status_name(code_); }

 private:
  vav_status code_;
};

/** A struct of the C API with struct_size set and every other member 0, the default. */
template <class T>
T sized() {
  T value = T();
  value.struct_size = std::uint32_t(sizeof(T));
  return value;
}

/** A type that starts as sized<T>(): `DetectOptions options; options.min_face = 40;`. Converts from the C struct. */
template <class T>
struct Ready : T {
  Ready() : T(sized<T>()) {}
  Ready(const T &plain) : T(plain) {}
};

namespace detail {

/* A call of the C API that is running on this thread, and the exception that a callback threw in it. */
struct Frame {
  std::exception_ptr thrown;
  Frame *outer;

  Frame() noexcept : outer(innermost()) { innermost() = this; }
  ~Frame() { innermost() = outer; }
  Frame(const Frame &) = delete;
  Frame &operator=(const Frame &) = delete;
  /* Null outside of a call, as in destructors: nobody could catch there what a callback throws. */
  static Frame *&innermost() noexcept {
    static thread_local Frame *frame = nullptr;
    return frame;
  }
};

/* Runs the `body` of a callback, which may throw. False if it did, now or earlier in the same call. */
template <class Body>
bool run_callback(Body &&body) noexcept {
  Frame *const frame = Frame::innermost();
  if (frame && frame->thrown) return false;
  try {
    body();
    return true;
  } catch (...) {
    if (frame) frame->thrown = std::current_exception();
    return false;
  }
}

template <class Function, class... Args>
void call(Function *function, Args... args) {
  vav_error err = VAV_ERROR_INIT;
  Frame frame;
  const vav_status status = function(args..., &err);
  if (status == VAV_OK) return;
  if (frame.thrown) std::rethrow_exception(frame.thrown);
  throw Error(status, err.message);
}

/* Calls a function that makes an object, whose first argument is `out`. */
template <class T, class... Params, class... Args>
T *make(vav_status (*function)(T **, Params...), Args... args) {
  T *object = nullptr;
  call(function, &object, args...);
  return object;
}

/* Calls a function that makes `count` objects. After the call nothing can throw before each has its owner. */
template <class Result, class T, class... Params, class... Args>
std::vector<Result> make_batch(std::size_t count, vav_status (*function)(T **, Params...), Args... args) {
  static_assert(noexcept(Result(static_cast<T *>(nullptr))), "an owner must not throw when it is made");
  std::vector<T *> made(count);
  std::vector<Result> results;
  results.reserve(count);
  call(function, made.data(), args...);
  for (T *one : made) results.emplace_back(one);
  return results;
}

/* Calls a function that fills a struct, whose last argument before the error is `out`. */
template <class T, class Function, class... Args>
T item(Function *function, Args... args) {
  T out = sized<T>();
  call(function, args..., &out);
  return out;
}

/* Calls a function that gives a number, whose first argument is `out`. */
template <class T, class... Params, class... Args>
T number(vav_status (*function)(T *, Params...), Args... args) {
  T out = 0;
  call(function, &out, args...);
  return out;
}

[[noreturn]] inline void refuse(const char *what, const char *why) {
  throw Error(VAV_E_INVALID_ARGUMENT, std::string(what) + ": " + why);
}

/* A text for C, borrowed. Refuses a zero byte inside: C would read the text only up to it. */
inline const char *text(const std::string &value, const char *what) {
  if (value.find('\0') != std::string::npos) refuse(what, "holds a zero byte");
  return value.c_str();
}
inline const char *text(const std::optional<std::string> &value, const char *what) {
  return value ? text(*value, what) : nullptr;
}

inline std::string copied(const char *value) { return value ? value : std::string(); }
inline std::optional<std::string> maybe(const char *value) {
  return value ? std::optional<std::string>(value) : std::nullopt;
}
/* For a time or an id, where C gives 0 if there is none. */
inline std::optional<std::int64_t> maybe(std::int64_t value) {
  return value ? std::optional<std::int64_t>(value) : std::nullopt;
}

inline std::int32_t count(std::size_t size, const char *what) {
  if (size > std::size_t(std::numeric_limits<std::int32_t>::max())) refuse(what, "too many");
  return std::int32_t(size);
}

template <class T, void (*Destroy)(T *)>
class Owner {
 public:
  /** Owns an object of the C API from now on; may be null. */
  explicit Owner(T *object) noexcept : object_(object) {}
  /** The object, for functions of the C API; null after a move. */
  T *get() const noexcept { return object_.get(); }
  /** Gives up the object: you destroy it. */
  T *release() noexcept { return object_.release(); }

 private:
  struct Deleter {
    void operator()(T *object) const noexcept { Destroy(object); }
  };
  std::unique_ptr<T, Deleter> object_;
};

/* Makes range-for work with operator[]. */
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

/* A list of the C API. Self has operator[]: it copies entry 0..size()-1 and throws INVALID_ARGUMENT for any other. */
template <class Self, class T, void (*Destroy)(T *), std::int32_t (*Count)(const T *)>
class List : public Owner<T, Destroy> {
 public:
  using Owner<T, Destroy>::Owner;
  std::int32_t size() const noexcept { return Count(this->get()); }
  bool empty() const noexcept { return size() == 0; }
  Iterator<Self> begin() const { return {static_cast<const Self *>(this), 0}; }
  Iterator<Self> end() const { return {static_cast<const Self *>(this), size()}; }

 protected:
  std::int32_t checked(std::int32_t index) const {
    if (index < 0 || index >= size()) refuse("index", "there is no such entry");
    return index;
  }
};

/*
 * A number that answers a question. Compare it with the constants; it is never yes or no: neither `if (answer)` nor
 * `bool yes = answer` compiles. value() is for printing and switch.
 */
template <class Self>
class Answer {
 public:
  Answer() noexcept = default;
  Answer(std::int32_t value) noexcept : value_(value) {}
  std::int32_t value() const noexcept { return value_; }
  explicit operator bool() const = delete;
  friend bool operator==(const Self &a, const Self &b) noexcept { return a.value() == b.value(); }
  friend bool operator!=(const Self &a, const Self &b) noexcept { return a.value() != b.value(); }

 private:
  std::int32_t value_ = 0;
};

}  // namespace detail

}  // namespace cpp
}  // namespace visavis

#endif
