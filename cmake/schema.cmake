# Compiles storage/schema/NNNN_name.sql into an array of migrations (storage/migrate.h). Included by CMakeLists.txt it adds
# the generated source to tresen_storage; run by `cmake -P` with SCHEMA_DIR and OUTPUT it writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB scripts ${SCHEMA_DIR}/[0-9][0-9][0-9][0-9]_*.sql)
  list(SORT scripts)
  set(expected 0)
  set(text "/* Made from storage/schema by cmake/schema.cmake. */\n#include \"storage/migrate.h\"\n\n")
  string(APPEND text "const struct migration migrate_schema[] = {\n")
  foreach(script ${scripts})
    math(EXPR expected "${expected} + 1")
    get_filename_component(name ${script} NAME)
    string(SUBSTRING ${name} 0 4 digits)
    string(REGEX REPLACE "^0+" "" number ${digits})
    if(NOT number EQUAL expected)
      message(FATAL_ERROR "${name}: migrations are numbered without gaps, expected ${expected}")
    endif()
    file(READ ${script} sql)
    string(REPLACE "\\" "\\\\" sql "${sql}")
    string(REPLACE "\"" "\\\"" sql "${sql}")
    string(REPLACE "\n" "\\n\"\n     \"" sql "${sql}")
    string(APPEND text "    {\"${name}\",\n     \"${sql}\"},\n")
  endforeach()
  if(expected EQUAL 0)
    message(FATAL_ERROR "no migrations in ${SCHEMA_DIR}")
  endif()
  string(APPEND text "};\n\nconst int migrate_schema_count = ${expected};\n")
  file(WRITE ${OUTPUT} "${text}")
  return()
endif()

file(GLOB schema_scripts CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/storage/schema/*.sql)
set(schema_source ${CMAKE_BINARY_DIR}/storage/schema.c)
add_custom_command(
  OUTPUT ${schema_source}
  COMMAND ${CMAKE_COMMAND} -DSCHEMA_DIR=${CMAKE_SOURCE_DIR}/storage/schema -DOUTPUT=${schema_source}
          -P ${CMAKE_SOURCE_DIR}/cmake/schema.cmake
  DEPENDS ${schema_scripts} ${CMAKE_SOURCE_DIR}/cmake/schema.cmake
  COMMENT "Compiling the database schema in"
  VERBATIM)
target_sources(tresen_storage PRIVATE ${schema_source})
