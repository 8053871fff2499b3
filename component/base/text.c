#include "base/text.h"

#include "base/mem.h"
#include "base/unicode.h"

#include <stdlib.h>
#include <string.h>
#include <stringprep.h>

enum { MARKS_MAX = 8, POINT_BYTES = 4 };

bool text_is_utf8(const char *bytes, size_t len)
{
    uint32_t point;
    for (size_t at = 0; at < len;) {
        size_t size = unicode_decode(bytes + at, len - at, &point);
        if (size == 0) {
            return false;
        }
        at += size;
    }
    return true;
}

bool text_is_xml(const char *bytes, size_t len)
{
    uint32_t point;
    for (size_t at = 0; at < len;) {
        if (bytes[at] >= ' ' && (unsigned char)bytes[at] < 0x80) { /* as most is */
            at++;
            continue;
        }
        size_t size = unicode_decode(bytes + at, len - at, &point);
        if (size == 0 || !unicode_is_xml(point)) {
            return false;
        }
        at += size;
    }
    return true;
}

size_t text_count(const char *text)
{
    size_t count = 0;
    for (; *text; text++) {
        count += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return count;
}

/* Walks a text, giving U+FFFD for each byte that is not well-formed and each character that XML
 * cannot hold (those that the callers drop or fold anyway are given as they are). */
struct walk {
    const char *at;
    size_t left;
};

static bool walk_next(struct walk *w, uint32_t *point)
{
    if (w->left == 0) {
        return false;
    }
    size_t size = unicode_decode(w->at, w->left, point);
    if (size == 0) {
        *point = UNICODE_REPLACEMENT;
        size = 1;
    }
    w->at += size;
    w->left -= size;
    return true;
}

/* Text under construction. Each input byte becomes at most three bytes (U+FFFD). */
struct draft {
    char *bytes;
    size_t len;
};

static struct draft draft_begin(size_t input_len)
{
    return (struct draft){.bytes = mem_array(input_len + 1, 3)};
}

static void draft_add(struct draft *d, uint32_t point)
{
    d->len +=
        unicode_encode(unicode_is_xml(point) ? point : UNICODE_REPLACEMENT, d->bytes + d->len);
}

/* Gives the memory back that the worst case had needed. */
static char *draft_end(struct draft *d)
{
    d->bytes[d->len] = '\0';
    return mem_grow(d->bytes, d->len + 1);
}

char *text_clean_dup(const char *text)
{
    struct walk w = {text, strlen(text)};
    if (text_is_xml(text, w.left)) {
        return mem_dup_n(text, w.left);
    }
    struct draft d = draft_begin(w.left);
    uint32_t point;
    while (walk_next(&w, &point)) {
        draft_add(&d, point);
    }
    return draft_end(&d);
}

/* The length of the longest beginning of text with at most max_points and max_bytes. */
static size_t clipped_len(const char *text, size_t max_points, size_t max_bytes)
{
    struct walk w = {text, strlen(text)};
    uint32_t point;
    size_t len = 0;
    for (size_t points = 0; points < max_points && walk_next(&w, &point); points++) {
        size_t end = (size_t)(w.at - text);
        if (end > max_bytes) {
            break;
        }
        len = end;
    }
    return len;
}

char *text_clip_dup(const char *text, size_t max_points, size_t max_bytes)
{
    return mem_dup_n(text, clipped_len(text, max_points, max_bytes));
}

/* Hangul vowels and final consonants compose with what stands before them as marks do. */
static bool is_composing(uint32_t point)
{
    return unicode_is_mark(point) || (point >= 0x1161 && point <= 0x11FF);
}

/* One base of base_len bytes with what composes with it, composed (NFC), or NULL where there is
 * nothing to do. libidn has only NFKC, which would also change "m²" and "½": so only bases that it
 * leaves alone. */
static char *composed_dup(const char *cluster, size_t base_len, size_t len)
{
    if (len == base_len) {
        return NULL;
    }
    char *base = stringprep_utf8_nfkc_normalize(cluster, (ssize_t)base_len);
    bool is_plain = base && strlen(base) == base_len && memcmp(base, cluster, base_len) == 0;
    free(base);
    char *composed = is_plain ? stringprep_utf8_nfkc_normalize(cluster, (ssize_t)len) : NULL;
    if (composed && strlen(composed) > len) {
        free(composed);
        return NULL;
    }
    return composed;
}

/* The same name written in two ways becomes one (V-117). Takes text. */
static char *compose_take(char *text)
{
    struct walk w = {text, strlen(text)};
    struct draft d = {.bytes = mem_alloc(w.left + 1)};
    uint32_t point;
    bool has_point = walk_next(&w, &point);
    const char *start = text;
    while (has_point) {
        const char *end = w.at;
        size_t base_len = (size_t)(end - start);
        has_point = walk_next(&w, &point);
        while (has_point && is_composing(point)) {
            end = w.at;
            has_point = walk_next(&w, &point);
        }
        size_t len = (size_t)(end - start);
        char *composed = composed_dup(start, base_len, len);
        size_t piece = composed ? strlen(composed) : len;
        memcpy(d.bytes + d.len, composed ? composed : start, piece);
        d.len += piece;
        free(composed);
        start = end;
    }
    free(text);
    return draft_end(&d);
}

/* Counts the marks on one base; true if this point is one too many. Format characters between them
 * neither count nor begin a new base. */
static bool is_mark_too_many(uint32_t point, unsigned *marks)
{
    if (unicode_is_mark(point)) {
        return ++*marks > MARKS_MAX;
    }
    if (!unicode_is_format(point)) {
        *marks = 0;
    }
    return false;
}

char *text_name_dup(const char *text, size_t max_points)
{
    struct walk w = {text, strlen(text)};
    struct draft d = draft_begin(w.left);
    uint32_t point;
    unsigned marks = 0;
    bool is_visible = false, space = false;
    while (walk_next(&w, &point)) {
        if (unicode_is_space(point)) {
            space = d.len > 0;
            continue;
        }
        if (unicode_is_control(point) || unicode_is_format(point) ||
            is_mark_too_many(point, &marks)) {
            continue;
        }
        if (space) {
            draft_add(&d, ' ');
            space = false;
        }
        is_visible = is_visible || !unicode_is_invisible(point);
        draft_add(&d, point);
    }
    if (!is_visible) {
        d.len = 0;
    }
    char *name = compose_take(draft_end(&d));
    size_t len = clipped_len(name, max_points, strlen(name));
    while (len > 0 && name[len - 1] == ' ') {
        len--;
    }
    name[len] = '\0';
    return name;
}

/* As most are: nothing has to be asked of it. */
static bool is_plain(uint32_t point)
{
    return point > ' ' && point < 0x7F;
}

/* The body's text without what stands at its ends and shows nothing. */
static char *trim_take(char *text)
{
    struct walk w = {text, strlen(text)};
    const char *start = NULL, *end = text;
    uint32_t point;
    for (const char *at = w.at; walk_next(&w, &point); at = w.at) {
        if (is_plain(point) || (!unicode_is_space(point) && !unicode_is_zero_width(point))) {
            start = start ? start : at;
            end = w.at;
        }
    }
    char *trimmed = start ? mem_dup_n(start, (size_t)(end - start)) : mem_dup("");
    free(text);
    return trimmed;
}

char *text_body_dup(const char *text)
{
    struct walk w = {text, strlen(text)};
    struct draft d = draft_begin(w.left);
    uint32_t point;
    unsigned marks = 0;
    bool is_visible = false, after_return = false;
    while (walk_next(&w, &point)) {
        if (is_plain(point)) {
            after_return = false;
            marks = 0;
            is_visible = true;
            draft_add(&d, point);
            continue;
        }
        bool is_second_half = after_return && point == '\n';
        after_return = point == '\r';
        if (is_second_half) {
            continue;
        }
        if (unicode_is_newline(point)) {
            point = '\n';
        } else if (point != '\t' && unicode_is_control(point)) {
            continue;
        }
        if (is_mark_too_many(point, &marks)) {
            continue;
        }
        is_visible = is_visible || !unicode_is_invisible(point);
        draft_add(&d, point);
    }
    if (!is_visible) {
        d.len = 0;
    }
    return trim_take(draft_end(&d));
}

char *text_url_dup(const char *url, size_t max_bytes)
{
    size_t len = strcspn(url, "?#");
    struct walk w = {url, len};
    struct draft d = draft_begin(len);
    uint32_t point;
    while (walk_next(&w, &point)) {
        if (!unicode_is_space(point) && !unicode_is_control(point) && !unicode_is_format(point)) {
            draft_add(&d, point);
        }
    }
    char *text = draft_end(&d);
    /* user:password@ stands between "//" and the next slash; browsers take a backslash for one. */
    char *host = strstr(text, "//");
    if (host) {
        host += 2;
        size_t authority = strcspn(host, "/\\");
        char *at = memrchr(host, '@', authority);
        if (at) {
            memmove(host, at + 1, strlen(at + 1) + 1);
        }
    }
    text[clipped_len(text, max_bytes, max_bytes)] = '\0';
    return text;
}

bool text_is_email(const char *text)
{
    const char *at = strchr(text, '@');

    return strlen(text) <= TEXT_EMAIL_BYTES && at != NULL && at != text && at[1] != '\0' &&
           strchr(at + 1, '@') == NULL && strpbrk(text, " \t\r\n<>\",;") == NULL;
}

bool text_equal(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool text_equal_secret(const char *a, const char *b)
{
    if (!a || !b) {
        return false;
    }
    size_t a_len = strlen(a), b_len = strlen(b);
    volatile unsigned char differs = a_len != b_len;
    for (size_t i = 0; i < b_len; i++) {
        /* a's final NUL stands in for what a lacks: differs is set already then. */
        differs |= (unsigned char)(a[i < a_len ? i : a_len] ^ b[i]);
    }
    return !differs;
}
