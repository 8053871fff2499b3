#include "agents/named.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\n"

/* The = of a word that begins with a name: letters (of any language), _ and dots. NULL: none. */
static const char *sign_of(const char *word)
{
    size_t len = 0;

    for (unsigned char c; (c = (unsigned char)word[len]) != '\0'; len++) {
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!letter && c != '_' && c != '.') {
            break;
        }
    }
    return len > 0 && word[len] == '=' ? word + len : NULL;
}

/* Behind the value that begins there: the next name, or the end. */
static const char *end_of_value(const char *at)
{
    while (*at != '\0') {
        at += strcspn(at, BLANKS);
        const char *next = at + strspn(at, BLANKS);
        if (*next == '\0' || sign_of(next) != NULL) {
            return at;
        }
        at = next;
    }
    return at;
}

bool named_split(const char *text, bool (*each)(void *ctx, const char *name, const char *value),
                 void *ctx)
{
    bool good = true;

    text += strspn(text, BLANKS);
    while (good && *text != '\0') {
        const char *sign = sign_of(text);
        if (sign == NULL) {
            return false;
        }
        const char *end = end_of_value(sign + 1);
        char *name = mem_dup_n(text, (size_t)(sign - text));
        char *value = mem_dup_n(sign + 1, (size_t)(end - sign - 1));
        good = each(ctx, name, value);
        free(name);
        free(value);
        text = end + strspn(end, BLANKS);
    }
    return good;
}
