#include "settings.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PRINTED_BYTES = 4000 };

struct settings {
    struct setting_record *rows; /* their texts are ours */
    size_t count;
};

struct settings *settings_create(void)
{
    return mem_alloc(sizeof(struct settings));
}

static void finish_row(const struct setting_record *r)
{
    free((void *)(uintptr_t)r->id);
    free((void *)(uintptr_t)r->field);
    free((void *)(uintptr_t)r->value);
}

void settings_destroy(struct settings *s)
{
    if (s == NULL) {
        return;
    }
    for (size_t i = 0; i < s->count; i++) {
        finish_row(&s->rows[i]);
    }
    free(s->rows);
    free(s);
}

struct settings *settings_dup(const struct settings *s)
{
    struct settings *copy = settings_create();

    for (size_t i = 0; i < s->count; i++) {
        settings_put(copy, &s->rows[i]);
    }
    return copy;
}

static void on_setting(void *ctx, const struct setting_record *r)
{
    settings_put(ctx, r);
}

struct settings *settings_peek(const char *uri, char **error)
{
    struct settings *s = settings_create();

    *error = storage_peek_settings(uri, on_setting, s);
    if (*error != NULL) {
        settings_destroy(s);
        return NULL;
    }
    return s;
}

const struct setting_record *settings_rows(const struct settings *s, size_t *count)
{
    *count = s->count;
    return s->rows;
}

/* ---- rows ---- */

static int compare(const struct setting_record *a, const struct setting_record *b)
{
    int order = (a->kind > b->kind) - (a->kind < b->kind);

    order = order != 0 ? order : strcmp(a->id, b->id);
    return order != 0 ? order : strcmp(a->field, b->field);
}

/* Where the row is, or belongs. */
static size_t position(const struct settings *s, const struct setting_record *key, bool *found)
{
    size_t at = 0;

    while (at < s->count && compare(&s->rows[at], key) < 0) {
        at++;
    }
    *found = at < s->count && compare(&s->rows[at], key) == 0;
    return at;
}

void settings_put(struct settings *s, const struct setting_record *r)
{
    bool found;
    size_t at = position(s, r, &found);

    if (found) {
        finish_row(&s->rows[at]);
    } else {
        s->rows = mem_grow(s->rows, (s->count + 1) * sizeof *s->rows);
        memmove(s->rows + at + 1, s->rows + at, (s->count - at) * sizeof *s->rows);
        s->count++;
    }
    s->rows[at] =
        (struct setting_record){r->kind, mem_dup(r->id), mem_dup(r->field), mem_dup(r->value)};
}

static void drop_at(struct settings *s, size_t at)
{
    finish_row(&s->rows[at]);
    s->count--;
    memmove(s->rows + at, s->rows + at + 1, (s->count - at) * sizeof *s->rows);
}

void settings_drop(struct settings *s, enum setting_kind kind, const char *id, const char *field)
{
    bool found;
    size_t at = position(s, &(struct setting_record){kind, id, field, ""}, &found);

    if (found) {
        drop_at(s, at);
    }
}

void settings_drop_item(struct settings *s, enum setting_kind kind, const char *id)
{
    for (size_t i = s->count; i-- > 0;) {
        if (s->rows[i].kind == kind && strcmp(s->rows[i].id, id) == 0) {
            drop_at(s, i);
        }
    }
}

void settings_drop_members_of(struct settings *s, const char *department)
{
    for (size_t i = s->count; i-- > 0;) {
        if (s->rows[i].kind == SETTING_MEMBER && strcmp(s->rows[i].field, department) == 0) {
            drop_at(s, i);
        }
    }
}

bool settings_has(const struct settings *s, enum setting_kind kind, const char *id)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->rows[i].kind == kind && strcmp(s->rows[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

const char *settings_value(const struct settings *s, enum setting_kind kind, const char *id,
                           const char *field)
{
    bool found;
    size_t at = position(s, &(struct setting_record){kind, id, field, ""}, &found);

    return found ? s->rows[at].value : NULL;
}

/* ---- as text ---- */

char *settings_members_dup(const struct settings *s, enum setting_kind kind, const char *id)
{
    struct buf text;

    buf_init(&text, PRINTED_BYTES);
    for (size_t i = 0; i < s->count; i++) {
        const struct setting_record *r = &s->rows[i];
        const char *mine = kind == SETTING_AGENT ? r->id : r->field;
        if (r->kind == SETTING_MEMBER && strcmp(mine, id) == 0) {
            buf_printf(&text, "%s%s", text.len > 0 ? " " : "",
                       kind == SETTING_AGENT ? r->field : r->id);
        }
    }
    return buf_detach(&text);
}

static void print_value(struct buf *text, const char *field, const char *value)
{
    buf_printf(text, "%s%s=", text->len > 0 ? " " : "", field);
    for (; *value != '\0'; value++) {
        buf_add_text(text, *value == '\n' ? "; " : (char[]){*value, '\0'});
    }
}

char *settings_print(const struct settings *s, enum setting_kind kind, const char *id)
{
    struct buf text;
    const char *key = kind == SETTING_AGENT ? "jid" : "id"; /* named already */

    buf_init(&text, PRINTED_BYTES);
    for (size_t i = 0; i < s->count; i++) {
        const struct setting_record *r = &s->rows[i];
        if (r->kind == kind && strcmp(r->id, id) == 0 && strcmp(r->field, key) != 0) {
            print_value(&text, r->field, r->value);
        }
    }
    char *members = settings_members_dup(s, kind, id);
    if (kind != SETTING_CALENDAR && members[0] != '\0') {
        print_value(&text, kind == SETTING_AGENT ? "departments" : "agents", members);
    }
    free(members);
    return buf_detach(&text);
}

/* ---- differences ---- */

static bool has_row(const struct settings *s, const struct setting_record *r)
{
    const char *value = settings_value(s, r->kind, r->id, r->field);

    return value != NULL && text_equal(value, r->value);
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++) {
        equal = has_row(b, &a->rows[i]);
    }
    return equal;
}

void settings_write(struct storage *storage, const struct settings *before,
                    const struct settings *after)
{
    for (size_t i = 0; i < before->count; i++) {
        const struct setting_record *r = &before->rows[i];
        if (settings_value(after, r->kind, r->id, r->field) == NULL) {
            storage_drop_setting(storage, r->kind, r->id, r->field);
        }
    }
    for (size_t i = 0; i < after->count; i++) {
        if (!has_row(before, &after->rows[i])) {
            storage_put_setting(storage, &after->rows[i]);
        }
    }
}
