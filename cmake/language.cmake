# What agents read in other languages than English: component/agents/i18n/LANGUAGE.po becomes a text domain of gettext
# below the one "language" called agents (docs/decisions/0062-agents-languages.md), in the build's folder and installed.
find_program(MSGFMT_PROGRAM msgfmt)
if(NOT MSGFMT_PROGRAM)
  message(FATAL_ERROR "msgfmt was not found: install gettext")
endif()

set(catalogues)
file(GLOB translations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/component/agents/i18n/*.po)
foreach(translation ${translations})
  get_filename_component(language ${translation} NAME_WE)
  set(catalogue ${CMAKE_BINARY_DIR}/locale/agents/LC_MESSAGES/tresen-${language}.mo)
  add_custom_command(
    OUTPUT ${catalogue}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/locale/agents/LC_MESSAGES
    COMMAND ${MSGFMT_PROGRAM} --check-format --check-domain --output-file=${catalogue} ${translation}
    DEPENDS ${translation}
    COMMENT "Compiling the texts of ${language}"
    VERBATIM)
  list(APPEND catalogues ${catalogue})
endforeach()
add_custom_target(languages ALL DEPENDS ${catalogues})
install(FILES ${catalogues} DESTINATION ${CMAKE_INSTALL_DATADIR}/tresen/locale/agents/LC_MESSAGES)
