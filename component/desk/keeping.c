/* What agents keep of a chat and its visitor: notes, tags, corrections. */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"
#include "desk/participant.h"
#include "desk/tags.h"
#include "desk/taker.h"

#include <stdlib.h>
#include <string.h>

/* ---- who may ---- */

bool desk_keeps(const struct desk *d, const char *who, const struct chat *c)
{
    const struct agent *a = desk_find_agent(d, who);

    return (a != NULL && (c->owner == a || taker_serves(c, a) || participant_find(c, a) != NULL)) ||
           roles_have(&d->roles, who, ROLE_SUPERVISOR);
}

static enum desk_result find_chat(const struct desk *d, const char *who, const char *visitor,
                                  struct chat **out)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    if (v == NULL || v->chat == NULL) {
        return DESK_NOT_FOUND;
    }
    *out = v->chat;
    return desk_keeps(d, who, v->chat) ? DESK_OK : DESK_FORBIDDEN;
}

/* ---- the record ---- */

static const struct entry_record *add_note(struct desk *d, time_ms now, struct chat *c,
                                           const char *who, const char *event, const char *body)
{
    const struct agent *a = desk_find_agent(d, who);

    return chat_add(d, now, c,
                    &(struct entry_record){.kind = ENTRY_NOTE,
                                           .by = BY_AGENT,
                                           .agent = who,
                                           .name = a != NULL ? a->name : who,
                                           .sender_id = "",
                                           .event = event,
                                           .body = body});
}

enum desk_result desk_agent_note(struct desk *d, time_ms now, const char *who, const char *visitor,
                                 const char *body)
{
    struct chat *c;
    enum desk_result may = find_chat(d, who, visitor, &c);

    desk_pass(d, now);
    if (may == DESK_OK) {
        chat_tell_all(d, c, desk_find_agent(d, who), add_note(d, now, c, who, "", body));
    }
    return may;
}

/* ---- tags ---- */

enum desk_result desk_agent_tag(struct desk *d, time_ms now, const char *who, const char *visitor,
                                const char *tag, bool present)
{
    struct chat *c;
    char *tags;
    enum desk_result may = find_chat(d, who, visitor, &c);

    desk_pass(d, now);
    if (may == DESK_OK) {
        may = tags_change_dup(c->tags, tag, present, &tags);
    }
    if (may != DESK_OK) {
        return may;
    }
    free(c->tags);
    c->tags = tags;
    chat_store(d, c);
    ticket_set_tags(ticket_find(d, c->number), tags);
    add_note(d, now, c, who, present ? "tagged" : "untagged", tag);
    return DESK_OK;
}

/* ---- what is known of the visitor ---- */

enum desk_result desk_agent_correct(struct desk *d, time_ms now, const char *who,
                                    const char *visitor, const char *field, const char *value)
{
    struct chat *c;
    enum desk_result may = find_chat(d, who, visitor, &c);

    desk_pass(d, now);
    if (may != DESK_OK) {
        return may;
    }
    value = desk_mask(d, value);
    if (strlen(field) > DESK_FIELD_BYTES || strlen(value) > DESK_VALUE_BYTES) {
        return DESK_FULL;
    }
    char *before = visitor_field_dup(c->visitor, field);
    char *body = mem_print("%s: %s -> %s", field, before[0] != '\0' ? before : "-",
                           value[0] != '\0' ? value : "-");
    enum desk_result done = DESK_REPEATED;
    if (!text_equal(before, value)) {
        done = visitor_correct(c->visitor, field, value) ? DESK_OK : DESK_FULL;
    }
    if (done == DESK_OK) {
        storage_put_visitor(d->storage, &c->visitor->record);
        add_note(d, now, c, who, "changed", body);
        desk_tell_card(d, c->visitor);
    }
    free(body);
    free(before);
    return done;
}
