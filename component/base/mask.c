#include "base/mask.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
    CARD_MIN = 13,
    CARD_MAX = 19,
    IBAN_MIN = 15,
    IBAN_MAX = 34,
    SHOWN = 4,
    PLACEHOLDERS_MIN = 3
};

/* Letters and digits of ASCII: what is written with others is no number of a bank's. */
static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_sign(char c)
{
    return is_digit(c) || is_letter(c);
}

static bool begins_at(const char *text, size_t at)
{
    return is_sign(text[at]) && (at == 0 || !is_sign(text[at - 1]));
}

bool mask_is_one(const char *word)
{
    size_t len = strlen(word);
    size_t placeholders = 0;

    if (text_equal(word, "card") || text_equal(word, "iban")) {
        return true;
    }
    for (size_t i = 0; i < len; i++) {
        if (word[i] < ' ' || word[i] > '~') {
            return false;
        }
        placeholders += strchr("#@?", word[i]) != NULL;
    }
    return len >= MASK_SHAPE_MIN && len <= MASK_SHAPE_MAX && placeholders >= PLACEHOLDERS_MIN;
}

/* ---- what fits: bytes from there on; 0: nothing does ---- */

/* Signs from text on, one separator between two at most; their values and where each ends. */
static size_t gather(const char *text, const char *separators, bool (*is_one)(char c), size_t most,
                     char *signs, size_t *ends)
{
    size_t count = 0;
    size_t at = 0;

    while (count < most) {
        if (count > 0 && text[at] != '\0' && strchr(separators, text[at]) != NULL) {
            at++;
        }
        if (!is_one(text[at])) {
            break;
        }
        signs[count] = text[at++];
        ends[count++] = at;
    }
    return count;
}

static bool fits_luhn(const char *digits, size_t count)
{
    unsigned sum = 0;

    for (size_t i = 0; i < count; i++) {
        unsigned value = (unsigned)(digits[count - 1 - i] - '0');
        if (i % 2 == 1) {
            value = value * 2 > 9 ? value * 2 - 9 : value * 2;
        }
        sum += value;
    }
    return sum % 10 == 0;
}

static size_t fit_card(const char *text)
{
    char digits[CARD_MAX];
    size_t ends[CARD_MAX];
    size_t count = gather(text, " -", is_digit, CARD_MAX, digits, ends);

    if (count == 0 || digits[0] < '2' || digits[0] > '6') {
        return 0; /* no bank gives out others */
    }
    for (; count >= CARD_MIN; count--) {
        if (!is_sign(text[ends[count - 1]]) && fits_luhn(digits, count)) {
            return ends[count - 1];
        }
    }
    return 0;
}

/* ISO 13616: the first four at the end, letters as 10 to 35, and what remains of 97 is 1. */
static bool fits_97(const char *signs, size_t count)
{
    unsigned rest = 0;

    for (size_t i = 0; i < count; i++) {
        char c = signs[(i + 4) % count];
        unsigned value = is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
        rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1;
}

static size_t fit_iban(const char *text)
{
    char signs[IBAN_MAX];
    size_t ends[IBAN_MAX];
    size_t count = gather(text, " ", is_sign, IBAN_MAX, signs, ends);

    if (count < IBAN_MIN || !is_letter(signs[0]) || !is_letter(signs[1]) || !is_digit(signs[2]) ||
        !is_digit(signs[3])) {
        return 0;
    }
    for (; count >= IBAN_MIN; count--) {
        if (!is_sign(text[ends[count - 1]]) && fits_97(signs, count)) {
            return ends[count - 1];
        }
    }
    return 0;
}

static bool fits_place(char shape, char c)
{
    switch (shape) {
    case '#':
        return is_digit(c);
    case '@':
        return is_letter(c);
    case '?':
        return is_sign(c);
    default:
        return shape == c;
    }
}

static size_t fit_shape(const char *shape, const char *text)
{
    size_t at = 0;

    for (; *shape != '\0'; shape++) {
        if (*shape == ' ') {
            at += text[at] != '\0' && strchr(" -./", text[at]) != NULL ? 1 : 0;
        } else if (!fits_place(*shape, text[at])) {
            return 0;
        } else {
            at++;
        }
    }
    return is_sign(text[at]) ? 0 : at;
}

/* ---- masking ---- */

static size_t fit(const char *mask, const char *text, size_t *shown)
{
    bool is_shape = !text_equal(mask, "card") && !text_equal(mask, "iban");

    *shown = is_shape ? 0 : SHOWN;
    return is_shape ? fit_shape(mask, text) : mask[0] == 'c' ? fit_card(text) : fit_iban(text);
}

static void hide(char *from, size_t len, size_t shown)
{
    for (size_t i = len; i > 0; i--) {
        if (!is_sign(from[i - 1])) {
            continue;
        }
        if (shown > 0) {
            shown--;
        } else {
            from[i - 1] = 'x';
        }
    }
}

char *mask_apply_dup(const char *const *masks, size_t count, const char *text)
{
    char *copy = NULL;

    for (size_t i = 0; i < count; i++) {
        for (size_t at = 0; text[at] != '\0'; at++) {
            size_t shown;
            bool may = begins_at(text, at) || (!is_sign(text[at]) && text[at] == masks[i][0]);
            size_t len = may ? fit(masks[i], text + at, &shown) : 0;
            if (len > 0) {
                copy = copy != NULL ? copy : mem_dup(text);
                hide(copy + at, len, shown);
                at += len - 1;
            }
        }
    }
    return copy;
}
