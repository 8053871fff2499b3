#include "desk/own_field.h"

#include "base/date.h"
#include "base/mem.h"
#include "base/shape.h"
#include "base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct own_fields {
    struct own_field all[OWN_FIELDS]; /* their strings are owned */
    size_t count;
};

/* ---- in any case ---- */

static bool begins_with(const char *text, const char *word)
{
    size_t at = 0;

    while (word[at] != '\0' &&
           tolower((unsigned char)text[at]) == tolower((unsigned char)word[at])) {
        at++;
    }
    return word[at] == '\0';
}

static bool is_same(const char *text, const char *word)
{
    return strlen(text) == strlen(word) && begins_with(text, word);
}

/* ---- values, by kind: as they are kept, or NULL ---- */

static char *text_dup(const struct own_field *f, const char *value)
{
    return f->pattern != NULL ? shape_dup(f->pattern, value) : mem_dup(value);
}

/* "-12,50" is -12.50. */
static char *number_dup(const struct own_field *f, const char *value)
{
    const char *digits = value + (value[0] == '-' ? 1 : 0);
    size_t whole = strspn(digits, "0123456789");
    bool has_part = digits[whole] == '.' || digits[whole] == ',';
    size_t part = has_part ? strspn(digits + whole + 1, "0123456789") : 0;

    (void)f;
    if (whole == 0 || strlen(value) > OWN_NUMBER_BYTES || (has_part && part == 0) ||
        digits[whole + (has_part ? 1 + part : 0)] != '\0') {
        return NULL;
    }
    char *kept = mem_dup(value);
    char *comma = strchr(kept, ',');
    if (comma != NULL) {
        *comma = '.';
    }
    return kept;
}

/* Up to four digits at *at, which goes behind them; -1: none. */
static int take_number(const char **at)
{
    size_t len = strspn(*at, "0123456789");

    if (len == 0 || len > 4) {
        return -1;
    }
    int number = (int)strtol(*at, NULL, 10);
    *at += len;
    return number;
}

/* 2026-12-31, or 31.12.2026. */
static char *date_dup(const struct own_field *f, const char *value)
{
    int parts[3];
    char sign = strchr(value, '.') != NULL ? '.' : '-';
    const char *at = value;

    (void)f;
    for (size_t i = 0; i < 3; i++) {
        parts[i] = take_number(&at);
        if (parts[i] < 0 || *at != (i < 2 ? sign : '\0')) {
            return NULL;
        }
        at++;
    }
    const struct date day = {.year = sign == '.' ? parts[2] : parts[0],
                             .month = (unsigned)parts[1],
                             .day = (unsigned)(sign == '.' ? parts[0] : parts[2])};
    return day.year >= 1000 && date_is_real(day)
               ? mem_print("%04d-%02u-%02u", (int)day.year, day.month, day.day)
               : NULL;
}

static char *list_dup(const struct own_field *f, const char *value)
{
    for (size_t i = 0; i < f->option_count; i++) {
        if (is_same(value, f->options[i])) {
            return mem_dup(f->options[i]);
        }
    }
    return NULL;
}

static char *boolean_dup(const struct own_field *f, const char *value)
{
    static const char *const WORDS[][2] = {
        {"yes", "no"}, {"ja", "nein"}, {"true", "false"}, {"1", "0"}};

    (void)f;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) {
        for (size_t k = 0; k < 2; k++) {
            if (is_same(value, WORDS[i][k])) {
                return mem_dup(WORDS[0][k]);
            }
        }
    }
    return NULL;
}

char *own_field_value_dup(const struct own_field *f, const char *value)
{
    static char *(*const KINDS[])(const struct own_field *f, const char *value) = {
        [OWN_TEXT] = text_dup, [OWN_NUMBER] = number_dup,   [OWN_DATE] = date_dup,
        [OWN_LIST] = list_dup, [OWN_BOOLEAN] = boolean_dup,
    };

    return KINDS[f->kind](f, value);
}

size_t own_field_begins(const struct own_field *f, const char *text)
{
    const char *const names[] = {f->name, f->label};
    size_t longest = 0;

    for (size_t i = 0; i < 2; i++) {
        size_t len = strlen(names[i]);
        if (begins_with(text, names[i]) && len > longest &&
            (text[len] == ' ' || text[len] == '\0')) {
            longest = len;
        }
    }
    return longest;
}

/* ---- those of a department ---- */

static void copy(struct own_field *to, const struct own_field *from)
{
    const char **options = mem_array(from->option_count + 1, sizeof *options);

    *to = *from;
    to->name = mem_dup(from->name);
    to->label = mem_dup(from->label);
    to->pattern = from->pattern != NULL ? mem_dup(from->pattern) : NULL;
    for (size_t i = 0; i < from->option_count; i++) {
        options[i] = mem_dup(from->options[i]);
    }
    to->options = options;
}

struct own_fields *own_fields_create(const struct own_field *fields, size_t count)
{
    struct own_fields *all = mem_alloc(sizeof *all);

    for (size_t i = 0; i < count && i < OWN_FIELDS; i++) {
        copy(&all->all[all->count++], &fields[i]);
    }
    return all;
}

static void drop(const char *text)
{
    free((char *)(uintptr_t)text);
}

void own_fields_destroy(struct own_fields *all)
{
    for (size_t i = 0; all != NULL && i < all->count; i++) {
        struct own_field *f = &all->all[i];
        for (size_t k = 0; k < f->option_count; k++) {
            drop(f->options[k]);
        }
        free((void *)(uintptr_t)f->options);
        drop(f->name);
        drop(f->label);
        drop(f->pattern);
    }
    free(all);
}

const struct own_field *own_fields_at(const struct own_fields *all, size_t at)
{
    return all != NULL && at < all->count ? &all->all[at] : NULL;
}

const struct own_field *own_fields_find(const struct own_fields *all, const char *name)
{
    const struct own_field *f;

    for (size_t i = 0; (f = own_fields_at(all, i)) != NULL; i++) {
        if (text_equal(f->name, name)) {
            return f;
        }
    }
    return NULL;
}
