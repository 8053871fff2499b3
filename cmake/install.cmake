# The widget's bundle, and what is put where Debian expects it.

# ---- the widget: npm ci where the lock file is newer than what is installed, then npm run build. The bundle lies in
# ---- widget/dist, for every build directory the same.
set(TRESEN_WIDGET_SOURCE ${CMAKE_SOURCE_DIR}/widget)
find_program(NPM_PROGRAM npm)
if(TRESEN_WIDGET AND NPM_PROGRAM AND EXISTS ${TRESEN_WIDGET_SOURCE}/package-lock.json)
  file(GLOB_RECURSE widget_sources CONFIGURE_DEPENDS ${TRESEN_WIDGET_SOURCE}/src/*)
  add_custom_command(
    OUTPUT ${TRESEN_WIDGET_SOURCE}/dist/manifest.json
    COMMAND sh -c "[ node_modules/.package-lock.json -nt package-lock.json ] || ${NPM_PROGRAM} ci --no-audit --no-fund"
    COMMAND ${NPM_PROGRAM} run --silent build
    DEPENDS ${widget_sources} ${TRESEN_WIDGET_SOURCE}/build.mjs ${TRESEN_WIDGET_SOURCE}/package.json
            ${TRESEN_WIDGET_SOURCE}/package-lock.json
    WORKING_DIRECTORY ${TRESEN_WIDGET_SOURCE}
    COMMENT "Building the widget with npm"
    VERBATIM)
  add_custom_target(widget ALL DEPENDS ${TRESEN_WIDGET_SOURCE}/dist/manifest.json)
elseif(TRESEN_WIDGET AND NOT NPM_PROGRAM)
  message(STATUS "npm was not found: the widget is not built (install nodejs and npm, or set TRESEN_WIDGET=OFF)")
endif()

# ---- installation
foreach(program tresen tresen-agent)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()

install(DIRECTORY ${TRESEN_WIDGET_SOURCE}/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tresen/widget OPTIONAL)
# Once more under its version, where the next installation leaves it: websites may have pinned it.
file(READ ${TRESEN_WIDGET_SOURCE}/package.json widget_package)
string(JSON widget_version GET "${widget_package}" version)
install(DIRECTORY ${TRESEN_WIDGET_SOURCE}/dist/ DESTINATION ${CMAKE_INSTALL_DATADIR}/tresen/widget-versions/${widget_version} OPTIONAL)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/website DESTINATION ${CMAKE_INSTALL_DATADIR}/tresen OPTIONAL)

install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md")
install(FILES ${CMAKE_SOURCE_DIR}/examples/tresen.yml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
foreach(folder prosody ejabberd prometheus proxy react wordpress)
  install(DIRECTORY ${CMAKE_SOURCE_DIR}/examples/${folder} DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples OPTIONAL)
endforeach()

file(GLOB pages_1 ${CMAKE_SOURCE_DIR}/examples/man/*.1)
file(GLOB pages_5 ${CMAKE_SOURCE_DIR}/examples/man/*.5)
install(FILES ${pages_1} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${pages_5} DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)

# The unit names the program where it is installed.
file(READ ${CMAKE_SOURCE_DIR}/examples/systemd/tresen.service unit)
string(REPLACE "/usr/bin/tresen" "${CMAKE_INSTALL_FULL_BINDIR}/tresen" unit "${unit}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/tresen.service CONTENT "${unit}" @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/tresen.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/examples/systemd/tresen.sysusers DESTINATION lib/sysusers.d RENAME tresen.conf)
