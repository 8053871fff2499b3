/* kind.h - what a file is, by what is in it; its name and what its sender says of it do not count.
 *
 * Four kinds of pictures, PDF, ZIP (office documents are ZIP files) and plain text are known. All
 * else, and with it HTML, SVG and scripts, is application/octet-stream. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { KIND_LOOK = 512 }; /* bytes of the beginning that tell */

/* len: at most KIND_LOOK of the beginning. */
const char *kind_of(const char *bytes, size_t len);
/* May a browser show it inside a page of ours: a picture that cannot carry a program. */
bool kind_is_shown(const char *type);
