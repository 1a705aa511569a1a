# What `cmake --install` lays out: library, headers, CMake package, pkg-config file, manifest and cards. Nothing in it
# names the prefix, so that the tree can be moved. The model files themselves come by `visavis models fetch`.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/visavis)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set_target_properties(visavis ${backend_modules} ${decoder_modules} PROPERTIES
  INSTALL_RPATH "$ORIGIN;${plain_blas_folders}")
install(TARGETS visavis EXPORT visavisTargets
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
if(backend_modules OR decoder_modules)
  install(TARGETS ${backend_modules} ${decoder_modules} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/sdk/include/visavis DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp")

install(EXPORT visavisTargets NAMESPACE visavis:: DESTINATION ${package_dir})
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/visavisConfig.cmake.in ${PROJECT_BINARY_DIR}/visavisConfig.cmake
  INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 every minor version may change the ABI, as the SOVERSION says too.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/visavisConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/visavisConfig.cmake ${PROJECT_BINARY_DIR}/visavisConfigVersion.cmake
  DESTINATION ${package_dir})

file(RELATIVE_PATH VISAVIS_PC_PREFIX ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
file(RELATIVE_PATH VISAVIS_PC_LIBDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_LIBDIR})
file(RELATIVE_PATH VISAVIS_PC_INCLUDEDIR ${CMAKE_INSTALL_PREFIX} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
configure_file(${CMAKE_CURRENT_LIST_DIR}/visavis.pc.in ${PROJECT_BINARY_DIR}/visavis.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/visavis.pc DESTINATION ${pkgconfig_dir})

install(DIRECTORY ${PROJECT_SOURCE_DIR}/models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/visavis/models
  FILES_MATCHING PATTERN "manifest.json" PATTERN "*.md")
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)

if(TARGET visavis_cli)  # which installs itself; it finds the library beside it, wherever the tree was moved
  file(RELATIVE_PATH from_bin_to_lib ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_LIBDIR})
  set_target_properties(visavis_cli PROPERTIES INSTALL_RPATH "$ORIGIN/${from_bin_to_lib};${plain_blas_folders}")
endif()
