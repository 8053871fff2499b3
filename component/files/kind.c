#include "files/kind.h"

#include "base/text.h"

#include <string.h>

#define OTHER "application/octet-stream"

static const struct {
    const char *type;
    size_t at;
    const char *bytes;
    size_t len;
    bool is_shown;
} KINDS[] = {
    {"image/png", 0, "\x89PNG\r\n\x1a\n", 8, true},
    {"image/jpeg", 0, "\xff\xd8\xff", 3, true},
    {"image/gif", 0, "GIF87a", 6, true},
    {"image/gif", 0, "GIF89a", 6, true},
    {"image/webp", 8, "WEBP", 4, true},
    {"application/pdf", 0, "%PDF-", 5, false},
    {"application/zip", 0, "PK\3\4", 4, false},
};

/* Cut in the middle of a character, perhaps: up to three bytes of the end do not count. */
static bool is_text(const char *bytes, size_t len)
{
    for (size_t cut = 0; cut <= 3 && cut < len; cut++) {
        if (text_is_xml(bytes, len - cut)) {
            return true;
        }
    }
    return false;
}

/* What a browser might take for a page, whatever it is called. */
static bool is_markup(const char *bytes, size_t len)
{
    return memchr(bytes, '<', len) != NULL;
}

const char *kind_of(const char *bytes, size_t len)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        size_t end = KINDS[i].at + KINDS[i].len;
        if (len >= end && memcmp(bytes + KINDS[i].at, KINDS[i].bytes, KINDS[i].len) == 0) {
            return KINDS[i].type;
        }
    }
    return is_text(bytes, len) && !is_markup(bytes, len) ? "text/plain; charset=utf-8" : OTHER;
}

bool kind_is_shown(const char *type)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (text_equal(KINDS[i].type, type)) {
            return KINDS[i].is_shown;
        }
    }
    return false;
}
