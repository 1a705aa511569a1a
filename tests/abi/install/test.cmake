# Installs into a prefix, then builds and runs a C and a C++ program against it by find_package and by pkg-config; then
# moves the prefix and does it again: whatever still knew the old place would fail.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(result)
    message(FATAL_ERROR "${ARGV}\nended with ${result}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(try_prefix prefix work)
  file(GLOB_RECURSE pc ${prefix}/visavis.pc)
  get_filename_component(pc_dir ${pc} DIRECTORY)

  run(${CMAKE_COMMAND} -S ${SOURCE} -B ${work}/find_package -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix}
    -DCMAKE_C_COMPILER=${C} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Release)
  run(${CMAKE_COMMAND} --build ${work}/find_package)
  run(${work}/find_package/consumer_c ${work}/c1.vav)
  message(STATUS "C, find_package: ${output}")
  run(${work}/find_package/consumer_cxx ${work}/cxx1.vav)
  message(STATUS "C++, find_package: ${output}")

  set(ENV{PKG_CONFIG_PATH} ${pc_dir})
  run(${PKG_CONFIG} --cflags --libs visavis)
  separate_arguments(flags UNIX_COMMAND "${output}")
  run(${PKG_CONFIG} --variable=libdir visavis)
  separate_arguments(libdir UNIX_COMMAND "${output}")  # it comes with its spaces escaped
  run(${C} -std=c99 -Wall -Wextra -pedantic -Werror ${SOURCE}/consumer.c -o ${work}/consumer_c ${flags}
    -Wl,-rpath,${libdir})
  run(${work}/consumer_c ${work}/c2.vav)
  message(STATUS "C, pkg-config: ${output}")
  run(${CXX} -std=c++17 -Wall -Wextra -pedantic -Werror ${SOURCE}/consumer.cc -o ${work}/consumer_cxx ${flags}
    -Wl,-rpath,${libdir})
  run(${work}/consumer_cxx ${work}/cxx2.vav)
  message(STATUS "C++, pkg-config: ${output}")

  if(EXISTS ${prefix}/bin/visavis)
    run(${prefix}/bin/visavis --version)
    message(STATUS "command: ${output}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
set(first "${WORK}/first prefix")  # paths with spaces are paths too
set(moved "${WORK}/moved prefix")
run(${CMAKE_COMMAND} --install ${BUILD} --config ${CONFIG} --prefix ${first})
try_prefix(${first} ${WORK}/one)
file(RENAME ${first} ${moved})
try_prefix(${moved} ${WORK}/two)
