#include "base/base64.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

unsigned char *base64_decode_dup(const char *text, size_t max, size_t *len)
{
    unsigned char *out = mem_alloc(max + 1);
    unsigned bits = 0;
    unsigned held = 0; /* of them */
    unsigned letters = 0;
    unsigned filled = 0; /* '=' at the end */
    bool good = true;

    *len = 0;
    for (; good && *text != '\0'; text++) {
        const char *letter = strchr(LETTERS, *text);
        if (strchr(" \t\r\n", *text) != NULL) {
            continue;
        }
        letters++;
        if (*text == '=') {
            filled++;
            continue;
        }
        good = letter != NULL && filled == 0;
        bits = (bits << 6 | (unsigned)(letter != NULL ? letter - LETTERS : 0)) & 0xFFFF;
        held += 6;
        if (good && held >= 8) {
            held -= 8;
            good = *len < max;
            out[good ? (*len)++ : 0] = (unsigned char)(bits >> held);
        }
    }
    if (good && letters % 4 == 0 && filled <= 2) {
        return out;
    }
    free(out);
    return NULL;
}

/* -1: no letter of it. */
static int value_of_url_letter(char c)
{
    const char *at = c == '-' ? LETTERS + 62 : c == '_' ? LETTERS + 63 : NULL;

    if (at == NULL && c != '\0' && c != '+' && c != '/') {
        at = strchr(LETTERS, c);
    }
    return at != NULL ? (int)(at - LETTERS) : -1;
}

unsigned char *base64url_decode_dup(const char *text, size_t text_len, size_t max, size_t *len)
{
    size_t bytes = text_len / 4 * 3 + (text_len % 4 > 0 ? text_len % 4 - 1 : 0);
    unsigned held = 0; /* bits that belong to no byte yet */
    unsigned bits = 0;

    *len = 0;
    if (text_len % 4 == 1 || bytes > max) {
        return NULL;
    }
    unsigned char *out = mem_alloc(bytes + 1);
    for (size_t i = 0; i < text_len; i++) {
        int value = value_of_url_letter(text[i]);
        if (value < 0) {
            free(out);
            return NULL;
        }
        bits = (bits << 6 | (unsigned)value) & 0xFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            out[(*len)++] = (unsigned char)(bits >> held);
        }
    }
    if ((bits & ((1U << held) - 1)) != 0) { /* what no byte has must be zero */
        free(out);
        return NULL;
    }
    return out;
}
