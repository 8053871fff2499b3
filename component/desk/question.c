#include "desk/question.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/shape.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const KINDS[] = {
    [QUESTION_TEXT] = "text",     [QUESTION_LINES] = "lines",     [QUESTION_EMAIL] = "email",
    [QUESTION_CHOICE] = "choice", [QUESTION_CHOICES] = "choices", [QUESTION_TICK] = "tick"};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };
/* Its text, and what a form of the configuration may be is less. */
enum { PRINTED_BYTES = 64 * 1024 };

/* ---- the text ---- */

char *question_print(const struct question *q)
{
    struct buf out;

    buf_init(&out, PRINTED_BYTES);
    buf_printf(&out, "form %s\ntitle %s\n", q->id, q->title);
    if (q->instructions[0] != '\0') {
        buf_printf(&out, "instructions %s\n", q->instructions);
    }
    for (size_t i = 0; i < q->field_count; i++) {
        const struct question_field *f = &q->fields[i];
        buf_printf(&out, "field %s %s %s\nlabel %s\n", f->id, f->required ? "required" : "optional",
                   KINDS[f->kind], f->label);
        if (f->pattern != NULL) {
            buf_printf(&out, "pattern %s\n", f->pattern);
        }
        for (size_t k = 0; k < f->option_count; k++) {
            buf_printf(&out, "option %s\n", f->options[k]);
        }
    }
    return buf_detach(&out);
}

/* "order required text", which is cut up. */
static bool read_field(struct question *q, char *value)
{
    char *need = strchr(value, ' ');
    char *kind = need != NULL ? strchr(need + 1, ' ') : NULL;

    if (kind == NULL || q->field_count == QUESTION_FIELDS) {
        return false;
    }
    *need++ = '\0';
    *kind++ = '\0';
    for (int i = 0; i < KIND_COUNT; i++) {
        if (text_equal(KINDS[i], kind)) {
            q->fields[q->field_count++] =
                (struct question_field){.id = value,
                                        .label = value,
                                        .kind = (enum question_kind)i,
                                        .required = text_equal(need, "required")};
            return true;
        }
    }
    return false;
}

static bool read_line(struct question *q, const char *key, char *value)
{
    struct question_field *f = q->field_count > 0 ? &q->fields[q->field_count - 1] : NULL;

    if (text_equal(key, "form")) {
        q->id = value;
    } else if (text_equal(key, "title")) {
        q->title = value;
    } else if (text_equal(key, "instructions")) {
        q->instructions = value;
    } else if (text_equal(key, "field")) {
        return read_field(q, value);
    } else if (text_equal(key, "label") && f != NULL) {
        f->label = value;
    } else if (text_equal(key, "pattern") && f != NULL) {
        f->pattern = value;
    } else if (text_equal(key, "option") && f != NULL && f->option_count < QUESTION_OPTIONS) {
        f->options[f->option_count++] = value;
    } else {
        return false;
    }
    return true;
}

struct question *question_read(const char *text)
{
    struct question *q = mem_alloc(sizeof *q);
    bool good = true;

    *q = (struct question){.id = "", .title = "", .instructions = "", .bytes = mem_dup(text)};
    for (char *line = q->bytes; good && *line != '\0';) {
        char *end = line + strcspn(line, "\n");
        char *blank = line + strcspn(line, " \n");
        char *next = *end == '\n' ? end + 1 : end;
        good = blank < end;
        if (good) {
            *end = *blank = '\0';
            good = read_line(q, line, blank + 1);
        }
        line = next;
    }
    if (!good || q->id[0] == '\0' || q->field_count == 0) {
        question_destroy(q);
        return NULL;
    }
    return q;
}

void question_destroy(struct question *q)
{
    if (q != NULL) {
        free(q->bytes);
        free(q);
    }
}

/* ---- people ---- */

/* Required ones have a star, as on paper. */
char *question_words_dup(const struct question *q, const char *text)
{
    struct buf out;

    buf_init(&out, PRINTED_BYTES);
    buf_printf(&out, "%s%s%s", text, text[0] != '\0' ? "\n\n" : "", q->title);
    if (q->instructions[0] != '\0') {
        buf_printf(&out, "\n%s", q->instructions);
    }
    for (size_t i = 0; i < q->field_count; i++) {
        const struct question_field *f = &q->fields[i];
        buf_printf(&out, "\n- %s%s", f->label, f->required ? " *" : "");
        for (size_t k = 0; k < f->option_count; k++) {
            buf_printf(&out, "%s%s", k == 0 ? " (" : " / ", f->options[k]);
        }
        buf_add_text(&out, f->option_count > 0 ? ")" : "");
    }
    return buf_detach(&out);
}

static bool is_option(const struct question_field *f, const char *value, size_t len)
{
    for (size_t i = 0; i < f->option_count; i++) {
        if (strlen(f->options[i]) == len && strncmp(f->options[i], value, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Each at most once. */
static bool are_options(const struct question_field *f, const char *value)
{
    size_t count = 0;

    while (true) {
        size_t len = strcspn(value, "\n");
        if (!is_option(f, value, len) || ++count > f->option_count) {
            return false;
        }
        if (value[len] == '\0') {
            return true;
        }
        value += len + 1;
    }
}

static bool is_shaped(const struct question_field *f, const char *value)
{
    char *kept = f->pattern != NULL ? shape_dup(f->pattern, value) : NULL;
    bool is = f->pattern == NULL || kept != NULL;

    free(kept);
    return is;
}

static bool text_fits(const struct question_field *f, const char *value)
{
    size_t most = f->kind == QUESTION_LINES   ? QUESTION_LINES_POINTS
                  : text_equal(f->id, "name") ? QUESTION_NAME_POINTS
                                              : QUESTION_TEXT_POINTS;

    return text_count(value) <= most &&
           (f->kind == QUESTION_LINES || strpbrk(value, "\n\r") == NULL) && is_shaped(f, value);
}

bool question_fits(const struct question_field *f, const char *value)
{
    if (value[0] == '\0') {
        return !f->required;
    }
    switch (f->kind) {
    case QUESTION_EMAIL:
        return text_is_email(value);
    case QUESTION_CHOICE:
        return is_option(f, value, strlen(value));
    case QUESTION_CHOICES:
        return are_options(f, value);
    case QUESTION_TICK:
        return text_equal(value, "yes") || (text_equal(value, "no") && !f->required);
    case QUESTION_TEXT:
    case QUESTION_LINES:
        break;
    }
    return text_fits(f, value);
}
