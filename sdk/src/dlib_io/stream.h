// Reads a dlib object out of model bytes that have been checked against the manifest.
#pragma once

#include <dlib/serialize.h>

#include <cstring>
#include <istream>
#include <streambuf>
#include <vector>

#include "base/error.h"

namespace visavis {

// The bytes as they lie. dlib asks for most of its numbers one by one, so what the standard library does around each
// costs more than the rest of the reading; dlib's own vectorstream is slower still.
class ByteBuffer : public std::streambuf {
 public:
  explicit ByteBuffer(const std::vector<char>& bytes) {
    char* const begin = const_cast<char*>(bytes.data());  // a get area has no const; nothing here writes
    setg(begin, begin, begin + bytes.size());
  }

 protected:
  std::streamsize xsgetn(char* to, std::streamsize count) override {
    if (count > egptr() - gptr()) count = egptr() - gptr();
    if (count <= 0) return 0;
    std::memcpy(to, gptr(), size_t(count));
    setg(eback(), gptr() + count, egptr());
    return count;
  }
};

template <class T>
void read_dlib(T& object, const std::vector<char>& bytes, const char* what) {
  for (bool again = true;; again = false) {
    ByteBuffer buffer(bytes);
    std::istream stream(&buffer);
    try {
      deserialize(object, stream);
      return;
    } catch (const dlib::serialization_error& e) {
      if (!again)
        throw Error(VAV_E_MODEL_ALTERED, std::string(what) + " is not what this version of dlib expects: " + e.what());
    }
    // A stream that gets no memory says the same as one that is damaged. So memory is asked for, and it is tried again.
    std::vector<char>(bytes.size());
  }
}

}  // namespace visavis
