# Runs PROGRAM and compares what it prints with the file EXPECTED.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE actual RESULT_VARIABLE result)
if(result)
  message(FATAL_ERROR "${PROGRAM} ended with ${result}")
endif()
file(READ ${EXPECTED} expected)
if(NOT actual STREQUAL expected)
  file(WRITE ${PROGRAM}.out "${actual}")
  execute_process(COMMAND diff -u ${EXPECTED} ${PROGRAM}.out)
  message(FATAL_ERROR "The layout is not the committed one. Only additions at the end of a struct and new constants "
                      "keep old programs working; if it is such: cp ${PROGRAM}.out ${EXPECTED}")
endif()
