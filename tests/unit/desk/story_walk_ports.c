#include "story_walk_state.h"

#include "base/log.h"
#include "base/text.h"
#include "desk/desk_questions.h"
#include "desk/desk_tickets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool walk_has_contact(const struct walk *w, const char *agent, const char *visitor)
{
    char key[80];

    snprintf(key, sizeof key, "%s %s", agent, visitor);
    return map_get(w->contacts, key) != NULL;
}

static void must_have(const struct walk *w, const char *agent, const char *visitor)
{
    if (!walk_has_contact(w, agent, visitor)) {
        BUG("walk: %s is told of %s without having the contact", agent, visitor);
    }
}

static void on_agent_entry(void *ctx, const char *agent, const char *visitor,
                           const struct entry_record *e, bool again)
{
    (void)again;
    must_have(ctx, agent, visitor);
    bool is_note = e->event[0] == '\0' || text_equal(e->event, "whisper");
    if ((e->kind == ENTRY_NOTICE && !desk_is_page_answer(e) && !desk_tells_of_form(e)) ||
        (e->kind == ENTRY_NOTE && !is_note)) {
        BUG("walk: an agent is told an entry that is no message");
    }
}

static void on_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                      const char *text)
{
    struct walk *w = ctx;

    (void)text;
    w->counts.withdrawn += notice == NOTICE_WITHDRAWN ? 1 : 0;
    w->counts.went_on += notice == NOTICE_WENT_ON ? 1 : 0;
    w->counts.reminders += notice == NOTICE_REMINDED ? 1 : 0;
    w->counts.dismissed += notice == NOTICE_DISMISSED ? 1 : 0;
    w->counts.returned += notice == NOTICE_RETURNED ? 1 : 0;
    w->counts.not_escalated += notice == NOTICE_LEVEL_RETURNED ? 1 : 0;
    if (notice != NOTICE_NOT_YOURS) {
        must_have(w, agent, visitor);
    }
}

static void on_contact(void *ctx, const char *agent, const char *visitor, bool present)
{
    struct walk *w = ctx;
    char key[80];

    if (walk_has_contact(w, agent, visitor) == present) {
        BUG("walk: %s is told twice of the contact %s", agent, visitor);
    }
    snprintf(key, sizeof key, "%s %s", agent, visitor);
    if (present) {
        map_set(w->contacts, key, w);
    } else {
        map_remove(w->contacts, key);
    }
}

static void on_card(void *ctx, const char *visitor)
{
    (void)ctx;
    (void)visitor;
}

static void on_agent_typing(void *ctx, const char *agent, const char *visitor, const char *state)
{
    (void)state;
    must_have(ctx, agent, visitor);
}

static void on_agent_seen(void *ctx, const char *agent, const char *visitor, const char *sender_id,
                          enum entry_seen seen)
{
    (void)ctx;
    if (!text_equal(agent, "") && visitor[0] != '\0' && sender_id[0] != '\0' && seen != SEEN_NOT) {
        return;
    }
    BUG("walk: a mark for nobody's line");
}

static void on_bulletin(void *ctx, enum bulletin_scope scope, const char *place)
{
    (void)ctx;
    (void)scope;
    (void)place;
}

static void on_department(void *ctx, const char *department)
{
    (void)ctx;
    (void)department;
}

static void on_report(void *ctx, const char *supervisor, const char *visitor, time_ms since)
{
    struct walk *w = ctx;
    struct chat_view chat;

    if (!desk_chat(w->desk, visitor, &chat) || chat.left || text_equal(chat.owner, supervisor)) {
        BUG("walk: %s is told of %s since %lld", supervisor, visitor, (long long)since);
    }
    w->counts.reports++;
}

/* Nothing of theirs may be left. */
static void on_dismissed(void *ctx, const char *agent)
{
    const struct walk *w = ctx;

    for (unsigned i = 0; i < VISITORS; i++) {
        if (walk_has_contact(w, agent, w->ids[i])) {
            BUG("walk: %s is dismissed with the contact %s", agent, w->ids[i]);
        }
    }
}

static void on_ticket_line(void *ctx, const char *agent, const struct ticket_record *ticket,
                           const struct entry_record *e, bool begins)
{
    struct walk *w = ctx;

    if (!desk_is_agent(w->desk, agent) || !text_equal(ticket->owner, agent) ||
        (begins && e->by != BY_VISITOR) || text_equal(e->agent, agent)) {
        BUG("walk: %s hears of ticket %lld", agent, (long long)ticket->number);
    }
    w->counts.ticket_lines++;
}

static void on_ticket_seen(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                           enum entry_seen seen)
{
    (void)ctx;
    if (agent[0] == '\0' || sender_id[0] == '\0' || seen == SEEN_NOT) {
        BUG("walk: a line of ticket %lld was seen by nobody", (long long)ticket);
    }
}

/* Nothing is written here: the edge answers later. */
static void on_news(void *ctx, const char *agent, const char *department, time_ms after)
{
    struct walk *w = ctx;

    if (!desk_is_agent_of(w->desk, agent, department) || after < 0) {
        BUG("walk: %s is to hear news of %s", agent, department);
    }
    snprintf(w->looks, sizeof w->looks, "%s", agent);
    snprintf(w->looked_at, sizeof w->looked_at, "%s", department);
    w->counts.news++;
}

static void on_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                    const char *visitor, const char *text)
{
    struct walk *w = ctx;

    bool is_for_supervisors = call > CALL_TICKET_DUE || call == CALL_TICKET_UNREACHED;
    bool may_be_told = desk_is_agent_of(w->desk, agent, department) ||
                       (call == CALL_RATED && desk_is_agent(w->desk, agent)) ||
                       (is_for_supervisors && desk_has_role(w->desk, agent, ROLE_SUPERVISOR));
    if (!may_be_told || text == NULL ||
        (call == CALL_WAITS || call == CALL_TAKEN || call == CALL_OVER || call == CALL_RATED) !=
            (visitor[0] != '\0')) {
        BUG("walk: %s is called by %s of '%s'", agent, department, visitor);
    }
    if (call >= CALL_TICKET_DUE && desk_ticket(w->desk, strtoll(text, NULL, 10)) == NULL) {
        BUG("walk: %s is told of ticket %s, which cannot be looked at", agent, text);
    }
    w->counts.ticket_calls += call >= CALL_TICKET_DUE ? 1 : 0;
    w->counts.calls += call == CALL_WAITS ? 1 : 0;
    w->counts.taken += call == CALL_TAKEN || call == CALL_OVER ? 1 : 0;
}

/* A ticket is received once, and again only when it was solved. */
static void note_step(struct walk *w, int64_t number, const char *step)
{
    static char solved[] = "solved";
    static char open[] = "open";
    char key[24];

    snprintf(key, sizeof key, "%lld", (long long)number);
    const char *before = map_get(w->told, key);
    if (text_equal(step, "received") && before != NULL && before != solved) {
        BUG("walk: that ticket %s was received is told again", key);
    }
    map_set(w->told, key, text_equal(step, "solved") ? solved : open);
    w->counts.steps_told++;
}

static void on_visitor_entry(void *ctx, const char *visitor, const char *department,
                             const struct entry_record *e)
{
    struct walk *w = ctx;

    (void)visitor;
    if (e->kind == ENTRY_NOTE) {
        BUG("walk: a visitor is told a note");
    }
    if (e->sequence <= w->last_sequence) {
        BUG("walk: entry %lld was told already", (long long)e->sequence);
    }
    w->last_sequence = e->sequence;
    if (e->kind == ENTRY_NOTICE) {
        w->counts.claims += text_equal(e->event, "joined") ? 1 : 0;
        w->counts.overflows +=
            text_equal(e->event, "joined") && !desk_is_agent_of(w->desk, e->agent, department) ? 1
                                                                                               : 0;
        w->counts.handed += text_equal(e->event, "transferred") ? 1 : 0;
        w->counts.losses += text_equal(e->event, "lost") ? 1 : 0;
        w->counts.left += text_equal(e->event, "left-message") ? 1 : 0;
        w->counts.closing += text_equal(e->event, "closing") ? 1 : 0;
        w->counts.closed += text_equal(e->event, "closed") ? 1 : 0;
        if (desk_step_name(e->event) != NULL) {
            note_step(w, e->chat, desk_step_name(e->event));
        }
    }
}

static void on_visitor_chat(void *ctx, const char *visitor, const struct chat_view *chat)
{
    (void)ctx;
    (void)visitor;
    if (chat->position == 0 || chat->state == CHAT_ACTIVE || chat->state == CHAT_CLOSED) {
        BUG("walk: a position that is none");
    }
}

static void on_visitor_typing(void *ctx, const char *visitor, const char *department,
                              const char *name, const char *state)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)name;
    (void)state;
}

static void on_visitor_seen(void *ctx, const char *visitor, const char *department,
                            const char *sender_id, enum entry_seen seen)
{
    (void)ctx;
    (void)visitor;
    (void)department;
    (void)sender_id;
    (void)seen;
}

void walk_listen(struct walk *w)
{
    w->agent_ports = (struct desk_agent_ports){w,
                                               on_agent_entry,
                                               on_notice,
                                               on_contact,
                                               on_card,
                                               on_agent_typing,
                                               on_agent_seen,
                                               on_department,
                                               on_report,
                                               on_dismissed,
                                               on_call,
                                               on_ticket_line,
                                               on_ticket_seen,
                                               on_news};
    w->visitor_ports = (struct desk_visitor_ports){w,
                                                   on_visitor_entry,
                                                   on_visitor_chat,
                                                   on_visitor_typing,
                                                   on_visitor_seen,
                                                   on_department,
                                                   on_bulletin};
}
