/* Linked where libFuzzer is. */
#include "whole/script.h"

#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_BYTES = 64 * 1024 };

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t len, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed);

/* xorshift: the same seed makes the same script. */
struct dice {
    uint64_t state;
};

static size_t roll(struct dice *d, size_t sides)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return sides > 0 ? (size_t)(d->state % sides) : 0;
}

/* ---- a new line ---- */

/* One of the words up to the closing braces; returns what was taken. */
static size_t add_choice(struct buf *out, const char *words, struct dice *d)
{
    const char *end = strstr(words, "}}");
    size_t len = end != NULL ? (size_t)(end - words) : strlen(words);
    size_t count = 1;

    for (size_t i = 0; i < len; i++) {
        count += words[i] == '|';
    }
    const char *word = words;
    for (size_t skip = roll(d, count); skip > 0; skip--) {
        word = memchr(word, '|', len - (size_t)(word - words)) + 1;
    }
    const char *bar = memchr(word, '|', len - (size_t)(word - words));
    buf_add(out, word, bar != NULL ? (size_t)(bar - word) : len - (size_t)(word - words));
    return end != NULL ? len + 2 : len;
}

static void add_line(struct buf *out, struct dice *d)
{
    const char *at = SCRIPT_LINES[roll(d, SCRIPT_LINE_COUNT)];

    while (*at != '\0') {
        if (at[0] == '{' && at[1] == '{') {
            at += 2 + add_choice(out, at + 2, d);
        } else {
            buf_add_char(out, *at++);
        }
    }
    buf_add_char(out, '\n');
}

/* ---- the lines there are ---- */

struct span {
    size_t start;
    size_t end; /* behind the newline */
};

static struct span any_line(const uint8_t *bytes, size_t len, struct dice *d)
{
    size_t at = roll(d, len);
    struct span s = {at, at};

    while (s.start > 0 && bytes[s.start - 1] != '\n') {
        s.start--;
    }
    while (s.end < len && bytes[s.end] != '\n') {
        s.end++;
    }
    s.end += s.end < len ? 1 : 0;
    return s;
}

/* What stands before a line, then lines, then what stands behind it, without the line or with it.
 */
static void replace(struct buf *out, const uint8_t *bytes, size_t len, struct span s,
                    struct dice *d)
{
    buf_add(out, bytes, s.start);
    for (size_t i = 1 + roll(d, 3); i > 0; i--) {
        add_line(out, d);
    }
    if (roll(d, 2) == 0) {
        buf_add(out, bytes + s.start, s.end - s.start);
    }
    buf_add(out, bytes + s.end, len - s.end);
}

static void take_out(struct buf *out, const uint8_t *bytes, size_t len, struct span s)
{
    buf_add(out, bytes, s.start);
    buf_add(out, bytes + s.end, len - s.end);
}

/* That line stands before another one, too. */
static void copy(struct buf *out, const uint8_t *bytes, size_t len, struct span s, struct dice *d)
{
    struct span other = any_line(bytes, len, d);

    buf_add(out, bytes, other.start);
    buf_add(out, bytes + s.start, s.end - s.start);
    buf_add(out, bytes + other.start, len - other.start);
}

static void change_bytes(struct buf *out, const uint8_t *bytes, size_t len, struct span s)
{
    uint8_t line[4096];
    size_t line_len = s.end - s.start < sizeof line ? s.end - s.start : sizeof line;

    memcpy(line, bytes + s.start, line_len);
    line_len = LLVMFuzzerMutate(line, line_len, sizeof line);
    buf_add(out, bytes, s.start);
    buf_add(out, line, line_len);
    buf_add(out, bytes + s.end, len - s.end);
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t len, size_t max, unsigned seed)
{
    struct dice d = {.state = seed * 0x9E3779B97F4A7C15u + 1};
    struct buf out;

    if (len == 0 || roll(&d, 20) == 0) {
        return LLVMFuzzerMutate(bytes, len, max);
    }
    struct span s = any_line(bytes, len, &d);
    buf_init(&out, SCRIPT_BYTES);
    switch (roll(&d, 8)) {
    case 0:
    case 1:
    case 2:
        replace(&out, bytes, len, s, &d);
        break;
    case 3:
        take_out(&out, bytes, len, s);
        break;
    case 4:
        copy(&out, bytes, len, s, &d);
        break;
    default:
        change_bytes(&out, bytes, len, s);
        break;
    }
    len = out.len < max ? out.len : max;
    memcpy(bytes, out.bytes, len);
    buf_finish(&out);
    return len;
}
