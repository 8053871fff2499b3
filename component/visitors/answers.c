#include "visitors/answers.h"

#include "base/mem.h"
#include "base/text.h"
#include "xml/form.h"
#include "xml/ns.h"

#include <stdlib.h>
#include <string.h>

static char *value_dup(const struct element *form, const char *var)
{
    char *raw = form_value_dup(form, var);
    char *value =
        strchr(raw, '\n') != NULL ? text_body_dup(raw) : text_name_dup(raw, strlen(raw) + 1);

    free(raw);
    return value;
}

void answers_init(struct answers *a, const struct element *form)
{
    const struct element *f = form != NULL ? element_first(form) : NULL;

    a->count = 0;
    for (; f != NULL && a->count < ANSWERS_MAX; f = element_next(f)) {
        const char *var = element_attr(f, "var");
        if (element_is(f, "field", NS_FORM) && var != NULL) {
            a->values[a->count++] =
                (struct form_value){.field = mem_dup(var), .value = value_dup(form, var)};
        }
    }
}

void answers_finish(struct answers *a)
{
    for (size_t i = 0; i < a->count; i++) {
        free((char *)(uintptr_t)a->values[i].field);
        free((char *)(uintptr_t)a->values[i].value);
    }
    a->count = 0;
}

struct filled answers_filled(const struct answers *a)
{
    return (struct filled){a->values, a->count};
}
