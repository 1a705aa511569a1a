// How a backend comes into the library: each is a shared object of its own beside it, opened when it is first asked
// for, so that a machine without its runtime is slower, but still works.
#pragma once

#include "nn/runner.h"

// Last line of a backend's file; `expression` makes the Runner from `network`. VISAVIS_BUILD comes from the build:
// the two sides pass C++ objects and must have been made together.
#define VISAVIS_BACKEND_MODULE(expression)                                                                        \
  extern "C" {                                                                                                    \
  __attribute__((visibility("default"))) const char* visavis_backend_build() { return VISAVIS_BUILD; }            \
  __attribute__((visibility("default"))) visavis::Runner* visavis_backend_make(const visavis::Network& network) { \
    return expression;                                                                                            \
  }                                                                                                               \
  }
