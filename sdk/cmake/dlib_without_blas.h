// Read before any other header by the files that use dlib: its small products are then computed by dlib itself and not by
// a BLAS, which may start threads, take a hundred megabytes or spin where memory is short.
#pragma once

#include <dlib/test_for_odr_violations.h>  // the last to read dlib/config.h, where Debian's dlib asks for both

#undef DLIB_USE_BLAS
#undef DLIB_USE_LAPACK
