/* Pages of the site that agents offer to visitors. An offer is a line of the agent's, with the
 * event "page", whose last line is the address; what the visitor does with it is an entry of its
 * own, about that line: "opened" or "declined". */
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "desk/participant.h"

#include <stdlib.h>
#include <string.h>

const char *desk_offered_page(const struct entry_record *e)
{
    if (e->kind != ENTRY_MESSAGE || e->by != BY_AGENT || !text_equal(e->event, "page")) {
        return NULL;
    }
    const char *newline = strrchr(e->body, '\n');
    return newline != NULL ? newline + 1 : e->body;
}

bool desk_is_page_answer(const struct entry_record *e)
{
    return e->kind == ENTRY_NOTICE && e->by == BY_VISITOR &&
           (text_equal(e->event, "opened") || text_equal(e->event, "declined"));
}

enum desk_result desk_agent_offer_page(struct desk *d, time_ms now, const char *agent,
                                       const char *visitor, const char *text, const char *url)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_NOT_FOUND;
    }
    struct chat *c = v->chat;
    if (a == NULL || c->state != CHAT_ACTIVE || !participant_speaks(c, a)) {
        return DESK_FORBIDDEN;
    }
    char *body = mem_print("%s%s%s", text, text[0] != '\0' ? "\n" : "", url);
    int64_t sequence;
    desk_say_to_visitor(d, now, c,
                        &(struct entry_record){.kind = ENTRY_MESSAGE,
                                               .by = BY_AGENT,
                                               .agent = a->jid,
                                               .name = a->name,
                                               .sender_id = "",
                                               .event = "page",
                                               .body = body},
                        &sequence);
    free(body);
    return DESK_OK;
}

static bool is_answered(struct transcript *t, int64_t line)
{
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(t, i)) != NULL; i++) {
        if (desk_is_page_answer(e) && e->about == line) {
            return true;
        }
    }
    return false;
}

enum desk_result desk_visitor_answer_page(struct desk *d, time_ms now, const char *visitor,
                                          int64_t line, bool opened)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_CLOSED;
    }
    struct chat *c = v->chat;
    const struct entry_record *offer = transcript_find(&c->transcript, line);
    const char *url = offer != NULL ? desk_offered_page(offer) : NULL;
    if (url == NULL) {
        return DESK_NOT_FOUND;
    }
    if (is_answered(&c->transcript, line)) {
        return DESK_REPEATED;
    }
    char *body = mem_dup(url); /* the transcript moves when it takes the answer */
    const struct entry_record *e =
        chat_add(d, now, c,
                 &(struct entry_record){.kind = ENTRY_NOTICE,
                                        .by = BY_VISITOR,
                                        .agent = "",
                                        .name = v->record.name,
                                        .sender_id = "",
                                        .event = opened ? "opened" : "declined",
                                        .body = body,
                                        .about = line});
    free(body);
    d->visitor_ports->entry(d->visitor_ports->ctx, visitor, c->address->id, e);
    chat_tell_all(d, c, NULL, e);
    return DESK_OK;
}
