/* http_head.h - what must hold for a request's head before libhttp-parser sees it.
 *
 * Stricter than RFC 9112 allows where two programs could read a head in two ways (request
 * smuggling): lines end with CR LF only, no folding, no blank before a colon, one Content-Length of
 * digits or one "chunked", never both, one Host, a target of this very host. Pure: bytes in,
 * verdict out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    HTTP_LINE_MAX = 2 * 1024,   /* the request line, without CR LF */
    HTTP_FIELDS_MAX = 8 * 1024, /* all header lines with their CR LF */
    HTTP_FIELD_COUNT_MAX = 64,
    HTTP_HEAD_MAX = HTTP_LINE_MAX + HTTP_FIELDS_MAX + 4
};

enum http_verb { HTTP_VERB_GET, HTTP_VERB_HEAD, HTTP_VERB_POST, HTTP_VERB_PUT, HTTP_VERB_OPTIONS };

struct http_head {
    enum http_verb verb;
    const char *target; /* into the bytes; without scheme and host */
    size_t target_len;
    bool expects_continue;
    unsigned field_count;
};

/* Looks for the end of the head in what has come. *from (0 at first) remembers how far it looked.
 * Returns 0 and sets *end behind the empty line, or 0 with *end 0 (more is needed), or the status
 * to refuse with. */
int http_head_find_end(const char *bytes, size_t len, size_t *from, size_t *end);
/* Judges a whole head, with its empty line. 0, or the status to refuse with: 400, 405, 414, 417,
 * 431, 501, 505. */
int http_head_check(const char *bytes, size_t len, struct http_head *head);
/* Is token (case aside) in a comma-separated list like Connection's? */
bool http_list_has(const char *list, const char *token);
/* The target's path, percent-decoded once, without the query; free() it. What is no valid escape,
 * and %00, stays as it is: then no path that we serve matches. */
char *http_path_dup(const char *target, size_t len);
/* The value that name has first in the target's query, as it stands there; NULL: none. free() it.
 */
char *http_query_dup(const char *target, size_t len, const char *name);
