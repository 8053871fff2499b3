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
