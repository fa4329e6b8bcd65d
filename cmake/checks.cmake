# What ctest runs beside the C++ tests. Labels: rule (scripts/lint), page (web/, tests/browser), scenario (tests/api,
# tests/operating, tests/upgrade, tests/proxy, tests/install and tests/kill).

function(buckstop_check NAME LABEL)
  cmake_parse_arguments(ARG "" "FOLDER" "COMMAND" ${ARGN})
  set(folder ${CMAKE_SOURCE_DIR}/${ARG_FOLDER})
  add_test(NAME ${NAME} COMMAND ${CMAKE_SOURCE_DIR}/scripts/node-toolchain ${ARG_COMMAND} WORKING_DIRECTORY ${folder})
  set_tests_properties(${NAME} PROPERTIES LABELS "${LABEL}" TIMEOUT 600)
endfunction()

foreach(rule tenants includes length links self-test)
  buckstop_check(rule-${rule} rule COMMAND ${CMAKE_SOURCE_DIR}/scripts/lint/run ${rule})
endforeach()

buckstop_check(page-unit page FOLDER web COMMAND npm test)
buckstop_check(page-types page FOLDER web COMMAND npm run check)
buckstop_check(page-lint page FOLDER web COMMAND npm run lint)
buckstop_check(page-budget page FOLDER web COMMAND npm run budget)

buckstop_check(page-browser page FOLDER tests/browser COMMAND npm test)
set_tests_properties(page-browser PROPERTIES RUN_SERIAL TRUE TIMEOUT 1500) # two browsers are two cores' work

buckstop_check(scenarios scenario FOLDER tests/api COMMAND npm test)
buckstop_check(proxies scenario FOLDER tests/proxy COMMAND node run.mjs)
buckstop_check(installed scenario FOLDER tests/install COMMAND node run.mjs)
buckstop_check(operating scenario FOLDER tests/operating COMMAND node run.mjs)
buckstop_check(upgrade scenario FOLDER tests/upgrade COMMAND node run.mjs)
buckstop_check(kill "scenario;kill" FOLDER tests/kill COMMAND node run.mjs)

option(BUCKSTOP_FUZZ "Build the fuzzers (clang only)" OFF)
if(BUCKSTOP_FUZZ)
  add_subdirectory(${CMAKE_SOURCE_DIR}/tests/fuzz)
endif()
