#include "desk/rating.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <inttypes.h>
#include <stdlib.h>

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* What of a chat decides, of one in memory or of a record. */
struct rated {
    enum chat_state state;
    const char *owner;
    const char *closed_by;
    time_ms closed;
    const struct department *department; /* NULL: not any more */
    bool unrecorded;
};

static bool is_ratable(const struct rated *r)
{
    return r->owner[0] != '\0' &&
           (text_equal(r->closed_by, "agent") || text_equal(r->closed_by, "visitor"));
}

static struct rated rated_of(const struct chat *c)
{
    return (struct rated){.state = c->state,
                          .owner = c->owner != NULL ? c->owner->jid : "",
                          .closed_by = c->closed_by,
                          .closed = c->closed,
                          .department = c->department,
                          .unrecorded = c->unrecorded};
}

enum rating_scale rating_asked(const struct chat *c)
{
    const struct rated r = rated_of(c);
    bool is_asked = c->state == CHAT_CLOSED && is_ratable(&r) && !c->is_rated &&
                    c->visitor->record.only_agent[0] == '\0';

    return is_asked ? c->department->rating : RATING_NONE;
}

char *rating_text_dup(const struct rating_record *r)
{
    const char *line = r->text[0] != '\0' ? "\n" : "";

    return r->scale == RATING_STARS
               ? mem_print("stars %u%s%s", r->value, line, r->text)
               : mem_print("thumbs %s%s%s", r->value > 0 ? "up" : "down", line, r->text);
}

/* ---- given ---- */

static bool is_of_scale(const struct rated *r, const struct rating_record *given)
{
    unsigned least = given->scale == RATING_STARS ? 1 : 0;
    unsigned most = given->scale == RATING_STARS ? RATING_STARS_MAX : 1;

    return given->scale == r->department->rating && given->value >= least && given->value <= most &&
           text_count(given->text) <= RATING_POINTS && (!r->unrecorded || given->text[0] == '\0');
}

static enum desk_result refusal(const struct rated *r, time_ms now,
                                const struct rating_record *before,
                                const struct rating_record *given)
{
    if (r->state != CHAT_CLOSED) {
        return DESK_RUNNING;
    }
    if (!is_ratable(r)) {
        return DESK_NOT_FOUND;
    }
    if (r->department == NULL || r->department->rating == RATING_NONE) {
        return DESK_FORBIDDEN;
    }
    if (!is_of_scale(r, given)) {
        return DESK_FORM;
    }
    if (before != NULL && before->scale == given->scale && before->value == given->value &&
        text_equal(before->text, given->text)) {
        return DESK_REPEATED;
    }
    if (before != NULL ? now - before->at >= RATING_CHANGE_MS
                       : now - r->closed >= (time_ms)RATING_DAYS * DAY_MS) {
        return DESK_CLOSED;
    }
    return DESK_OK;
}

static void note(struct desk *d, time_ms now, const struct rating_record *r)
{
    char *body = rating_text_dup(r);
    struct entry_record e = {.kind = ENTRY_NOTE,
                             .by = BY_DESK,
                             .agent = "",
                             .name = "",
                             .sender_id = "",
                             .event = "rated",
                             .body = body,
                             .form = ""};

    chat_add_behind(d, now, r->chat, &e);
    free(body);
}

static void tell_owner(struct desk *d, const char *visitor, const struct rated *rated,
                       const struct rating_record *r)
{
    if (desk_is_agent(d, rated->owner)) {
        char *said = rating_text_dup(r);
        char *text = mem_print("%" PRId64 " %s", r->chat, said);
        d->agent_ports->call(d->agent_ports->ctx, rated->owner, rated->department->id, CALL_RATED,
                             visitor, text);
        free(text);
        free(said);
    }
}

enum desk_result desk_visitor_rate(struct desk *d, time_ms now, const char *visitor,
                                   const struct chat_record *chat,
                                   const struct rating_record *before,
                                   const struct rating_record *given)
{
    const struct visitor *v = desk_find_visitor(d, visitor);
    struct chat *c = desk_find_chat(d, chat->number);
    struct rated rated = {.state = chat->state,
                          .owner = chat->owner,
                          .closed_by = chat->closed_by,
                          .closed = chat->closed,
                          .department = desk_find_department(d, chat->department),
                          .unrecorded = chat->unrecorded};

    desk_pass(d, now);
    if (v == NULL || !text_equal(chat->visitor, visitor) || v->record.only_agent[0] != '\0') {
        return DESK_NOT_FOUND;
    }
    if (c != NULL) {
        rated = rated_of(c);
    }
    enum desk_result may = refusal(&rated, now, before, given);
    if (may != DESK_OK) {
        return may;
    }
    const struct rating_record r = {.chat = chat->number,
                                    .scale = given->scale,
                                    .value = given->value,
                                    .text = desk_mask(d, given->text),
                                    .at = before != NULL && before->at < now ? before->at : now,
                                    .changed = now};
    storage_put_rating(d->storage, &r);
    if (!rated.unrecorded || c != NULL) { /* of which nothing is stored, nothing is */
        note(d, now, &r);
    }
    if (c != NULL) {
        c->is_rated = true;
    }
    tell_owner(d, visitor, &rated, &r);
    return DESK_OK;
}
