# How a folder becomes a library and a test program.

add_library(buckstop_options INTERFACE)
target_compile_options(buckstop_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror
  -Wno-missing-field-initializers) # a designated initialiser names what differs from the defaults
target_include_directories(buckstop_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_definitions(buckstop_options INTERFACE BUCKSTOP_VERSION="${PROJECT_VERSION}" BOOST_BEAST_USE_STD_STRING_VIEW)
target_link_libraries(buckstop_options INTERFACE Threads::Threads)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside its own optimised std::string and std::optional.
  target_compile_options(buckstop_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-dangling-pointer
    -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
endif()
if(BUCKSTOP_SANITIZE)
  target_compile_options(buckstop_options INTERFACE -fsanitize=${BUCKSTOP_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(buckstop_options INTERFACE -fsanitize=${BUCKSTOP_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND BUCKSTOP_SANITIZE MATCHES "undefined")
    # clang 14 fails on coroutines with it: "Cannot represent a difference across sections".
    target_compile_options(buckstop_options INTERFACE -fno-sanitize=function)
  endif()
endif()

# Links libNAME from src/PATH/*.cpp (without *_test.cpp) and, where there are any, NAME_test from src/PATH/*_test.cpp.
function(buckstop_sources NAME PATH)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  list(TRANSFORM ARG_USES PREPEND buckstop_)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${PATH}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(buckstop_${NAME} STATIC ${sources})
    target_link_libraries(buckstop_${NAME} PUBLIC buckstop_options ${ARG_USES} ${ARG_LINKS})
  else()
    add_library(buckstop_${NAME} INTERFACE)
    target_link_libraries(buckstop_${NAME} INTERFACE buckstop_options ${ARG_USES} ${ARG_LINKS})
  endif()
  if(BUCKSTOP_TESTS AND tests)
    add_executable(${NAME}_test ${tests})
    target_link_libraries(${NAME}_test PRIVATE buckstop_${NAME} buckstop_test_support GTest::gmock_main rapidcheck)
    add_test(NAME ${NAME} COMMAND ${NAME}_test)
  endif()
endfunction()

function(buckstop_folder NAME)
  buckstop_sources(${NAME} ${NAME} ${ARGN})
endfunction()

function(buckstop_feature NAME)
  cmake_parse_arguments(ARG "" "" "USES;LINKS" ${ARGN})
  buckstop_sources(${NAME} features/${NAME} USES base access db http work ${ARG_USES} LINKS ${ARG_LINKS})
endfunction()

# Packs a folder into one blob inside the program: <name>_begin .. <name>_end, read by base/embedded.hpp.
function(buckstop_embed TARGET NAME DIRECTORY)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS ${DIRECTORY}/*)
  set(blob ${CMAKE_BINARY_DIR}/embedded/${NAME}.pack)
  add_custom_command(OUTPUT ${blob}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/embedded
    COMMAND pack_folder ${DIRECTORY} ${blob}
    DEPENDS pack_folder ${files} VERBATIM)
  set(assembly ${CMAKE_BINARY_DIR}/embedded/${NAME}.S)
  file(CONFIGURE OUTPUT ${assembly} @ONLY CONTENT [[
    .section .rodata
    .global buckstop_embedded_@NAME@_begin
    .global buckstop_embedded_@NAME@_end
    .balign 16
buckstop_embedded_@NAME@_begin:
    .incbin "@blob@"
buckstop_embedded_@NAME@_end:
    .byte 0
    .section .note.GNU-stack,"",@progbits
]])
  set_source_files_properties(${assembly} PROPERTIES OBJECT_DEPENDS ${blob})
  target_sources(${TARGET} PRIVATE ${assembly})
endfunction()

add_executable(pack_folder ${CMAKE_SOURCE_DIR}/tools/pack_folder.cpp)
set_target_properties(pack_folder PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tools)

add_library(buckstop_embedded_migrations STATIC)
buckstop_embed(buckstop_embedded_migrations migrations ${CMAKE_SOURCE_DIR}/migrations)
set_target_properties(buckstop_embedded_migrations PROPERTIES LINKER_LANGUAGE CXX)
add_library(buckstop_embedded_demo STATIC)
buckstop_embed(buckstop_embedded_demo demo ${CMAKE_SOURCE_DIR}/data/demo)
set_target_properties(buckstop_embedded_demo PROPERTIES LINKER_LANGUAGE CXX)
add_library(buckstop_embedded_web STATIC)
buckstop_embed(buckstop_embedded_web web ${BUCKSTOP_WEB_DIR})
set_target_properties(buckstop_embedded_web PROPERTIES LINKER_LANGUAGE CXX)

# What tests share: both databases, PostgreSQL started for real, temporary folders.
if(BUCKSTOP_TESTS)
  file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.cpp)
  set(support_tests ${support})
  list(FILTER support EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER support_tests INCLUDE REGEX "_test\\.cpp$")
  add_library(buckstop_test_support STATIC ${support})
  target_include_directories(buckstop_test_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(buckstop_test_support PUBLIC BUCKSTOP_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_link_libraries(buckstop_test_support PUBLIC buckstop_options buckstop_db GTest::gmock)
  add_executable(support_test ${support_tests})
  target_link_libraries(support_test PRIVATE buckstop_test_support GTest::gmock_main)
  add_test(NAME support COMMAND support_test)
  include(${CMAKE_CURRENT_LIST_DIR}/checks.cmake)
endif()

function(buckstop_program)
  buckstop_folder(app USES demo home backup doctor erasure archive retention quality LINKS buckstop_embedded_web)
  buckstop_folder(cli USES app)
  add_executable(buckstop ${CMAKE_SOURCE_DIR}/src/main.cpp)
  target_link_libraries(buckstop PRIVATE buckstop_cli)
endfunction()
