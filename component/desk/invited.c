#include "desk/invited.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>

static void note(struct desk *d, time_ms now, struct chat *c)
{
    c->visitor->invitation_noted = true;
    chat_note(d, now, c, "invitation", NULL, c->visitor->invitation);
}

void invited_begin(struct desk *d, time_ms now, struct chat *c)
{
    if (c->visitor->invitation != NULL && !c->visitor->invitation_noted) {
        note(d, now, c);
    }
}

void invited_retire(struct visitor *v)
{
    if (v->invitation_noted) {
        free(v->invitation);
        v->invitation = NULL;
        v->invitation_noted = false;
    }
}

enum desk_result desk_visitor_invited(struct desk *d, time_ms now, const char *visitor,
                                      const char *words)
{
    struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL) {
        return DESK_NOT_FOUND;
    }
    char *line = text_clip_dup(words, INVITED_BYTES, INVITED_BYTES);
    if (text_equal(v->invitation, line)) {
        free(line);
        return DESK_REPEATED;
    }
    free(v->invitation);
    v->invitation = line;
    v->invitation_noted = false;
    if (v->chat != NULL && chat_is_open(v->chat)) {
        note(d, now, v->chat);
    }
    desk_tell_card(d, v);
    return DESK_OK;
}

const char *desk_inviting_agent(const struct desk *d, const char *department)
{
    const struct department *p = desk_find_department(d, department);
    const struct agent *best = NULL;

    if (p == NULL || department_state(p) != DEPARTMENT_OPEN) {
        return NULL;
    }
    for (size_t i = 0; i < p->agent_count; i++) {
        const struct agent *a = p->agents[i];
        bool may =
            agent_is_there(a) && a->availability == AVAILABILITY_FREE && agent_open_seats(a) > 0;
        if (may && (best == NULL || a->active < best->active)) {
            best = a;
        }
    }
    return best != NULL ? best->name : NULL;
}
