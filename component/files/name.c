#include "files/name.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

char *name_clean_dup(const char *name)
{
    char *clean = text_clean_dup(name);
    char *line = text_name_dup(clean, NAME_POINTS);

    free(clean);
    for (char *at = line; *at != '\0'; at++) {
        if (strchr("/\\\"<>", *at) != NULL) {
            *at = '_';
        }
    }
    if (line[0] == '\0' || strspn(line, ".") == strlen(line)) {
        free(line);
        return mem_dup("file");
    }
    return line;
}

char *name_in_url_dup(const char *name)
{
    struct buf out;

    buf_init(&out, 3 * strlen(name));
    for (const char *at = name; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < 128 && (isalnum(c) || strchr("-._~", c) != NULL)) {
            buf_add_char(&out, *at);
        } else {
            buf_printf(&out, "%%%02X", c);
        }
    }
    return buf_detach(&out);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

char *name_of_url_dup(const char *url)
{
    size_t len = strcspn(url, "?#");
    const char *start = url;
    struct buf out;

    for (const char *at = url; at < url + len; at++) {
        start = *at == '/' ? at + 1 : start;
    }
    buf_init(&out, len);
    for (const char *at = start; at < url + len; at++) {
        bool is_coded = *at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0;
        buf_add_char(&out, is_coded ? (char)(hex(at[1]) * 16 + hex(at[2])) : *at);
        at += is_coded ? 2 : 0;
    }
    bool good = text_is_utf8(out.bytes, out.len) && memchr(out.bytes, '\0', out.len) == NULL;
    if (!good) {
        buf_reset(&out);
    }
    return buf_detach(&out);
}
