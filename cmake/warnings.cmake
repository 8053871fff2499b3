# -Werror everywhere: a warning is a defect. Hardening in release builds.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes
                    -Wformat=2 -Werror)
add_compile_definitions(_GNU_SOURCE)
if(TRESEN_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
  # Some two hundred programs of tests are linked: where binutils brings it, by the faster linker.
  include(CheckLinkerFlag)
  check_linker_flag(C -fuse-ld=gold TRESEN_GOLD)
  if(TRESEN_GOLD)
    add_link_options(-fuse-ld=gold)
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo" OR CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
                      -fcf-protection)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
if(TRESEN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
