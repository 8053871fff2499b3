#include "cut.h"

#include <string.h>

/* The '>' of the tag that begins at tag, or NULL. One in a value does not count. */
static const char *tag_end(const char *tag, const char *end)
{
    while (tag < end && *tag != '>') {
        if (*tag == '\'' || *tag == '"') {
            tag = memchr(tag + 1, *tag, (size_t)(end - tag) - 1);
            if (tag == NULL) {
                return NULL;
            }
        }
        tag++;
    }
    return tag < end ? tag : NULL;
}

static bool begins(const char *tag, const char *end, const char *words)
{
    size_t len = strlen(words);
    return (size_t)(end - tag) >= len && memcmp(tag, words, len) == 0;
}

static bool stands_alone(const char *tag, const char *end)
{
    return begins(tag, end, "<?") || begins(tag, end, "<stream:stream") ||
           begins(tag, end, "</stream:stream");
}

size_t cut_element(const char *bytes, size_t len)
{
    const char *end = bytes + len;
    const char *at = bytes;
    int depth = 0;
    while (at < end) {
        const char *tag = memchr(at, '<', (size_t)(end - at));
        const char *close = tag != NULL ? tag_end(tag, end) : NULL;
        if (close == NULL) {
            return 0;
        }
        if (tag[1] == '/') {
            depth--;
        } else if (close[-1] != '/') {
            depth++;
        }
        at = close + 1;
        if (depth <= 0 || stands_alone(tag, end)) {
            return (size_t)(at - bytes);
        }
    }
    return 0;
}

static const char *find(struct slice xml, const char *words)
{
    return memmem(xml.bytes, xml.len, words, strlen(words));
}

bool cut_has(struct slice xml, const char *words)
{
    return find(xml, words) != NULL;
}

static struct slice first_tag(struct slice xml)
{
    const char *tag = memchr(xml.bytes, '<', xml.len);
    const char *end = xml.bytes + xml.len;
    const char *close = tag != NULL ? tag_end(tag, end) : NULL;
    if (close == NULL) {
        return (struct slice){xml.bytes, 0};
    }
    return (struct slice){tag, (size_t)(close - tag) + 1};
}

bool cut_attr(struct slice xml, const char *name, struct slice *value)
{
    struct slice head = first_tag(xml);
    size_t len = strlen(name);
    const char *end = head.bytes + head.len;
    const char *at = head.bytes;
    while (at < end) {
        at = memmem(at, (size_t)(end - at), name, len);
        if (at == NULL || at + len + 2 > end) {
            return false;
        }
        if (at[-1] == ' ' && at[len] == '=') {
            const char *from = at + len + 2;
            const char *to = memchr(from, from[-1], (size_t)(end - from));
            *value = (struct slice){from, to != NULL ? (size_t)(to - from) : 0};
            return to != NULL;
        }
        at += len;
    }
    return false;
}

bool cut_between(struct slice xml, const char *before, const char *behind, struct slice *value)
{
    const char *from = find(xml, before);
    if (from == NULL) {
        return false;
    }
    from += strlen(before);
    struct slice rest = {from, xml.len - (size_t)(from - xml.bytes)};
    const char *to = find(rest, behind);
    if (to == NULL) {
        return false;
    }
    *value = (struct slice){from, (size_t)(to - from)};
    return true;
}

bool slice_is(struct slice s, const char *text)
{
    return s.len == strlen(text) && memcmp(s.bytes, text, s.len) == 0;
}

struct slice cut_inside(struct slice xml)
{
    struct slice head = first_tag(xml);
    const char *from = head.bytes + head.len;
    const char *end = xml.bytes + xml.len;
    const char *to = memrchr(from, '<', (size_t)(end - from));
    return (struct slice){from, to != NULL ? (size_t)(to - from) : 0};
}
