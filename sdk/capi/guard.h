// The edge of the library: turns every exception into a status, and checks handles before they are believed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "base/error.h"
#include "capi/arguments.h"
#include "visavis/status.h"

namespace visavis::capi {

// Writes into the caller's vav_error as far as its struct_size allows; an absurd one is left alone.
void report(vav_error* err, vav_status code, const char* message) noexcept;

// Whether a library that we use says by this exception that memory has run out.
bool is_out_of_memory(const std::exception& e) noexcept;

// Runs `body` and reports whatever it throws.
template <class Body>
vav_status guard(vav_error* err, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    report(err, VAV_OK, "");
    return VAV_OK;
  } catch (const Error& e) {
    report(err, e.code(), e.what());
    return e.code();
  } catch (const std::bad_alloc&) {
    report(err, VAV_E_OUT_OF_MEMORY, "out of memory");
    return VAV_E_OUT_OF_MEMORY;
  } catch (const std::exception& e) {
    const vav_status code = is_out_of_memory(e) ? VAV_E_OUT_OF_MEMORY : VAV_E_INTERNAL;
    report(err, code, e.what());
    return code;
  } catch (...) {
    report(err, VAV_E_INTERNAL, "an exception of unknown type");
    return VAV_E_INTERNAL;
  }
}

// The same for a function that makes an object: *out is NULL until `make` has returned it (a unique_ptr).
template <class T, class Make>
vav_status guard_make(T** out, vav_error* err, Make&& make) noexcept {
  if (out) *out = nullptr;
  return guard(err, [&] {
    if (!out) invalid("out is NULL");
    *out = std::forward<Make>(make)().release();
  });
}

// First member of every handle struct: tells a live handle of the right type from a wrong or destroyed one.
// A help against mistakes, not a promise: memory that was freed may hold anything.
template <uint32_t Magic>
class Handle {
 public:
  Handle() = default;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { *const_cast<volatile uint32_t*>(&magic_) = 0; }
  bool alive() const { return magic_ == Magic; }

 private:
  uint32_t magic_ = Magic;
};

// The handle, or Error INVALID_ARGUMENT for NULL and for a handle of another type.
template <class T>
T* checked(T* handle, const char* what) {
  required(handle, what);
  if (!handle->tag.alive()) invalid(std::string(what) + " is not a live handle of its type");
  return handle;
}

// For getters that cannot fail: the handle, or NULL when it is not one.
template <class T>
T* alive(T* handle) {
  return handle && handle->tag.alive() ? handle : nullptr;
}

template <class T>
void destroy(T* handle) noexcept {
  if (alive(handle)) delete handle;
}

}  // namespace visavis::capi
