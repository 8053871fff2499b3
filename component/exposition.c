#include "exposition.h"

#include "base/log.h"

enum { MS = 1000 };

void exposition_init(struct exposition *e)
{
    buf_init(&e->text, EXPOSITION_MAX);
    e->family = "";
}

void exposition_finish(struct exposition *e)
{
    buf_finish(&e->text);
}

/* In help backslash and newline are escaped, in values of labels the quote, too. */
static void add_escaped(struct buf *out, const char *text, bool in_quotes)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\n') {
            buf_add_text(out, "\\n");
        } else {
            if (*at == '\\' || (*at == '"' && in_quotes)) {
                buf_add_char(out, '\\');
            }
            buf_add_char(out, *at);
        }
    }
}

void exposition_family(struct exposition *e, const char *name, enum exposition_kind kind,
                       const char *help)
{
    static const char *const KINDS[] = {"gauge", "counter", "histogram"};

    e->family = name;
    buf_printf(&e->text, "# HELP %s ", name);
    add_escaped(&e->text, help, false);
    buf_printf(&e->text, "\n# TYPE %s %s\n", name, KINDS[kind]);
}

static void add_label(struct buf *out, char before, const char *name, const char *value)
{
    buf_printf(out, "%c%s=\"", before, name);
    add_escaped(out, value, true);
    buf_add_char(out, '"');
}

/* name{labels} and a blank; bound: one label more, or NULL. */
static void begin_line(struct exposition *e, const char *part, const char *const *labels,
                       const char *bound)
{
    char before = '{';

    buf_printf(&e->text, "%s%s", e->family, part);
    for (size_t i = 0; labels[i] != NULL; i += 2) {
        add_label(&e->text, before, labels[i], labels[i + 1]);
        before = ',';
    }
    if (bound != NULL) {
        add_label(&e->text, before, "le", bound);
        before = ',';
    }
    buf_add_text(&e->text, before == ',' ? "} " : " ");
}

static void add_count(struct buf *out, uint64_t value)
{
    buf_printf(out, "%llu\n", (unsigned long long)value);
}

/* As short as bounds are written elsewhere: "0.005", "2.5", "10". */
static void add_seconds(struct buf *out, uint64_t ms)
{
    unsigned rest = (unsigned)(ms % MS);
    int digits = 3;

    buf_printf(out, "%llu", (unsigned long long)(ms / MS));
    while (rest != 0 && rest % 10 == 0) {
        rest /= 10;
        digits--;
    }
    if (rest != 0) {
        buf_printf(out, ".%0*u", digits, rest);
    }
}

void exposition_count(struct exposition *e, const char *const *labels, uint64_t value)
{
    begin_line(e, "", labels, NULL);
    add_count(&e->text, value);
}

void exposition_seconds(struct exposition *e, const char *const *labels, time_ms value)
{
    begin_line(e, "", labels, NULL);
    add_seconds(&e->text, value > 0 ? (uint64_t)value : 0);
    buf_add_char(&e->text, '\n');
}

void exposition_histogram(struct exposition *e, const char *const *labels,
                          const struct histogram *h)
{
    struct buf bound;

    buf_init(&bound, 32);
    for (size_t i = 0; i < h->bound_count; i++) {
        buf_reset(&bound);
        add_seconds(&bound, (uint64_t)h->bounds[i]);
        begin_line(e, "_bucket", labels, bound.bytes);
        add_count(&e->text, histogram_up_to(h, i));
    }
    buf_finish(&bound);
    begin_line(e, "_bucket", labels, "+Inf");
    add_count(&e->text, h->count);
    begin_line(e, "_sum", labels, NULL);
    add_seconds(&e->text, h->sum_ms);
    buf_add_char(&e->text, '\n');
    begin_line(e, "_count", labels, NULL);
    add_count(&e->text, h->count);
}

char *exposition_take(struct exposition *e, size_t *len)
{
    if (e->text.overflow) {
        BUG("figures of more than %d bytes", EXPOSITION_MAX);
    }
    *len = e->text.len;
    return buf_detach(&e->text);
}
