/* What both do to lines that were said: correct, retract, react. The line keeps its text; what
 * became of it stands beside it (fate, shown, reactions), and who did what when is an entry of its
 * own, with the event below. */
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_state.h"
#include "desk/participant.h"

static const char *event_of(enum act act)
{
    return act == ACT_CORRECT ? "corrected" : act == ACT_RETRACT ? "retracted" : "reacted";
}

enum act desk_act(const struct entry_record *e)
{
    if (!entry_is_change(e) || desk_is_page_answer(e) || desk_is_form_answer(e)) {
        return e->kind == ENTRY_MESSAGE && e->about > 0 ? ACT_REPLY : ACT_SAY;
    }
    return text_equal(e->event, "corrected")   ? ACT_CORRECT
           : text_equal(e->event, "retracted") ? ACT_RETRACT
                                               : ACT_REACT;
}

/* ---- which line is meant ---- */

static bool is_by(const struct entry_record *e, const char *agent)
{
    return agent == NULL ? e->by == BY_VISITOR : e->by == BY_AGENT && text_equal(e->agent, agent);
}

/* A line, or the one that a change is about: XEP-0308 and 0444 ask for the id of the line, and for
 * leniency where it is that of a correction. */
static int64_t line_of(const struct entry_record *e)
{
    return entry_is_change(e) ? e->about : e->kind == ENTRY_MESSAGE ? e->sequence : 0;
}

/* agent NULL: the visitor. */
static int64_t find_line(const struct visitor *v, const char *agent, const char *id,
                         int64_t sequence)
{
    struct transcript *t = v->chat != NULL ? &v->chat->transcript : NULL;
    const struct entry_record *e;

    for (size_t i = t != NULL ? t->count : 0; id[0] != '\0' && i > 0; i--) {
        e = transcript_at(t, i - 1);
        if (is_by(e, agent) && text_equal(e->sender_id, id) && line_of(e) > 0) {
            return line_of(e);
        }
    }
    e = t != NULL && sequence > 0 ? transcript_find(t, sequence) : NULL;
    if (e != NULL) {
        return line_of(e);
    }
    return id[0] != '\0' ? repeats_find(&v->old, agent != NULL ? agent : "", id, NULL) : 0;
}

int64_t desk_visitor_line(const struct desk *d, const char *visitor, const char *id,
                          int64_t sequence)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL ? find_line(v, NULL, id, sequence) : 0;
}

int64_t desk_agent_line(const struct desk *d, const char *agent, const char *visitor,
                        const char *id, int64_t sequence)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    return v != NULL ? find_line(v, agent, id, sequence) : 0;
}

/* ---- changing it ---- */

/* The same change that is stored already, by its id; 0: none. */
static int64_t find_repeat(struct transcript *t, const struct entry_record *change)
{
    const struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(t, i)) != NULL && change->sender_id[0] != '\0'; i++) {
        if (entry_is_change(e) && e->about == change->about && e->by == change->by &&
            text_equal(e->agent, change->agent) && text_equal(e->event, change->event) &&
            text_equal(e->sender_id, change->sender_id)) {
            return e->sequence;
        }
    }
    return 0;
}

/* Changes of that kind by that side. */
static size_t count_changes(struct transcript *t, const struct entry_record *change)
{
    const struct entry_record *e;
    size_t count = 0;

    for (size_t i = 0; (e = transcript_at(t, i)) != NULL; i++) {
        count += entry_is_change(e) && e->about == change->about && e->by == change->by &&
                         text_equal(e->event, change->event)
                     ? 1
                     : 0;
    }
    return count;
}

/* What would become of the line. False: it is so already. */
static bool outcome(const struct entry_record *line, enum act act,
                    const struct entry_record *change, struct entry_record *out)
{
    const char *reactions =
        change->by == BY_VISITOR ? line->visitor_reactions : line->agent_reactions;

    *out = *line;
    switch (act) {
    case ACT_CORRECT:
        out->fate = FATE_CORRECTED;
        out->shown = change->body;
        return !text_equal(entry_shown(line), change->body);
    case ACT_RETRACT:
        out->fate = FATE_RETRACTED;
        out->shown = "";
        return line->fate != FATE_RETRACTED;
    case ACT_REACT:
        *(change->by == BY_VISITOR ? &out->visitor_reactions : &out->agent_reactions) =
            change->body;
        return !text_equal(reactions, change->body);
    case ACT_SAY:
    case ACT_REPLY:
        break;
    }
    return false;
}

static void put(struct desk *d, struct chat *c, struct entry_record *e,
                const struct entry_record *changed)
{
    storage_change_entry(d->storage, changed);
    transcript_change(&c->transcript, e, changed);
}

/* Of a retracted line no former wording is shown any more, by history neither. */
static void hide_corrections(struct desk *d, struct chat *c, int64_t sequence)
{
    struct entry_record *e;

    for (size_t i = 0; (e = transcript_at(&c->transcript, i)) != NULL; i++) {
        if (entry_is_change(e) && e->about == sequence && text_equal(e->event, "corrected")) {
            struct entry_record hidden = *e;
            hidden.fate = FATE_RETRACTED;
            put(d, c, e, &hidden);
        }
    }
}

/* Whether that side may do that to the line; DESK_OK: yes. */
static enum desk_result may_change(struct chat *c, const struct entry_record *line, enum act act,
                                   const struct entry_record *change)
{
    const char *agent = change->by == BY_AGENT ? change->agent : NULL;

    if (act != ACT_REACT && !is_by(line, agent)) {
        return DESK_NOT_AUTHOR;
    }
    if (act != ACT_RETRACT && line->fate == FATE_RETRACTED) {
        return DESK_NOT_FOUND;
    }
    return act != ACT_RETRACT && count_changes(&c->transcript, change) >= DESK_CHANGES
               ? DESK_TOO_MANY
               : DESK_OK;
}

/* The entry that was stored, through *sequence; the caller tells it. */
static enum desk_result change_line(struct desk *d, time_ms now, struct chat *c, enum act act,
                                    const struct entry_record *change, int64_t *sequence)
{
    struct entry_record *line = transcript_find(&c->transcript, change->about);
    struct entry_record changed;

    if (line == NULL || line->kind != ENTRY_MESSAGE) {
        return DESK_CLOSED;
    }
    *sequence = find_repeat(&c->transcript, change);
    if (*sequence != 0) {
        return DESK_REPEATED;
    }
    enum desk_result may = may_change(c, line, act, change);
    if (may != DESK_OK) {
        return may;
    }
    if (!outcome(line, act, change, &changed)) {
        *sequence = line->sequence;
        return DESK_REPEATED;
    }
    put(d, c, line, &changed);
    if (act == ACT_RETRACT) {
        hide_corrections(d, c, change->about);
    }
    *sequence = chat_add(d, now, c, change)->sequence;
    return DESK_OK;
}

enum desk_result desk_visitor_change(struct desk *d, time_ms now, const char *visitor,
                                     const struct desk_change *change, int64_t *sequence)
{
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_CLOSED;
    }
    struct chat *c = v->chat;
    const char *text = desk_mask(d, change->text);
    enum desk_result result = change_line(d, now, c, change->act,
                                          &(struct entry_record){.kind = ENTRY_NOTICE,
                                                                 .by = BY_VISITOR,
                                                                 .agent = "",
                                                                 .name = v->record.name,
                                                                 .sender_id = change->sender_id,
                                                                 .event = event_of(change->act),
                                                                 .body = text,
                                                                 .about = change->about},
                                          sequence);
    if (result == DESK_OK) {
        const struct entry_record *e = transcript_last(&c->transcript);
        d->visitor_ports->entry(d->visitor_ports->ctx, visitor, c->address->id, e);
        chat_tell_all(d, c, NULL, e);
    }
    return result;
}

enum desk_result desk_agent_change(struct desk *d, time_ms now, const char *agent,
                                   const char *visitor, const struct desk_change *change,
                                   int64_t *sequence)
{
    const struct agent *a = desk_find_agent(d, agent);
    const struct visitor *v = desk_find_visitor(d, visitor);

    desk_pass(d, now);
    if (a == NULL) {
        return DESK_FORBIDDEN;
    }
    if (v == NULL || v->chat == NULL || !chat_is_open(v->chat)) {
        return DESK_CLOSED;
    }
    struct chat *c = v->chat;
    if (c->state != CHAT_ACTIVE || !participant_speaks(c, a)) {
        return DESK_FORBIDDEN;
    }
    const char *text = desk_mask(d, change->text);
    enum desk_result result = change_line(d, now, c, change->act,
                                          &(struct entry_record){.kind = ENTRY_NOTICE,
                                                                 .by = BY_AGENT,
                                                                 .agent = a->jid,
                                                                 .name = a->name,
                                                                 .sender_id = change->sender_id,
                                                                 .event = event_of(change->act),
                                                                 .body = text,
                                                                 .about = change->about},
                                          sequence);
    if (result == DESK_OK) {
        const struct entry_record *e = transcript_last(&c->transcript);
        if (c->owner == a) {
            c->gone_since = d->steady; /* a sign of life, whatever presence says */
        }
        d->visitor_ports->entry(d->visitor_ports->ctx, visitor, c->address->id, e);
        chat_tell_all(d, c, a, e);
    }
    return result;
}
