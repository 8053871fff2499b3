# What measures. Not built with the rest: cmake --build --preset release --target bench_tickets
add_executable(bench_tickets EXCLUDE_FROM_ALL tests/bench/bench_tickets.c tests/bench/filling.c)
target_link_libraries(bench_tickets PRIVATE tresen_storage)
