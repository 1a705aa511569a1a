# OpenCV's modules as targets opencv_core, opencv_imgproc and, where they are there, those asked for besides. OpenCV's
# own CMake file knows all modules and stops when one is missing: Debian has it only in libopencv-dev, 270 packages more
# than the few modules that are needed. Where it is not there, the modules are looked for by hand.
function(visavis_find_opencv)  # optional modules…
  find_package(OpenCV QUIET COMPONENTS core imgproc OPTIONAL_COMPONENTS ${ARGN})
  if(TARGET opencv_core AND TARGET opencv_imgproc)
    return()
  endif()
  foreach(module core imgproc ${ARGN})
    find_library(OPENCV_${module}_LIBRARY opencv_${module})
    find_path(OPENCV_${module}_INCLUDE_DIR opencv2/${module}.hpp PATH_SUFFIXES opencv4)
    mark_as_advanced(OPENCV_${module}_LIBRARY OPENCV_${module}_INCLUDE_DIR)
    if(OPENCV_${module}_LIBRARY AND OPENCV_${module}_INCLUDE_DIR)
      add_library(opencv_${module} INTERFACE IMPORTED GLOBAL)
      target_include_directories(opencv_${module} SYSTEM INTERFACE ${OPENCV_${module}_INCLUDE_DIR})
      target_link_libraries(opencv_${module} INTERFACE ${OPENCV_${module}_LIBRARY})
    elseif(module STREQUAL "core" OR module STREQUAL "imgproc")
      message(FATAL_ERROR "OpenCV's module ${module} is needed (Debian: libopencv-${module}-dev)")
    endif()
  endforeach()
endfunction()
