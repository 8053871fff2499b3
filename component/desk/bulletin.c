#include "desk/bulletin.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>
#include <string.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

void bulletins_init(struct bulletins *b)
{
    list_init(&b->list);
    b->count = 0;
}

static void drop(struct bulletins *b, struct bulletin *bulletin)
{
    const struct bulletin_record *r = &bulletin->record;
    const char *owned[] = {r->place, r->text, r->agent};

    list_remove(&bulletin->link);
    b->count--;
    for (size_t i = 0; i < sizeof owned / sizeof *owned; i++) {
        free((char *)owned[i]);
    }
    free(bulletin);
}

void bulletins_finish(struct bulletins *b)
{
    list_for_each_safe (struct bulletin, bulletin, &b->list, link) {
        drop(b, bulletin);
    }
}

static int compare(const struct bulletin_record *r, enum bulletin_scope scope, const char *place)
{
    int order = (int)r->scope - (int)scope;

    return order != 0 ? order : strcmp(r->place, place);
}

static struct bulletin *find(const struct bulletins *b, enum bulletin_scope scope,
                             const char *place)
{
    list_for_each (struct bulletin, bulletin, &b->list, link) {
        if (compare(&bulletin->record, scope, place) == 0) {
            return bulletin;
        }
    }
    return NULL;
}

/* Where a new one belongs: before that link. */
static struct list *place_of(struct bulletins *b, const struct bulletin_record *r)
{
    list_for_each (struct bulletin, bulletin, &b->list, link) {
        if (compare(&bulletin->record, r->scope, r->place) > 0) {
            return &bulletin->link;
        }
    }
    return &b->list;
}

/* Copies; there is none of that scope and place. */
static const struct bulletin_record *add(struct bulletins *b, const struct bulletin_record *r)
{
    struct bulletin *bulletin = mem_alloc(sizeof *bulletin);

    bulletin->record = *r;
    bulletin->record.place = mem_dup(r->place);
    bulletin->record.text = mem_dup(r->text);
    bulletin->record.agent = mem_dup(r->agent);
    list_insert_before(place_of(b, r), &bulletin->link);
    b->count++;
    return &bulletin->record;
}

void desk_load_bulletin(struct desk *d, const struct bulletin_record *r)
{
    add(&d->bulletins, r);
}

static bool may_say(const struct desk *d, const char *who)
{
    return desk_has_role(d, who, ROLE_SUPERVISOR) || desk_has_role(d, who, ROLE_DISPATCHER);
}

/* One line of what people can see. */
static bool is_line(const char *text)
{
    char *line = text_name_dup(text, BULLETIN_POINTS);
    bool same = line[0] != '\0' && text_equal(line, text);

    free(line);
    return same;
}

static bool is_ahead(time_ms now, time_ms until)
{
    return until == 0 || (until > now && until - now <= (time_ms)BULLETIN_DAYS_MAX * DAY_MS);
}

/* text NULL: it is ended. */
static void audit(struct desk *d, time_ms now, const char *who, enum bulletin_scope scope,
                  const char *place, const char *before, const char *text)
{
    char *what = mem_print("notice %s %s %s",
                           text == NULL     ? "end"
                           : before == NULL ? "add"
                                            : "change",
                           scope == BULLETIN_SITE ? "site" : "department", place);

    storage_put_audit(d->storage, &(struct audit_record){.at = now,
                                                         .who = who,
                                                         .what = what,
                                                         .before = before != NULL ? before : "",
                                                         .after = text != NULL ? text : ""});
    free(what);
}

enum desk_result desk_bulletin_put(struct desk *d, time_ms now, const char *who,
                                   enum bulletin_scope scope, const char *place, const char *text,
                                   time_ms until)
{
    struct bulletin *there = find(&d->bulletins, scope, place);

    desk_pass(d, now);
    if (!may_say(d, who)) {
        return DESK_FORBIDDEN;
    }
    if (scope == BULLETIN_DEPARTMENT && desk_find_department(d, place) == NULL) {
        return DESK_NOT_FOUND;
    }
    if (!is_line(text) || !is_ahead(now, until)) {
        return DESK_FORM;
    }
    if (there == NULL && d->bulletins.count >= BULLETINS_MAX) {
        return DESK_FULL;
    }
    audit(d, now, who, scope, place, there != NULL ? there->record.text : NULL, text);
    if (there != NULL) {
        drop(&d->bulletins, there);
    }
    const struct bulletin_record r = {
        .scope = scope, .place = place, .text = text, .agent = who, .at = now, .until = until};
    storage_put_bulletin(d->storage, add(&d->bulletins, &r));
    d->visitor_ports->bulletin(d->visitor_ports->ctx, scope, place);
    return DESK_OK;
}

/* It is not there any more, and visitors hear so. */
static void end(struct desk *d, struct bulletin *bulletin)
{
    enum bulletin_scope scope = bulletin->record.scope;
    char *place = mem_dup(bulletin->record.place);

    storage_drop_bulletin(d->storage, scope, place);
    drop(&d->bulletins, bulletin);
    d->visitor_ports->bulletin(d->visitor_ports->ctx, scope, place);
    free(place);
}

enum desk_result desk_bulletin_drop(struct desk *d, time_ms now, const char *who,
                                    enum bulletin_scope scope, const char *place)
{
    struct bulletin *bulletin = find(&d->bulletins, scope, place);

    desk_pass(d, now);
    if (!may_say(d, who)) {
        return DESK_FORBIDDEN;
    }
    if (bulletin == NULL) {
        return DESK_NOT_FOUND;
    }
    audit(d, now, who, scope, place, bulletin->record.text, NULL);
    end(d, bulletin);
    return DESK_OK;
}

const struct bulletin_record *desk_bulletin(const struct desk *d, size_t at)
{
    list_for_each (const struct bulletin, bulletin, &d->bulletins.list, link) {
        if (at-- == 0) {
            return &bulletin->record;
        }
    }
    return NULL;
}

const struct bulletin_record *desk_bulletin_of(const struct desk *d, enum bulletin_scope scope,
                                               const char *place)
{
    const struct bulletin *bulletin = find(&d->bulletins, scope, place);

    return bulletin != NULL ? &bulletin->record : NULL;
}

void bulletins_tick(struct desk *d, time_ms now)
{
    list_for_each_safe (struct bulletin, bulletin, &d->bulletins.list, link) {
        if (bulletin->record.until != 0 && now >= bulletin->record.until) {
            end(d, bulletin);
        }
    }
}

void bulletins_verify(const struct bulletins *b)
{
    const struct bulletin_record *before = NULL;
    size_t count = 0;

    list_for_each (const struct bulletin, bulletin, &b->list, link) {
        const struct bulletin_record *r = &bulletin->record;
        if (before != NULL && compare(before, r->scope, r->place) >= 0) {
            BUG("bulletin of %s stands behind %s", r->place, before->place);
        }
        if (!is_line(r->text)) {
            BUG("bulletin of %s is no line", r->place);
        }
        before = r;
        count++;
    }
    if (count != b->count || count > BULLETINS_MAX) {
        BUG("bulletins: %zu, counted as %zu", count, b->count);
    }
}
