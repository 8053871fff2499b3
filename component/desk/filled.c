#include "desk/filled.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/identity.h"

#include <stdlib.h>

enum { WORDS_BYTES = 256 * 1024 };

static const char *find_value(const struct filled *f, const char *field)
{
    for (size_t i = 0; i < f->count; i++) {
        if (text_equal(f->values[i].field, field)) {
            return f->values[i].value;
        }
    }
    return "";
}

static const char *box_value(const char *value)
{
    static const char *const BOTH[][2] = {
        {"1", "yes"}, {"true", "yes"}, {"0", "no"}, {"false", "no"}};

    for (size_t i = 0; i < sizeof BOTH / sizeof *BOTH; i++) {
        if (text_equal(BOTH[i][0], value)) {
            return BOTH[i][1];
        }
    }
    return value;
}

const char *filled_value(const struct filled *f, const struct question_field *field)
{
    const char *value = find_value(f, field->id);

    return field->kind == QUESTION_TICK ? box_value(value) : value;
}

const struct question_field *filled_find_wrong(const struct filled *f, const struct question *q)
{
    for (size_t i = 0; i < q->field_count; i++) {
        if (!question_fits(&q->fields[i], filled_value(f, &q->fields[i]))) {
            return &q->fields[i];
        }
    }
    return NULL;
}

static void add_lines(struct buf *out, const char *value)
{
    for (; *value != '\0'; value++) {
        buf_add_char(out, *value);
        buf_add_text(out, *value == '\n' ? "    " : "");
    }
}

/* Signs for a box, which are read in each language. */
static void add_value(struct buf *out, const struct question_field *f, const char *value)
{
    buf_printf(out, "\n%s: ", f->label);
    if (f->kind == QUESTION_TICK) {
        buf_add_text(out, text_equal(value, "yes") ? "\u2713" : "\u2717");
    } else {
        add_lines(out, value);
    }
}

char *filled_words_dup(const struct filled *f, const struct question *q)
{
    struct buf out;

    buf_init(&out, WORDS_BYTES);
    buf_add_text(&out, q->title);
    for (size_t i = 0; i < q->field_count; i++) {
        const char *value = filled_value(f, &q->fields[i]);
        if (value[0] != '\0') {
            add_value(&out, &q->fields[i], value);
        }
    }
    return buf_detach(&out);
}

static bool is_proved(const struct visitor *v, const char *field)
{
    return (text_equal(field, "name") || text_equal(field, "email")) &&
           identity_says(&v->record, field);
}

/* On one line: several options with commas between. */
static char *line_dup(const struct question_field *f, const char *value)
{
    struct buf out;

    buf_init(&out, WORDS_BYTES);
    for (; *value != '\0'; value++) {
        buf_add_text(&out, *value == '\n' && f->kind == QUESTION_CHOICES ? "," : "");
        buf_add_char(&out, *value == '\n' ? ' ' : *value);
    }
    char *line = text_clip_dup(out.bytes, DESK_VALUE_BYTES, DESK_VALUE_BYTES);
    buf_finish(&out);
    return line;
}

void filled_know(struct desk *d, struct visitor *v, const struct filled *f,
                 const struct question *q)
{
    for (size_t i = 0; i < q->field_count; i++) {
        char *line = line_dup(&q->fields[i], filled_value(f, &q->fields[i]));
        if (line[0] != '\0' && !is_proved(v, q->fields[i].id)) {
            visitor_correct(v, q->fields[i].id, desk_mask(d, line));
        }
        free(line);
    }
    storage_put_visitor(d->storage, &v->record);
    desk_tell_card(d, v);
}
