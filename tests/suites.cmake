# add_suites(PROGRAM LABEL [PREFIX]) makes each suite of a GoogleTest program one test of ctest: a start of a program
# that loads OpenCV and dlib takes 40 ms, which a thousand single tests would each pay. ctest -R SUITE runs one suite;
# PROGRAM --gtest_filter=SUITE.TEST one test of it. ctest reads this file too, and asks the program for its suites.
if(CMAKE_CURRENT_LIST_FILE MATCHES "/suites.cmake$" AND DEFINED suites_program)
  set(listed 1)
  if(EXISTS "${suites_program}")
    execute_process(COMMAND "${suites_program}" --gtest_list_tests OUTPUT_VARIABLE lines RESULT_VARIABLE listed)
  endif()
  if(NOT listed EQUAL 0)
    add_test("${suites_prefix}not_built" "${suites_program}")  # and fails
  else()
    string(REGEX MATCHALL "(^|\n)[A-Za-z0-9_/]+\\.[ \n]" suites "${lines}")
    foreach(suite IN LISTS suites)
      string(REGEX REPLACE "[^A-Za-z0-9_/]" "" suite "${suite}")
      add_test("${suites_prefix}${suite}" "${suites_program}" "--gtest_filter=${suite}.*")
      set_tests_properties("${suites_prefix}${suite}" PROPERTIES LABELS ${suites_label}
        ENVIRONMENT "${suites_environment}")
      if(suite MATCHES "CnnDetectorTest|ZooTest")  # some ten seconds each: not to be left alone at the end
        set_tests_properties("${suites_prefix}${suite}" PROPERTIES COST 45)
      endif()
    endforeach()
  endif()
  return()
endif()

function(add_suites program label)
  set(include ${CMAKE_CURRENT_BINARY_DIR}/${program}_suites.cmake)
  file(GENERATE OUTPUT ${include} CONTENT "set(suites_program \"$<TARGET_FILE:${program}>\")
set(suites_label ${label})
set(suites_prefix \"${ARGN}\")
set(suites_environment \"${sanitizer_environment}\")
include(\"${CMAKE_CURRENT_FUNCTION_LIST_FILE}\")
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${include})
endfunction()
