#include "desk/identity.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>
#include <string.h>

bool identity_says(const struct visitor_record *r, const char *claim)
{
    size_t len = strlen(claim);
    const char *line = r->claims != NULL ? r->claims : "";

    while (*line != '\0') {
        if (strncmp(line, claim, len) == 0 && line[len] == ':') {
            return true;
        }
        line += strcspn(line, "\n");
        line += *line == '\n' ? 1 : 0;
    }
    return false;
}

void identity_note(struct desk *d, time_ms now, struct chat *c)
{
    const struct visitor_record *r = &c->visitor->record;
    size_t claims = strlen(r->claims);

    if (r->subject[0] == '\0') {
        return;
    }
    char *body = mem_print("%s%s%.*s", r->subject, claims > 0 ? "\n" : "",
                           (int)(claims > 0 ? claims - 1 : 0), r->claims);
    chat_note(d, now, c, "identified", NULL, body);
    free(body);
}

static void put(const char **field, const char *value)
{
    free((char *)(uintptr_t)*field);
    *field = mem_dup(value);
}

enum desk_result desk_visitor_identify(struct desk *d, time_ms now, const char *visitor,
                                       const struct desk_identity *who)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    bool is_new = v->record.subject[0] == '\0';
    if (!is_new && !text_equal(v->record.subject, who->subject)) {
        return DESK_FORBIDDEN;
    }
    put(&v->record.subject, who->subject);
    put(&v->record.claims, who->claims);
    visitor_update(v, &(struct visitor_record){.name = who->name, .email = who->email});
    v->record.verified = now;
    storage_put_visitor(d->storage, &v->record);
    if (is_new && v->chat != NULL && chat_is_open(v->chat)) {
        identity_note(d, now, v->chat);
    }
    desk_tell_card(d, v);
    return DESK_OK;
}

const char *desk_visitor_of(const struct desk *d, const char *site, const char *subject)
{
    const struct visitor *found = NULL;
    size_t at = 0;
    const char *id;
    void *value;

    while (map_next(d->visitors, &at, &id, &value)) {
        const struct visitor *v = value;
        if (text_equal(v->record.subject, subject) && text_equal(v->record.site, site) &&
            (found == NULL || v->record.first_seen < found->record.first_seen)) {
            found = v;
        }
    }
    return found != NULL ? found->record.id : NULL;
}

void desk_visitor_moved_out(struct desk *d, const struct visitor_record *known, const char *jid)
{
    struct visitor *v = desk_find_visitor(d, known->id);
    struct visitor_record r = v != NULL ? v->record : *known;

    if (jid[0] == '\0' || !text_equal(r.jid, jid)) {
        return;
    }
    r.jid = "";
    storage_put_visitor(d->storage, &r);
    if (v != NULL) {
        put(&v->record.jid, "");
    }
}
