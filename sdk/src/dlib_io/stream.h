// Reads a dlib object out of model bytes that have been checked against the manifest.
#pragma once

#include <dlib/serialize.h>
#include <dlib/vectorstream.h>

#include <vector>

#include "base/error.h"

namespace visavis {

template <class T>
void read_dlib(T& object, const std::vector<char>& bytes, const char* what) {
  for (bool again = true;; again = false) {
    // vectorstream does not take a const vector, though reading leaves it as it is.
    dlib::vectorstream stream(const_cast<std::vector<char>&>(bytes));
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
