# What the library stands on, found where the system keeps it (Debian, vcpkg, conda and brew all work).
# The list and the reasons are in sdk/docs/architecture.md.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(dlib 19.22 REQUIRED)
find_package(OpenCV REQUIRED COMPONENTS core imgproc)
find_package(nlohmann_json 3.9 REQUIRED)
find_package(SQLite3 3.35 REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(EXIF REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)

# Optional: without oneDNN (or the OpenMP it uses) dlib runs the networks, several times slower. Looked for by hand: the
# CMake file of Debian's package asks for OpenCL, which its library does not use on a CPU.
if(VISAVIS_WITH_ONEDNN)
  find_package(OpenMP QUIET COMPONENTS CXX)
  find_library(DNNL_LIBRARY dnnl)
  find_path(DNNL_INCLUDE_DIR dnnl.hpp)
  mark_as_advanced(DNNL_LIBRARY DNNL_INCLUDE_DIR)
  if(OpenMP_CXX_FOUND AND DNNL_LIBRARY AND DNNL_INCLUDE_DIR)
    add_library(visavis_onednn INTERFACE IMPORTED)
    target_include_directories(visavis_onednn INTERFACE ${DNNL_INCLUDE_DIR})
    target_link_libraries(visavis_onednn INTERFACE ${DNNL_LIBRARY} OpenMP::OpenMP_CXX)
  else()
    message(STATUS "oneDNN or OpenMP not found: dlib will run the networks, several times slower")
  endif()
endif()
