# What measures. Not built with the rest: cmake --build --preset release --target bench_tickets bench_load
add_executable(bench_tickets EXCLUDE_FROM_ALL tests/bench/bench_tickets.c tests/bench/filling.c)
target_link_libraries(bench_tickets PRIVATE tresen_storage)

file(GLOB load_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/bench/load/*.c)
add_executable(bench_load EXCLUDE_FROM_ALL ${load_sources})
target_link_libraries(bench_load PRIVATE tresen_base OpenSSL::Crypto)
