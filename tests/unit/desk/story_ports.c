/* The ports of the story: they write down what was told, and see that it could be. */
#include "base/mem.h"
#include "story.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void tell(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct story *s, const char *format, ...)
{
    va_list arguments;

    if (s->told_count == s->told_size) {
        s->told_size = s->told_size == 0 ? 64 : s->told_size * 2;
        s->told = mem_grow(s->told, s->told_size * sizeof *s->told);
    }
    va_start(arguments, format);
    s->told[s->told_count] = mem_alloc(STORY_LINE_SIZE);
    vsnprintf(s->told[s->told_count++], STORY_LINE_SIZE, format, arguments);
    va_end(arguments);
}

static char *contact_key(const char *agent, const char *visitor)
{
    return mem_print("%s %s", agent, visitor);
}

/* An agent hears of a visitor under its contact: that must be there. */
static void must_have_contact(struct story *s, const char *agent, const char *visitor)
{
    char *key = contact_key(agent, visitor);

    if (map_get(s->contacts, key) == NULL) {
        fail_msg("%s is told of %s without having the contact", agent, visitor);
    }
    free(key);
}

static void on_agent_entry(void *ctx, const char *agent, const char *visitor,
                           const struct entry_record *e, bool again)
{
    const char *body = e->fate == FATE_RETRACTED ? "(retracted)" : entry_shown(e);

    must_have_contact(ctx, agent, visitor);
    if (entry_is_change(e)) {
        tell(ctx, "%s hears that %s %s %lld: %s", agent, e->by == BY_VISITOR ? visitor : e->agent,
             e->event, (long long)e->about, e->body);
    } else if (e->by == BY_AGENT) {
        tell(ctx, "%s is shown of %s%s: <%s> %s", agent, visitor, again ? " again" : "", e->name,
             body);
    } else {
        tell(ctx, "%s hears %s%s: %s", agent, visitor, again ? " again" : "", body);
    }
}

static void on_notice(void *ctx, const char *agent, const char *visitor, enum agent_notice notice,
                      const char *text)
{
    if (notice != NOTICE_NOT_YOURS) {
        must_have_contact(ctx, agent, visitor);
    }
    tell(ctx, "%s is told of %s: %s '%s'", agent, visitor, notice_name(notice),
         notice == NOTICE_OFFERED ? "" : text);
}

static void on_contact(void *ctx, const char *agent, const char *visitor, bool present)
{
    struct story *s = ctx;
    char *key = contact_key(agent, visitor);
    bool was_there =
        present ? map_set(s->contacts, key, s) != NULL : map_remove(s->contacts, key) != NULL;

    assert_int_equal(was_there, !present);
    free(key);
    tell(s, "%s has %s: %s", agent, visitor, present ? "yes" : "no");
}

static void on_card(void *ctx, const char *visitor)
{
    tell(ctx, "card of %s", visitor);
}

static void on_agent_typing(void *ctx, const char *agent, const char *visitor, const char *state)
{
    must_have_contact(ctx, agent, visitor);
    tell(ctx, "%s sees %s %s", agent, visitor, state);
}

static void on_agent_seen(void *ctx, const char *agent, const char *visitor, const char *sender_id,
                          enum entry_seen seen)
{
    tell(ctx, "%s knows that %s has seen %s: %d", agent, visitor, sender_id, (int)seen);
}

static void on_department(void *ctx, const char *department)
{
    tell(ctx, "department %s", department);
}

static void on_bulletin(void *ctx, enum bulletin_scope scope, const char *place)
{
    tell(ctx, "bulletin of %s %s", scope == BULLETIN_SITE ? "site" : "department", place);
}

static void on_report(void *ctx, const char *supervisor, const char *visitor, time_ms since)
{
    const struct story *s = ctx;

    tell(ctx, "%s hears that %s waits for %lld s", supervisor, visitor,
         (long long)(s->now - since) / SECOND);
}

static void on_dismissed(void *ctx, const char *agent)
{
    tell(ctx, "%s is dismissed", agent);
}

static void on_call(void *ctx, const char *agent, const char *department, enum agent_call call,
                    const char *visitor, const char *text)
{
    tell(ctx, "%s is called by %s: %s %s'%s'", agent, department, call_name(call), visitor, text);
}

static void on_ticket(void *ctx, const char *agent, const struct ticket_record *ticket,
                      const struct entry_record *e, bool begins)
{
    tell(ctx, "%s hears of ticket %lld%s: <%s> %s", agent, (long long)ticket->number,
         begins ? " anew" : "", e->by == BY_VISITOR ? "" : e->name, e->body);
}

static void on_ticket_seen(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                           enum entry_seen seen)
{
    tell(ctx, "%s knows of ticket %lld that was seen %s: %d", agent, (long long)ticket, sender_id,
         (int)seen);
}

static void on_news(void *ctx, const char *agent, const char *department, time_ms after)
{
    struct story *s = ctx;

    assert_in_range(s->look_count, 0, STORY_LOOKS - 1);
    s->looks[s->look_count++] =
        (struct story_look){.agent = mem_dup(agent), .department = mem_dup(department), after};
}

static void on_visitor_entry(void *ctx, const char *visitor, const char *department,
                             const struct entry_record *e)
{
    assert_true(department[0] != '\0');
    if (entry_is_change(e)) {
        tell(ctx, "%s hears that %s %s %lld: %s", visitor, e->by == BY_VISITOR ? visitor : e->agent,
             e->event, (long long)e->about, e->body);
    } else if (e->kind == ENTRY_NOTICE) {
        tell(ctx, "%s notice: %s %s", visitor, e->event, e->name);
        snprintf(((struct story *)ctx)->notice_body, STORY_NAME_SIZE, "%s", e->body);
    } else if (e->by == BY_VISITOR) {
        tell(ctx, "%s own line: %s", visitor, e->body);
    } else {
        tell(ctx, "%s hears %s: %s", visitor, e->name, e->body);
    }
}

static void on_visitor_chat(void *ctx, const char *visitor, const struct chat_view *chat)
{
    tell(ctx, "%s waits: state %d position %zu%s", visitor, (int)chat->state, chat->position,
         chat->left ? " left" : "");
}

static void on_visitor_typing(void *ctx, const char *visitor, const char *department,
                              const char *name, const char *state)
{
    assert_true(department[0] != '\0');
    tell(ctx, "%s sees %s %s", visitor, name, state);
}

static void on_visitor_seen(void *ctx, const char *visitor, const char *department,
                            const char *sender_id, enum entry_seen seen)
{
    assert_true(department[0] != '\0');
    tell(ctx, "%s knows that was seen %s: %d", visitor, sender_id, (int)seen);
}

void story_connect(struct story *s)
{
    s->agent_ports = (struct desk_agent_ports){s,
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
                                               on_ticket,
                                               on_ticket_seen,
                                               on_news};
    s->visitor_ports = (struct desk_visitor_ports){s,
                                                   on_visitor_entry,
                                                   on_visitor_chat,
                                                   on_visitor_typing,
                                                   on_visitor_seen,
                                                   on_department,
                                                   on_bulletin};
}
