/* Forms that agents send, or departments ask: departments must be there, options belong to choices,
 * and all of it must fit into what a line of the record keeps. */
#include "config_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* As desk/question.h has them. AROUND: what stands around a text there, at most. */
enum { FORM_BYTES = 4000, FORM_OPTIONS = 20, AROUND = 80 };

/* Takes key and words. */
static bool complain_at(struct config_draft *d, char *take_key, char *take_text)
{
    config_complain(d, config_line(&d->config, take_key), take_key, take_text);
    free(take_key);
    return false;
}

static bool has_department(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->department_count; i++) {
        if (text_equal(c->departments[i].id, id)) {
            return true;
        }
    }
    return false;
}

static bool check_departments(struct config_draft *d, size_t form)
{
    const struct config_asked *f = &d->config.forms[form];

    for (size_t i = 0; i < f->department_count; i++) {
        if (!has_department(&d->config, f->departments[i])) {
            return complain_at(d, mem_print("forms[%zu].departments", form),
                               mem_print("\"%s\" is no department", f->departments[i]));
        }
    }
    return true;
}

/* NULL: nothing. */
static char *complaint_of_options_print(const struct config_form_field *f)
{
    if (f->kind != CONFIG_FORM_CHOICE && f->kind != CONFIG_FORM_CHOICES) {
        return f->option_count > 0 ? mem_dup("is only for a choice") : NULL;
    }
    if (f->option_count < 2 || f->option_count > FORM_OPTIONS) {
        return mem_print("must have 2 to %d", FORM_OPTIONS);
    }
    for (size_t i = 0; i < f->option_count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (text_equal(f->options[i], f->options[k])) {
                return mem_print("has \"%s\" twice", f->options[i]);
            }
        }
    }
    return NULL;
}

static bool check_pattern(struct config_draft *d, size_t form, size_t at)
{
    const struct config_form_field *f = &d->config.forms[form].fields[at];
    char *complaint = config_pattern_complaint_print(f->pattern, f->kind == CONFIG_FORM_TEXT);

    return complaint == NULL ||
           complain_at(d, mem_print("forms[%zu].fields[%zu].pattern", form, at), complaint);
}

static bool check_field(struct config_draft *d, size_t form, size_t at)
{
    const struct config_form_field *fields = d->config.forms[form].fields;
    char *complaint = complaint_of_options_print(&fields[at]);

    if (complaint != NULL) {
        return complain_at(d, mem_print("forms[%zu].fields[%zu].options", form, at), complaint);
    }
    if (text_equal(fields[at].id, "email") && fields[at].kind != CONFIG_FORM_EMAIL) {
        return complain_at(d, mem_print("forms[%zu].fields[%zu].kind", form, at),
                           mem_dup("must be email for the field email"));
    }
    for (size_t i = 0; i < at; i++) {
        if (text_equal(fields[i].id, fields[at].id)) {
            return complain_at(d, mem_print("forms[%zu].fields[%zu].id", form, at),
                               mem_print("\"%s\" is there twice", fields[at].id));
        }
    }
    return check_pattern(d, form, at);
}

static size_t bytes_of(const struct config_asked *f)
{
    size_t bytes =
        strlen(f->title) + AROUND + (f->instructions != NULL ? strlen(f->instructions) : 0);

    for (size_t i = 0; i < f->field_count; i++) {
        const char *pattern = f->fields[i].pattern;
        bytes += strlen(f->fields[i].label) + AROUND +
                 (pattern != NULL ? strlen(pattern) + strlen("pattern \n") : 0);
        for (size_t k = 0; k < f->fields[i].option_count; k++) {
            bytes += strlen(f->fields[i].options[k]) + strlen("option \n");
        }
    }
    return bytes;
}

static bool check_form(struct config_draft *d, size_t at)
{
    const struct config_asked *f = &d->config.forms[at];
    size_t asked = 0;

    for (size_t i = 0; i < at; i++) {
        if (text_equal(d->config.forms[i].id, f->id)) {
            return complain_at(d, mem_print("forms[%zu].id", at),
                               mem_print("\"%s\" is there twice", f->id));
        }
    }
    if (strspn(f->id, "-") == strlen(f->id)) {
        return complain_at(d, mem_print("forms[%zu].id", at), mem_dup("must have a letter"));
    }
    for (size_t i = 0; i < f->field_count; i++) {
        asked += f->fields[i].answer != CONFIG_FORM_OFF ? 1 : 0;
        if (!check_field(d, at, i)) {
            return false;
        }
    }
    if (asked == 0) {
        return complain_at(d, mem_print("forms[%zu].fields", at), mem_dup("asks nothing"));
    }
    if (bytes_of(f) > FORM_BYTES) {
        return complain_at(d, mem_print("forms[%zu]", at),
                           mem_print("is too long: all of its texts together may have some %d "
                                     "bytes",
                                     FORM_BYTES));
    }
    return check_departments(d, at);
}

/* ---- what departments ask before a chat ---- */

static const struct config_asked *find_form(const struct config *c, const char *id)
{
    for (size_t i = 0; i < c->form_count; i++) {
        if (text_equal(c->forms[i].id, id)) {
            return &c->forms[i];
        }
    }
    return NULL;
}

static bool is_for(const struct config_asked *f, const char *department)
{
    for (size_t i = 0; i < f->department_count; i++) {
        if (text_equal(f->departments[i], department)) {
            return true;
        }
    }
    return f->department_count == 0;
}

static bool has_field(const struct config_asked *f, const char *id)
{
    for (size_t i = 0; i < f->field_count; i++) {
        if (text_equal(f->fields[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* NULL: nothing. */
static char *complaint_of_ask_print(const struct config *c, const struct config_department *p)
{
    /* What is asked beside it, and what pages say by themselves (docs/PROTOCOL.md section 2). */
    static const char *const TAKEN[] = {"name", "email", "consent", "invitation", "monitoring"};
    const struct config_asked *f = find_form(c, p->form_ask);

    if (f == NULL) {
        return mem_print("\"%s\" is none of forms", p->form_ask);
    }
    if (!is_for(f, p->id)) {
        return mem_print("\"%s\" is not for this department (forms[].departments)", f->id);
    }
    for (size_t i = 0; i < sizeof TAKEN / sizeof *TAKEN; i++) {
        if (has_field(f, TAKEN[i])) {
            return mem_print("\"%s\" has a field %s, which means something else there", f->id,
                             TAKEN[i]);
        }
    }
    return NULL;
}

static bool check_ask(struct config_draft *d, size_t at)
{
    const struct config_department *p = &d->config.departments[at];
    char *complaint = p->form_ask != NULL ? complaint_of_ask_print(&d->config, p) : NULL;

    return complaint == NULL ||
           complain_at(d, mem_print("departments[%zu].form.ask", at), complaint);
}

bool config_check_forms(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.form_count; i++) {
        if (!check_form(d, i)) {
            return false;
        }
    }
    for (size_t i = 0; i < d->config.department_count; i++) {
        if (!check_ask(d, i)) {
            return false;
        }
    }
    return true;
}
