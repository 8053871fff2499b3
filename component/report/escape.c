#include "report/escape.h"

#include "base/mem.h"
#include "base/unicode.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The next character that may be printed; false: the end. What is no UTF-8 is a replacement
 * character. */
static bool next(const char **text, uint32_t *point)
{
    for (size_t len = strlen(*text); len > 0; len = strlen(*text)) {
        size_t used = unicode_decode(*text, len < 4 ? len : 4, point);
        *point = used > 0 ? *point : (uint32_t)UNICODE_REPLACEMENT;
        *text += used > 0 ? used : 1;
        if (*point == '\n' || *point == '\t') {
            return true;
        }
        if (!unicode_is_control(*point) && unicode_is_xml(*point) && *point != 0x2028 &&
            *point != 0x2029 && !(unicode_is_format(*point) && *point != 0x200D)) {
            return true;
        }
    }
    return false;
}

static void put(FILE *out, uint32_t point)
{
    char bytes[4];
    size_t len = unicode_encode(point, bytes);

    fwrite(bytes, 1, len, out);
}

void escape_html(FILE *out, const char *text)
{
    uint32_t point;

    while (next(&text, &point)) {
        switch (point) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\'':
            fputs("&#39;", out);
            break;
        default:
            put(out, point);
        }
    }
}

static bool begins_formula(uint32_t point)
{
    return (point < 128 && strchr("=+-@\t\n", (int)point) != NULL) || point == 0xFF1D ||
           point == 0xFF0B || point == 0xFF0D || point == 0xFF20;
}

void escape_csv(FILE *out, const char *text)
{
    bool first = true;
    uint32_t point;

    fputc('"', out);
    while (next(&text, &point)) {
        if (first && begins_formula(point)) {
            fputc('\'', out);
        }
        first = first && point == ' '; /* a spreadsheet may look behind blanks */
        if (point == '"') {
            fputc('"', out);
        }
        put(out, point);
    }
    fputc('"', out);
}

static size_t count(const char *text)
{
    size_t points = 0;
    uint32_t point;

    while (next(&text, &point)) {
        points++;
    }
    return points;
}

void escape_plain(FILE *out, const char *text, size_t width)
{
    size_t points = count(text);
    size_t shown = width > 0 && points > width ? width - 1 : points;
    uint32_t point;

    for (size_t i = 0; i < shown && next(&text, &point); i++) {
        put(out, point == '\n' || point == '\t' ? ' ' : point);
    }
    fputs(shown < points ? "…" : "", out);
    if (width > points) {
        fprintf(out, "%*s", (int)(width - points), "");
    }
}

char *escape_json_dup(const char *text)
{
    char *copy = mem_alloc(strlen(text) * 3 + 1); /* a replacement character has three bytes */
    size_t len = 0;
    uint32_t point;

    while (next(&text, &point)) {
        len += unicode_encode(point, copy + len);
    }
    return copy;
}
