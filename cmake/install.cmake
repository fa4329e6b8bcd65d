# What `make install` puts where, and what the Debian package consists of. What the program can say by itself (manual
# pages, configuration) it writes at that moment: install-generated.cmake.
include(GNUInstallDirs)
set(CMAKE_INSTALL_MESSAGE NEVER)
install(TARGETS buckstop)
install(FILES packaging/completions/buckstop.bash RENAME buckstop
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES packaging/completions/_buckstop DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES packaging/completions/buckstop.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES packaging/systemd/buckstop.sysusers RENAME buckstop.conf DESTINATION lib/sysusers.d)
install(FILES packaging/proxies/nginx.conf packaging/proxies/haproxy.cfg
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(CODE "set(program \"$<TARGET_FILE:buckstop>\")\nset(source \"${CMAKE_SOURCE_DIR}\")\nset(build \"${CMAKE_BINARY_DIR}\")")
install(SCRIPT cmake/install-generated.cmake)
