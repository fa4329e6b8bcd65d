# Runs at the time of installing; `program`, `source` and `build` are set by install.cmake.
set(made ${build}/to-install)
file(REMOVE_RECURSE ${made})
file(MAKE_DIRECTORY ${made})

execute_process(COMMAND ${program} manual ${made}/man1 COMMAND_ERROR_IS_FATAL ANY)
file(GLOB pages ${made}/man1/*)
file(INSTALL ${pages} DESTINATION ${CMAKE_INSTALL_PREFIX}/share/man/man1 MESSAGE_NEVER)

# The prefix is known only now.
configure_file(${source}/packaging/systemd/buckstop.service.in ${made}/buckstop.service @ONLY)
file(INSTALL ${made}/buckstop.service DESTINATION ${CMAKE_INSTALL_PREFIX}/lib/systemd/system MESSAGE_NEVER)

# The service and whoever runs a subcommand mean the same database, wherever they are started. A configuration that is
# there already is its operator's.
execute_process(
  COMMAND ${program} configuration --database sqlite:/var/lib/buckstop/buckstop.db --data-directory /var/lib/buckstop/files
  OUTPUT_FILE ${made}/buckstop.toml COMMAND_ERROR_IS_FATAL ANY)
if(EXISTS $ENV{DESTDIR}/etc/buckstop/buckstop.toml)
  message(STATUS "Left as it is: $ENV{DESTDIR}/etc/buckstop/buckstop.toml")
else()
  file(INSTALL ${made}/buckstop.toml DESTINATION /etc/buckstop MESSAGE_NEVER)
endif()
