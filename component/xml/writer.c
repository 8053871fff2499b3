#include "xml/writer.h"

#include "base/log.h"
#include "base/unicode.h"

#include <stdio.h>
#include <string.h>

void writer_init(struct writer *w, struct buf *out)
{
    *w = (struct writer){.out = out};
}

enum { BEGINS_NAME = 1, GOES_ON = 2, EITHER = BEGINS_NAME | GOES_ON };

static const unsigned char IN_NAME[256] = {
    ['a' ... 'z'] = EITHER,  ['A' ... 'Z'] = EITHER, ['_'] = EITHER, ['-'] = GOES_ON,
    ['0' ... '9'] = GOES_ON, ['.'] = GOES_ON,        [':'] = GOES_ON};

/* Names are constants of the program, so a wrong one is our bug, in whichever build. */
static void check_name(const char *name)
{
    const char *at = name;
    while (IN_NAME[(unsigned char)*at]) {
        at++;
    }
    if (!(IN_NAME[(unsigned char)*name] & BEGINS_NAME) || *at) {
        BUG("not a name in XML: %s", log_safe(name));
    }
}

/* What must stand instead of a character, or NULL. White space in values would be normalised away.
 */
static const char *reference(uint32_t point, bool in_value)
{
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '\'':
        return in_value ? "&apos;" : NULL;
    case '"':
        return in_value ? "&quot;" : NULL;
    case '\t':
        return in_value ? "&#9;" : NULL;
    case '\n':
        return in_value ? "&#10;" : NULL;
    default:
        return unicode_is_xml(point) ? NULL : "\xEF\xBF\xBD";
    }
}

/* ASCII that may stand as it is anywhere: most of all that is written. */
static const bool AS_IT_IS[256] = {[' ' ... '!'] = true,
                                   ['#' ... '%'] = true,
                                   ['(' ... ';'] = true,
                                   ['='] = true,
                                   ['?' ... '~'] = true};

/* In runs of what may stand as it is. */
static void add_escaped(struct buf *out, const char *text, bool in_value)
{
    size_t left = strlen(text);
    const char *run = text;
    while (left > 0) {
        if (AS_IT_IS[(unsigned char)*text]) {
            text++;
            left--;
            continue;
        }
        uint32_t point;
        size_t size = unicode_decode(text, left, &point);
        const char *instead = size > 0 ? reference(point, in_value) : "\xEF\xBF\xBD";
        size = size > 0 ? size : 1;
        if (instead) {
            buf_add(out, run, (size_t)(text - run));
            buf_add_text(out, instead);
            run = text + size;
        }
        text += size;
        left -= size;
    }
    buf_add(out, run, (size_t)(text - run));
}

static void close_start_tag(struct writer *w)
{
    if (w->in_tag) {
        buf_add_char(w->out, '>');
        w->in_tag = false;
    }
}

void writer_open(struct writer *w, const char *name, const char *ns)
{
    if (w->depth == WRITER_DEPTH) {
        BUG("writer_open too deep: %s", log_safe(name));
    }
    check_name(name);
    close_start_tag(w);
    buf_add_char(w->out, '<');
    buf_add_text(w->out, name);
    w->open[w->depth++] = name;
    w->in_tag = true;
    if (ns) {
        writer_attr(w, "xmlns", ns);
    }
}

void writer_attr(struct writer *w, const char *name, const char *value)
{
    if (!w->in_tag) {
        BUG("writer_attr outside a start tag: %s", log_safe(name));
    }
    check_name(name);
    if (!value) {
        return;
    }
    buf_add_char(w->out, ' ');
    buf_add_text(w->out, name);
    buf_add_text(w->out, "='");
    add_escaped(w->out, value, true);
    buf_add_char(w->out, '\'');
}

void writer_attr_number(struct writer *w, const char *name, long long value)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", value);
    writer_attr(w, name, text);
}

void writer_text(struct writer *w, const char *text)
{
    if (w->depth == 0) {
        BUG("writer_text outside an element");
    }
    if (text) {
        close_start_tag(w);
        add_escaped(w->out, text, false);
    }
}

void writer_close(struct writer *w)
{
    if (w->depth == 0) {
        BUG("writer_close without writer_open");
    }
    w->depth--;
    if (w->in_tag) {
        buf_add_text(w->out, "/>");
        w->in_tag = false;
        return;
    }
    buf_add_text(w->out, "</");
    buf_add_text(w->out, w->open[w->depth]);
    buf_add_char(w->out, '>');
}

void writer_leaf(struct writer *w, const char *name, const char *ns, const char *text)
{
    writer_open(w, name, ns);
    writer_text(w, text);
    writer_close(w);
}

bool writer_finish(struct writer *w)
{
    while (w->depth > 0) {
        writer_close(w);
    }
    return !w->out->overflow;
}
