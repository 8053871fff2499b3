/* What agents do to lines that were said, and how they are told what visitors do: corrections,
 * retractions, reactions, replies (docs/PROTOCOL.md section 12). */
#include "agents/agents_state.h"
#include "agents/words.h"
#include "base/clock.h"
#include "base/text.h"
#include "xml/about.h"
#include "xml/mark.h"

#include <stdio.h>

/* ---- in ---- */

int64_t changes_line(const struct agents *a, const struct stanza *s, const char *id)
{
    return desk_agent_line(a->desk, s->from->bare, agents_whom(a, s), id, mark_sequence(id));
}

static void refuse(struct agents *a, const struct stanza *s, enum act act, enum desk_result result)
{
    struct buf text;

    buf_init(&text, 1024);
    agent_words_unchanged(&text, agents_language(a, s->from->bare), act, result);
    messages_reply(a, s, text.bytes);
    buf_finish(&text);
}

static void deny(struct agents *a, const struct stanza *s, enum stanza_error condition,
                 const char *text)
{
    stanza_post_error(a->post, s, condition,
                      language_text(agents_language(a, s->from->bare), text));
}

static bool is_storable(struct agents *a, const struct stanza *s, const struct about *about)
{
    if (!paces_take(a->lines_in, s->from->bare, clock_monotonic_ms())) {
        deny(a, s, ERROR_RESOURCE_CONSTRAINT, N_("Too many lines at once. This one went nowhere."));
        return false;
    }
    if (about->is_over) {
        deny(a, s, ERROR_NOT_ACCEPTABLE,
             N_("These reactions are too many, or not what an emoji is."));
        return false;
    }
    if (storage_is_refusing(a->storage) || outbox_is_full(a->outbox)) {
        deny(a, s, ERROR_RESOURCE_CONSTRAINT,
             N_("Lines cannot be kept right now. The visitor has not seen this one."));
        return false;
    }
    return true;
}

void changes_apply(struct agents *a, const struct stanza *s, const struct about *about,
                   int64_t line, const char *text)
{
    int64_t sequence = 0;
    const struct desk_change change = {about->act, line, s->id, text};
    enum desk_result result = line == 0 ? DESK_NOT_FOUND
                                        : desk_agent_change(a->desk, clock_utc_ms(), s->from->bare,
                                                            agents_whom(a, s), &change, &sequence);

    if (result == DESK_OK || result == DESK_REPEATED) {
        messages_acknowledge(a, s);
    } else {
        refuse(a, s, about->act, result);
    }
}

void changes_receive(struct agents *a, const struct stanza *s, const struct about *about)
{
    /* What a department says is no line of a chat. */
    if (agents_whom(a, s)[0] == '\0' || desk_department_named(a->desk, agents_whom(a, s)) != NULL) {
        return;
    }
    if (!desk_is_agent(a->desk, s->from->bare)) {
        deny(a, s, ERROR_FORBIDDEN, N_("Only agents answer visitors."));
        return;
    }
    if (is_storable(a, s, about)) {
        changes_apply(a, s, about, changes_line(a, s, about->id),
                      about->act == ACT_REACT ? about->reactions : "");
    }
}

/* ---- out ---- */

/* The id by which that agent's client knows a line. */
static void set_target(struct change_words *out, const char *agent, const struct entry_record *line)
{
    char id[MARK_ID_SIZE];
    bool own = line->by == BY_AGENT && text_equal(line->agent, agent);

    mark_id(line->sequence, id);
    snprintf(out->target, sizeof out->target, "%s", own ? line->sender_id : id);
}

void changes_describe(struct agents *a, const char *agent, const char *visitor,
                      const struct entry_record *e, struct change_words *out)
{
    const struct entry_record *line = e->about > 0 ? desk_line(a->desk, visitor, e->about) : NULL;
    enum language language = agents_language(a, agent);

    *out = (struct change_words){.act = desk_act(e)};
    buf_init(&out->text, STANZA_BYTES_MAX);
    buf_init(&out->payload, STANZA_BYTES_MAX);
    if (line != NULL) {
        set_target(out, agent, line);
    }
    switch (out->act) {
    case ACT_REPLY:
        if (line != NULL && line->fate != FATE_RETRACTED) {
            about_quote(&out->payload, entry_shown(line));
        }
        buf_add_text(&out->text, out->payload.bytes);
        agent_words_line(&out->text, language, e);
        break;
    case ACT_SAY:
    case ACT_CORRECT:
        agent_words_line(&out->text, language, e);
        break;
    case ACT_RETRACT:
        agent_words_retracted(&out->text, language, e, line);
        break;
    case ACT_REACT:
        buf_add_text(&out->payload, e->body);
        agent_words_reacted(&out->text, language, e, line);
        break;
    }
}

void changes_finish(struct change_words *words)
{
    buf_finish(&words->text);
    buf_finish(&words->payload);
}
