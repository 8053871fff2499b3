#include "base/shape.h"

#include "base/buf.h"
#include "base/mem.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool fits_sign(char sign, unsigned char c)
{
    if (c >= 0x80) {
        return false;
    }
    return sign == '#'   ? isdigit(c)
           : sign == '@' ? isalpha(c)
           : sign == '?' ? isalnum(c)
                         : tolower((unsigned char)sign) == tolower(c);
}

char *shape_dup(const char *shape, const char *text)
{
    char *kept = mem_dup(text);
    bool fits = strlen(shape) == strlen(text);

    for (size_t i = 0; fits && kept[i] != '\0'; i++) {
        fits = fits_sign(shape[i], (unsigned char)kept[i]);
        kept[i] = strchr("#@?", shape[i]) == NULL ? shape[i] : kept[i];
    }
    if (!fits) {
        free(kept);
        return NULL;
    }
    return kept;
}

/* Of one sign that stands for itself, in either case. What means something in an expression is
 * escaped as both kinds of them allow it. */
static void add_sign(struct buf *out, unsigned char c)
{
    if (isalpha(c)) {
        buf_printf(out, "[%c%c]", toupper(c), tolower(c));
    } else if (c == '$') {
        buf_add_text(out, "[$]");
    } else {
        buf_add_text(out, strchr("\\.*+(){}[]|^", c) != NULL ? "\\" : "");
        buf_add_char(out, (char)c);
    }
}

char *shape_regex_dup(const char *shape)
{
    struct buf out;

    buf_init(&out, 16 * strlen(shape) + 16);
    for (const char *c = shape; *c != '\0'; c++) {
        if (*c == '#') {
            buf_add_text(&out, "[0-9]");
        } else if (*c == '@') {
            buf_add_text(&out, "[A-Za-z]");
        } else if (*c == '?') {
            buf_add_text(&out, "[A-Za-z0-9]");
        } else {
            add_sign(&out, (unsigned char)*c);
        }
    }
    return buf_detach(&out);
}
