#include "xml/form.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

/* Of a field; what is longer is cut: whoever reads a value has a limit of its own below. */
enum { VALUE_BYTES = 256 * 1024 };

const struct element *form_find(const struct element *parent, const char *type)
{
    const struct element *form = element_child(parent, "x", NS_FORM);

    return form != NULL && text_equal(element_attr(form, "type"), type) ? form : NULL;
}

static char *join_values_dup(const struct element *field)
{
    struct buf text;
    bool first = true;

    buf_init(&text, VALUE_BYTES);
    for (const struct element *v = element_first(field); v != NULL; v = element_next(v)) {
        if (element_is(v, "value", NS_FORM)) {
            buf_add_text(&text, first ? "" : "\n");
            buf_add_text(&text, element_text(v));
            first = false;
        }
    }
    return buf_detach(&text);
}

char *form_value_dup(const struct element *form, const char *var)
{
    for (const struct element *f = element_first(form); f != NULL; f = element_next(f)) {
        if (element_is(f, "field", NS_FORM) && text_equal(element_attr(f, "var"), var)) {
            return join_values_dup(f);
        }
    }
    return NULL;
}

void form_open(struct writer *w, const char *type, const char *title)
{
    writer_open(w, "x", NS_FORM);
    writer_attr(w, "type", type);
    writer_leaf(w, "title", NULL, title);
}

static void write_lines(struct writer *w, const char *value)
{
    while (true) {
        size_t len = strcspn(value, "\n");
        char *line = mem_dup_n(value, len);
        writer_leaf(w, "value", NULL, line);
        free(line);
        if (value[len] == '\0') {
            return;
        }
        value += len + 1;
    }
}

void form_open_field(struct writer *w, enum form_type type, const char *var, const char *label,
                     bool required, const char *value)
{
    static const char *const TYPES[] = {"text-single", "text-multi", "list-single", "list-multi",
                                        "boolean"};

    writer_open(w, "field", NULL);
    writer_attr(w, "type", TYPES[type]);
    writer_attr(w, "var", var);
    writer_attr(w, "label", label);
    if (required) {
        writer_leaf(w, "required", NULL, NULL);
    }
    if (value != NULL && (type == FORM_TEXT_MULTI || (type == FORM_LIST_MULTI && *value != '\0'))) {
        write_lines(w, value);
    } else if (value != NULL && type != FORM_LIST_MULTI) {
        writer_leaf(w, "value", NULL, value);
    }
}

void form_option(struct writer *w, const char *value, const char *label)
{
    writer_open(w, "option", NULL);
    writer_attr(w, "label", label);
    writer_leaf(w, "value", NULL, value);
    writer_close(w);
}
