/* Own fields of tickets: names and labels that tell them apart, and what belongs to each type. */
#include "config_table.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { OPTIONS_MIN = 2, OPTIONS_MAX = 30 };

/* Takes words. */
static bool complain_at(struct config_draft *d, size_t department, size_t field, const char *rest,
                        char *take_text)
{
    char *key = mem_print("departments[%zu].fields[%zu].%s", department, field, rest);

    config_complain(d, config_line(&d->config, key), key, take_text);
    free(key);
    return false;
}

static bool is_among(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* What agents set of visitors, what `tresen tickets set` sets of tickets. */
static bool check_taken(struct config_draft *d, size_t department, size_t at)
{
    static const char *const OF_VISITOR[] = {"name", "email", "phone"};
    static const char *const OF_TICKET[] = {"state", "due", "owner", "subject"};
    const struct config_own_field *f = &d->config.departments[department].fields[at];
    const char *const texts[] = {f->name, f->label};
    static const char *const KEYS[] = {"name", "label"};

    for (size_t i = 0; i < 2; i++) {
        if (is_among(OF_VISITOR, 3, texts[i])) {
            return complain_at(d, department, at, KEYS[i],
                               mem_print("\"%s\" is a field that every visitor has", texts[i]));
        }
    }
    return !is_among(OF_TICKET, 4, f->name) ||
           complain_at(d, department, at, "name",
                       mem_print("\"%s\" is a field that every ticket has", f->name));
}

/* What agents type names one field, in any case. */
static bool check_names(struct config_draft *d, size_t department, size_t at)
{
    const struct config_own_field *fields = d->config.departments[department].fields;

    for (size_t i = 0; i < at; i++) {
        if (text_equal(fields[i].name, fields[at].name)) {
            return complain_at(d, department, at, "name",
                               mem_print("\"%s\" is there twice", fields[at].name));
        }
        if (strcasecmp(fields[i].label, fields[at].label) == 0 ||
            strcasecmp(fields[i].name, fields[at].label) == 0 ||
            strcasecmp(fields[i].label, fields[at].name) == 0) {
            return complain_at(d, department, at, "label",
                               mem_print("\"%s\" names another field, too", fields[at].label));
        }
    }
    return true;
}

/* NULL: nothing. */
static char *complaint_of_options_print(const struct config_own_field *f)
{
    if (f->kind != CONFIG_OWN_LIST) {
        return f->option_count > 0 ? mem_dup("is only for a list") : NULL;
    }
    if (f->option_count < OPTIONS_MIN || f->option_count > OPTIONS_MAX) {
        return mem_print("must have %d to %d", OPTIONS_MIN, OPTIONS_MAX);
    }
    for (size_t i = 0; i < f->option_count; i++) {
        if (text_equal(f->options[i], "-")) {
            return mem_dup("has \"-\", which takes a value out");
        }
        for (size_t k = 0; k < i; k++) {
            if (strcasecmp(f->options[i], f->options[k]) == 0) {
                return mem_print("has \"%s\" twice", f->options[i]);
            }
        }
    }
    return NULL;
}

char *config_pattern_complaint_print(const char *pattern, bool is_text)
{
    if (pattern == NULL) {
        return NULL;
    }
    if (!is_text) {
        return mem_dup("is only for a text");
    }
    for (const char *c = pattern; *c != '\0'; c++) {
        if (*c < ' ' || *c > '~') {
            return mem_dup("is of signs of ASCII");
        }
    }
    if (pattern[0] == ' ' || strstr(pattern, "  ") != NULL || pattern[strlen(pattern) - 1] == ' ') {
        return mem_dup("has a blank where none is kept: at an end, or beside another");
    }
    return strpbrk(pattern, "#@?") == NULL ? mem_dup("must have a #, @ or ?") : NULL;
}

static bool check_field(struct config_draft *d, size_t department, size_t at)
{
    const struct config_own_field *f = &d->config.departments[department].fields[at];
    char *complaint = complaint_of_options_print(f);

    if (complaint != NULL) {
        return complain_at(d, department, at, "options", complaint);
    }
    complaint = config_pattern_complaint_print(f->pattern, f->kind == CONFIG_OWN_TEXT);
    if (complaint != NULL) {
        return complain_at(d, department, at, "pattern", complaint);
    }
    return check_taken(d, department, at) && check_names(d, department, at);
}

static bool check_department(struct config_draft *d, size_t at)
{
    struct config_department *p = &d->config.departments[at];

    for (size_t i = 0; i < p->field_count; i++) {
        if (p->fields[i].label == NULL) {
            p->fields[i].label = mem_dup(p->fields[i].name);
        }
    }
    if (p->field_count > 0 && !p->transcript) {
        char *key = mem_print("departments[%zu].fields", at);
        config_complain(d, config_line(&d->config, key), key,
                        mem_dup("cannot be where transcript is no: nothing is kept of chats"));
        free(key);
        return false;
    }
    for (size_t i = 0; i < p->field_count; i++) {
        if (!check_field(d, at, i)) {
            return false;
        }
    }
    return true;
}

bool config_check_own(struct config_draft *d)
{
    for (size_t i = 0; i < d->config.department_count; i++) {
        if (!check_department(d, i)) {
            return false;
        }
    }
    return true;
}
