#include "desk/own_value.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

struct own_value {
    char *field;
    char *value;
};

/* A ticket that went through departments with fields of their own. */
enum { VALUES_MAX = 2 * OWN_FIELDS };

/* ---- of one ---- */

static struct own_value *find(const struct own_values *values, const char *field)
{
    for (size_t i = 0; i < values->count; i++) {
        if (text_equal(values->all[i].field, field)) {
            return &values->all[i];
        }
    }
    return NULL;
}

static void drop(struct own_value *v)
{
    free(v->field);
    free(v->value);
}

void own_values_finish(struct own_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        drop(&values->all[i]);
    }
    free(values->all);
    *values = (struct own_values){NULL, 0};
}

static void put(struct own_values *values, const char *field, const char *value)
{
    struct own_value *v = find(values, field);

    if (v != NULL) {
        mem_replace(&v->value, value);
        return;
    }
    values->all = mem_grow(values->all, (values->count + 1) * sizeof *values->all);
    values->all[values->count++] = (struct own_value){mem_dup(field), mem_dup(value)};
}

static void take_out(struct own_values *values, const char *field)
{
    struct own_value *v = find(values, field);

    if (v != NULL) {
        drop(v);
        *v = values->all[--values->count];
    }
}

static void copy(struct own_values *to, const struct own_values *from)
{
    own_values_finish(to);
    for (size_t i = 0; i < from->count; i++) {
        put(to, from->all[i].field, from->all[i].value);
    }
}

void own_values_take(struct ticket *t, const struct chat *c)
{
    if (c != NULL) {
        copy(&t->own, &c->own);
    }
    t->knows_own = true;
}

/* ---- from storage ---- */

void desk_load_own(struct desk *d, int64_t number, const struct own_records *own)
{
    struct ticket *t = ticket_touch(d, number);
    const struct chat *c = desk_find_chat(d, number);

    if (t->knows_own || t->erased) {
        return;
    }
    for (size_t i = 0; c == NULL && i < own->count; i++) {
        put(&t->own, own->rows[i].field, own->rows[i].value);
    }
    own_values_take(t, c);
}

void desk_load_own_record(struct desk *d, const struct own_record *r)
{
    struct chat *c = desk_find_chat(d, r->chat);

    if (c != NULL) {
        put(&c->own, r->field, r->value);
    }
}

/* ---- what is there ---- */

const struct own_field *desk_own_field(const struct desk *d, const char *department, size_t at)
{
    const struct department *p = desk_find_department(d, department);

    return p != NULL ? own_fields_at(p->own_fields, at) : NULL;
}

const struct own_field *desk_own_begins(const struct desk *d, const char *department,
                                        const char *text, size_t *len)
{
    const struct own_field *found = NULL;
    const struct own_field *f;

    *len = 0;
    for (size_t i = 0; (f = desk_own_field(d, department, i)) != NULL; i++) {
        size_t own = own_field_begins(f, text);
        if (own > *len) {
            *len = own;
            found = f;
        }
    }
    return found;
}

static const struct own_values *values_of(const struct desk *d, int64_t number)
{
    static const struct own_values none;
    const struct chat *c = desk_find_chat(d, number);
    const struct ticket *t = ticket_find(d, number);

    return c != NULL ? &c->own : t != NULL ? &t->own : &none;
}

const char *desk_own_department(const struct desk *d, int64_t number)
{
    const struct ticket_record *r = desk_ticket(d, number);
    const struct chat *c = desk_find_chat(d, number);

    return r != NULL ? r->department : c != NULL ? c->department->id : NULL;
}

const char *desk_own(const struct desk *d, int64_t number, const char *field)
{
    const struct own_value *v = find(values_of(d, number), field);

    return v != NULL ? v->value : "";
}

bool desk_own_value(const struct desk *d, int64_t number, const char *department, size_t at,
                    struct own_view *out)
{
    const struct own_values *values = values_of(d, number);
    const struct department *p = desk_find_department(d, department);
    const struct own_fields *fields = p != NULL ? p->own_fields : NULL;
    const struct own_field *f;

    for (size_t i = 0; (f = own_fields_at(fields, i)) != NULL; i++) {
        const struct own_value *v = find(values, f->name);
        if (v != NULL && at-- == 0) {
            *out = (struct own_view){.label = f->label, .value = v->value, .field = f};
            return true;
        }
    }
    for (size_t i = 0; i < values->count; i++) {
        const struct own_value *v = &values->all[i];
        if (own_fields_find(fields, v->field) == NULL && at-- == 0) {
            *out = (struct own_view){.label = v->field, .value = v->value};
            return true;
        }
    }
    return false;
}

const struct own_field *desk_own_missing(const struct desk *d, int64_t number)
{
    const struct own_values *values = values_of(d, number);
    const char *department = desk_own_department(d, number);
    const struct own_field *f;

    for (size_t i = 0; department != NULL && (f = desk_own_field(d, department, i)) != NULL; i++) {
        if (f->required && find(values, f->name) == NULL) {
            return f;
        }
    }
    return NULL;
}

/* ---- writing ---- */

static enum desk_result may_set(const struct desk *d, const char *who,
                                const struct chat_record *chat)
{
    const struct ticket *t = ticket_find(d, chat->number);
    const struct chat *c = desk_find_chat(d, chat->number);
    const struct ticket_record r = ticket_standing(d, chat);

    if (t != NULL && t->erased) {
        return DESK_NOT_FOUND;
    }
    if (desk_may_change_ticket(d, who, &r) || (c != NULL && desk_keeps(d, who, c))) {
        return chat->unrecorded || (c != NULL && c->unrecorded) ? DESK_NO_TICKETS : DESK_OK;
    }
    return desk_may_see_ticket(d, who, &r) ? DESK_FORBIDDEN : DESK_NOT_FOUND;
}

/* What becomes of it; *kept: as it is to be, "" taken out. */
static enum desk_result judge(const struct desk *d, int64_t number, const struct own_field *f,
                              const char *value, char **kept)
{
    const struct own_values *values = values_of(d, number);
    const struct own_value *before = find(values, f->name);
    const struct ticket_record *r = desk_ticket(d, number);

    if (before != NULL && text_equal(value, before->value)) {
        return DESK_REPEATED; /* whether it still fits is not asked */
    }
    if (strlen(value) > OWN_VALUE_BYTES) {
        return DESK_FULL;
    }
    if (value[0] == '\0' && f->required && r != NULL && r->state == TICKET_SOLVED) {
        return DESK_MISSING;
    }
    *kept = value[0] != '\0' ? own_field_value_dup(f, value) : mem_dup("");
    if (*kept == NULL) {
        return DESK_FORM;
    }
    if (text_equal(*kept, before != NULL ? before->value : "")) {
        return DESK_REPEATED;
    }
    return before == NULL && values->count >= VALUES_MAX ? DESK_FULL : DESK_OK;
}

static void write_both(struct desk *d, int64_t number, const char *field, const char *value)
{
    struct chat *c = desk_find_chat(d, number);
    struct ticket *t = ticket_touch(d, number);
    struct own_values *const all[] = {c != NULL ? &c->own : NULL, &t->own};

    for (size_t i = 0; i < 2; i++) {
        if (all[i] != NULL && value[0] != '\0') {
            put(all[i], field, value);
        } else if (all[i] != NULL) {
            take_out(all[i], field);
        }
    }
    if (value[0] != '\0') {
        storage_put_own(d->storage, &(struct own_record){number, field, value});
    } else {
        storage_drop_own(d->storage, number, field);
    }
}

static void keep(struct desk *d, time_ms now, const char *who, int64_t number,
                 const struct own_field *f, const char *value)
{
    const char *before = desk_own(d, number, f->name);
    char *body = mem_print("%s: %s -> %s", f->label, before[0] != '\0' ? before : "-",
                           value[0] != '\0' ? value : "-");
    struct ticket *t = ticket_touch(d, number);

    write_both(d, number, f->name, value);
    if (t->record.state != TICKET_NONE) {
        ticket_store(d, now, t);
    }
    ticket_note(d, now, t, who, "field", body);
    free(body);
}

/* The field, and its value as it is to be; free it. */
static enum desk_result decide(struct desk *d, const char *who, const struct chat_record *chat,
                               const char *value, const char *field, const struct own_field **f,
                               char **kept)
{
    enum desk_result may = may_set(d, who, chat);
    const char *department = desk_own_department(d, chat->number);

    *kept = NULL;
    if (may != DESK_OK) {
        return may;
    }
    const struct department *p =
        desk_find_department(d, department != NULL ? department : chat->department);
    *f = p != NULL ? own_fields_find(p->own_fields, field) : NULL;
    return *f != NULL ? judge(d, chat->number, *f, desk_mask(d, value), kept) : DESK_CLOSED;
}

enum desk_result desk_may_set_own(struct desk *d, const char *who, const struct chat_record *chat,
                                  const char *field, const char *value)
{
    const struct own_field *f;
    char *kept;
    enum desk_result may = decide(d, who, chat, value, field, &f, &kept);

    free(kept);
    return may;
}

enum desk_result desk_set_own(struct desk *d, time_ms now, const char *who,
                              const struct chat_record *chat, const char *field, const char *value)
{
    const struct chat *c = desk_find_chat(d, chat->number);
    const struct own_field *f;
    char *kept;
    enum desk_result done = decide(d, who, chat, value, field, &f, &kept);

    desk_pass(d, now);
    if (done == DESK_OK && c != NULL) {
        own_values_take(ticket_touch(d, chat->number), c);
    }
    if (done == DESK_OK) {
        keep(d, now, who, chat->number, f, kept);
    }
    free(kept);
    return done;
}

/* ---- verify ---- */

void own_values_verify(const struct desk *d, const struct ticket *t)
{
    const struct chat *c = desk_find_chat(d, t->record.number);

    if (c == NULL || !t->knows_own) {
        return;
    }
    if (c->own.count != t->own.count) {
        BUG("ticket %lld: has %zu own fields, its chat %zu", (long long)t->record.number,
            t->own.count, c->own.count);
    }
    for (size_t i = 0; i < c->own.count; i++) {
        const struct own_value *v = find(&t->own, c->own.all[i].field);
        if (v == NULL || !text_equal(v->value, c->own.all[i].value)) {
            BUG("ticket %lld: its chat has another %s", (long long)t->record.number,
                c->own.all[i].field);
        }
    }
}
