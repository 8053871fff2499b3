/* What must have been told, what must be so, and what must be stored. */
#include "base/text.h"
#include "desk/desk_state.h"
#include "story.h"
#include "story_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

const char *notice_name(enum agent_notice notice)
{
    static const char *const names[] = {
        [NOTICE_OFFERED] = "offered",
        [NOTICE_TAKEN_BY] = "taken by",
        [NOTICE_TAKEN_OVER] = "taken over",
        [NOTICE_WITHDRAWN] = "withdrawn",
        [NOTICE_WENT_ON] = "went on",
        [NOTICE_NOT_YOURS] = "not yours",
        [NOTICE_ABSENT] = "absent",
        [NOTICE_CLOSED] = "closed",
        [NOTICE_MOVED] = "moved",
        [NOTICE_NOT_READING] = "not reading",
        [NOTICE_ADDED_TO_RECORD] = "added to record",
        [NOTICE_REMINDED] = "reminded",
        [NOTICE_DISMISSED] = "dismissed",
        [NOTICE_PAGE] = "page",
        [NOTICE_HANDED] = "handed",
        [NOTICE_RETURNED] = "returned",
        [NOTICE_LEVEL_RETURNED] = "level returned",
        [NOTICE_YOURS] = "yours",
        [NOTICE_INVITED] = "invited",
        [NOTICE_NOT_COMING] = "not coming",
        [NOTICE_JOINED] = "joined",
        [NOTICE_LEFT] = "left",
        [NOTICE_WATCHED] = "watched",
    };

    return names[notice];
}

const char *call_name(enum agent_call call)
{
    static const char *const names[] = {
        [CALL_WAITS] = "waits",
        [CALL_TAKEN] = "taken",
        [CALL_OVER] = "over",
        [CALL_IDLE] = "idle",
        [CALL_PAUSE_OVER] = "pause over",
        [CALL_TICKET] = "ticket",
        [CALL_RATED] = "rated",
        [CALL_TICKET_DUE] = "ticket due",
        [CALL_FIRST_ANSWER_NEAR] = "first answer near",
        [CALL_NEXT_ANSWER_NEAR] = "next answer near",
        [CALL_SOLUTION_NEAR] = "solution near",
        [CALL_FIRST_ANSWER_LATE] = "first answer late",
        [CALL_NEXT_ANSWER_LATE] = "next answer late",
        [CALL_SOLUTION_LATE] = "solution late",
        [CALL_TICKET_LINE] = "ticket line",
        [CALL_TICKET_UNREACHED] = "ticket unreached",
        [CALL_TICKET_RETURNED] = "ticket returned",
    };

    return names[call];
}

/* ---- what was told ---- */

static void take_out(struct story *s, size_t at)
{
    free(s->told[at]);
    s->told_count--;
    memmove(s->told + at, s->told + at + 1, (s->told_count - at) * sizeof *s->told);
}

static bool find(const struct story *s, const char *line, size_t *at)
{
    for (*at = 0; *at < s->told_count; ++*at) {
        if (text_equal(s->told[*at], line)) {
            return true;
        }
    }
    return false;
}

static void print_all(const struct story *s)
{
    print_error("what was told and not yet expected:\n");
    for (size_t i = 0; i < s->told_count; i++) {
        print_error("    %s\n", s->told[i]);
    }
}

static void expect(struct story *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void expect(struct story *s, const char *format, ...)
{
    char line[STORY_LINE_SIZE];
    size_t at;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (!find(s, line, &at)) {
        print_all(s);
        fail_msg("nobody said: %s", line);
    }
    take_out(s, at);
}

void forget_what_was_told(struct story *s)
{
    while (s->told_count > 0) {
        take_out(s, s->told_count - 1);
    }
}

void expect_nothing(struct story *s)
{
    for (size_t i = s->told_count; i > 0; i--) {
        const char *line = s->told[i - 1];
        if (strncmp(line, "card of ", 8) == 0 || strncmp(line, "department ", 11) == 0) {
            take_out(s, i - 1);
        }
    }
    if (s->told_count > 0) {
        print_all(s);
        fail_msg("nothing more was to be told");
    }
}

/* ---- to agents ---- */

void expect_agent_told(struct story *s, const char *agent, const char *visitor,
                       enum agent_notice notice, const char *text)
{
    expect(s, "%s is told of %s: %s '%s'", jid_of(s, agent), id_of(s, visitor), notice_name(notice),
           text);
}

void expect_offer(struct story *s, const char *agent, const char *visitor)
{
    expect_contact(s, agent, visitor);
    expect_agent_told(s, agent, visitor, NOTICE_OFFERED, "");
}

void expect_reminded(struct story *s, const char *agent, const char *visitor, time_ms waited)
{
    char stamp[CLOCK_TEXT_SIZE];

    clock_text(s->now - waited, stamp);
    expect_agent_told(s, agent, visitor, NOTICE_REMINDED, stamp);
}

void expect_report(struct story *s, const char *supervisor, const char *visitor, time_ms waited)
{
    expect(s, "%s hears that %s waits for %lld s", jid_of(s, supervisor), id_of(s, visitor),
           (long long)waited / SECOND);
}

void expect_no_offer(struct story *s, const char *agent, const char *visitor)
{
    char line[STORY_LINE_SIZE];
    size_t at;

    snprintf(line, sizeof line, "%s is told of %s: offered ''", jid_of(s, agent),
             id_of(s, visitor));
    if (find(s, line, &at)) {
        fail_msg("%s was offered %s", agent, visitor);
    }
}

void expect_withdrawn(struct story *s, const char *agent, const char *visitor)
{
    expect_agent_told(s, agent, visitor, NOTICE_WITHDRAWN, "");
    expect_contact_gone(s, agent, visitor);
}

void expect_went_on(struct story *s, const char *agent, const char *visitor)
{
    expect_agent_told(s, agent, visitor, NOTICE_WENT_ON, "");
    expect_contact_gone(s, agent, visitor);
}

void expect_taken_by(struct story *s, const char *agent, const char *visitor, const char *owner)
{
    expect_agent_told(s, agent, visitor, NOTICE_TAKEN_BY, shown_as(s, owner));
    expect_contact_gone(s, agent, visitor);
}

void expect_agent_hears(struct story *s, const char *agent, const char *visitor, const char *text)
{
    expect(s, "%s hears %s: %s", jid_of(s, agent), id_of(s, visitor), text);
}

void expect_agent_shown(struct story *s, const char *agent, const char *visitor, const char *by,
                        const char *text)
{
    expect(s, "%s is shown of %s: <%s> %s", jid_of(s, agent), id_of(s, visitor), shown_as(s, by),
           text);
}

void expect_contact(struct story *s, const char *agent, const char *visitor)
{
    expect(s, "%s has %s: yes", jid_of(s, agent), id_of(s, visitor));
}

void expect_contact_gone(struct story *s, const char *agent, const char *visitor)
{
    expect(s, "%s has %s: no", jid_of(s, agent), id_of(s, visitor));
}

void expect_waits(struct story *s, const char *agent, const char *department, const char *visitor,
                  time_ms waited)
{
    char stamp[CLOCK_TEXT_SIZE];

    clock_text(s->now - waited, stamp);
    expect_call(s, agent, department, CALL_WAITS, visitor, stamp);
}

void expect_call(struct story *s, const char *agent, const char *department, enum agent_call call,
                 const char *visitor, const char *text)
{
    expect(s, "%s is called by %s: %s %s'%s'", jid_of(s, agent), department, call_name(call),
           visitor[0] != '\0' ? id_of(s, visitor) : "", text);
}

void expect_ticket_line(struct story *s, const char *agent, int64_t ticket, bool begins,
                        const char *by, const char *text)
{
    expect(s, "%s hears of ticket %lld%s: <%s> %s", jid_of(s, agent), (long long)ticket,
           begins ? " anew" : "", by[0] != '\0' ? shown_as(s, by) : "", text);
}

void expect_ticket_seen(struct story *s, const char *agent, int64_t ticket, const char *id,
                        enum entry_seen seen)
{
    expect(s, "%s knows of ticket %lld that was seen %s: %d", jid_of(s, agent), (long long)ticket,
           id, (int)seen);
}

void expect_duty(struct story *s, const char *agent, enum duty_state state)
{
    struct duty_view view;

    assert_true(desk_duty(s->desk, jid_of(s, agent), &view));
    assert_int_equal(view.state, state);
}

void expect_dismissed(struct story *s, const char *agent)
{
    expect(s, "%s is dismissed", jid_of(s, agent));
}

void expect_card(struct story *s, const char *visitor)
{
    expect(s, "card of %s", id_of(s, visitor));
}

void expect_agent_sees_typing(struct story *s, const char *agent, const char *visitor,
                              const char *state)
{
    expect(s, "%s sees %s %s", jid_of(s, agent), id_of(s, visitor), state);
}

void expect_agent_sees_seen(struct story *s, const char *agent, const char *visitor, const char *id,
                            enum entry_seen seen)
{
    expect(s, "%s knows that %s has seen %s: %d", jid_of(s, agent), id_of(s, visitor), id,
           (int)seen);
}

/* ---- to visitors ---- */

void expect_agent_hears_again(struct story *s, const char *agent, const char *visitor,
                              const char *text)
{
    expect(s, "%s hears %s again: %s", jid_of(s, agent), id_of(s, visitor), text);
}

void expect_visitor_hears(struct story *s, const char *visitor, const char *agent, const char *text)
{
    expect(s, "%s hears %s: %s", id_of(s, visitor), shown_as(s, agent), text);
}

void expect_change(struct story *s, const char *to, const char *by, const char *event,
                   int64_t about, const char *text)
{
    expect(s, "%s hears that %s %s %lld: %s", to, by, event, (long long)about, text);
}

void expect_own_line(struct story *s, const char *visitor, const char *text)
{
    expect(s, "%s own line: %s", id_of(s, visitor), text);
}

void expect_notice(struct story *s, const char *visitor, const char *event, const char *agent)
{
    expect(s, "%s notice: %s %s", id_of(s, visitor), event, shown_as(s, agent));
}

void expect_step(struct story *s, const char *visitor, const char *event, const char *why)
{
    expect_notice(s, visitor, event, "");
    assert_string_equal(s->notice_body, why);
}

void expect_waiting(struct story *s, const char *visitor, enum chat_state state, size_t position)
{
    expect(s, "%s waits: state %d position %zu", id_of(s, visitor), (int)state, position);
}

void expect_visitor_sees_typing(struct story *s, const char *visitor, const char *agent,
                                const char *state)
{
    expect(s, "%s sees %s %s", id_of(s, visitor), shown_as(s, agent), state);
}

void expect_visitor_sees_seen(struct story *s, const char *visitor, const char *id,
                              enum entry_seen seen)
{
    expect(s, "%s knows that was seen %s: %d", id_of(s, visitor), id, (int)seen);
}

void expect_department_told(struct story *s, const char *department)
{
    /* Both sides: agents' contact of the department, visitors' presence of it. */
    expect(s, "department %s", department);
    expect(s, "department %s", department);
}

void expect_bulletin_told(struct story *s, const char *of)
{
    expect(s, "bulletin of %s", of);
}

/* ---- what must be so ---- */

static struct chat_view view_of(struct story *s, const char *visitor)
{
    struct chat_view view;

    if (!desk_chat(s->desk, id_of(s, visitor), &view)) {
        fail_msg("%s has no chat", visitor);
    }
    return view;
}

void expect_state(struct story *s, const char *visitor, enum chat_state state)
{
    assert_int_equal(view_of(s, visitor).state, state);
}

void expect_owner(struct story *s, const char *visitor, const char *agent)
{
    assert_string_equal(view_of(s, visitor).owner, agent[0] != '\0' ? jid_of(s, agent) : "");
}

void expect_offered_to(struct story *s, const char *visitor, const char *agents)
{
    const struct chat *c = desk_find_visitor(s->desk, id_of(s, visitor))->chat;
    char line[STORY_LINE_SIZE] = "";

    for (size_t i = 0; i < s->desk->agent_count; i++) {
        const struct agent *a = s->desk->agents[i];
        size_t len = strlen(line);
        if (offer_is_open(c, a)) {
            snprintf(line + len, sizeof line - len, "%s%.*s", len > 0 ? " " : "",
                     (int)strcspn(a->jid, "@"), a->jid);
        }
    }
    assert_string_equal(line, agents);
}

void expect_missed(struct story *s, const char *agent, unsigned offers)
{
    assert_int_equal(desk_find_agent(s->desk, jid_of(s, agent))->missed, offers);
}

void expect_left(struct story *s, const char *visitor, bool left)
{
    assert_int_equal(view_of(s, visitor).left, left);
}

void expect_no_chat(struct story *s, const char *visitor)
{
    struct chat_view view;

    assert_false(desk_chat(s->desk, id_of(s, visitor), &view));
}

void expect_department(struct story *s, const char *department, enum department_state state)
{
    struct department_view view;

    assert_true(desk_department(s->desk, department, &view));
    assert_int_equal(view.state, state);
}

/* ---- what must be stored ---- */

struct comparison {
    const struct desk *desk;
    size_t chats;
    size_t entries;
};

static void compare_visitor(void *ctx, const struct visitor_record *r)
{
    const struct comparison *comparison = ctx;
    const struct visitor *v = desk_find_visitor(comparison->desk, r->id);

    assert_non_null(v);
    assert_string_equal(v->record.name, r->name);
    assert_string_equal(v->record.email, r->email);
    assert_string_equal(v->record.page_url, r->page_url);
    assert_string_equal(v->record.page_title, r->page_title);
    assert_string_equal(v->record.last_agent, r->last_agent);
    assert_int_equal(v->record.last_seen, r->last_seen);
}

static void compare_chat(void *ctx, const struct chat_record *r)
{
    struct comparison *comparison = ctx;
    const struct visitor *v = desk_find_visitor(comparison->desk, r->visitor);

    assert_non_null(v);
    const struct chat *c = v->chat;
    assert_non_null(c);
    assert_int_equal(c->number, r->number);
    assert_int_equal(c->state, r->state);
    assert_int_equal(c->left, r->left);
    assert_int_equal(c->created, r->created);
    assert_int_equal(c->waiting_since, r->waiting_since);
    assert_int_equal(c->claimed, r->claimed);
    assert_int_equal(c->priority, r->priority);
    assert_string_equal(c->department->id, r->department);
    assert_string_equal(c->address->id, r->address);
    assert_string_equal(transfer_target(c), r->handed_to);
    assert_string_equal(c->owner != NULL ? c->owner->jid : "", r->owner);
    comparison->chats++;
}

static void compare_entry(void *ctx, const struct entry_record *r)
{
    struct comparison *comparison = ctx;

    list_for_each (struct chat, c, &comparison->desk->chats, link) {
        const struct entry_record *e =
            c->number == r->chat ? transcript_find(&c->transcript, r->sequence) : NULL;
        if (e == NULL) {
            continue;
        }
        assert_int_equal(e->kind, r->kind);
        assert_int_equal(e->by, r->by);
        assert_int_equal(e->seen, r->seen);
        assert_string_equal(e->sender_id, r->sender_id);
        assert_int_equal(e->about, r->about);
        assert_int_equal(e->fate, r->fate);
        assert_string_equal(e->visitor_reactions, r->visitor_reactions);
        assert_string_equal(e->agent_reactions, r->agent_reactions);
        assert_string_equal(e->form, r->form);
        comparison->entries++;
    }
}

void story_compare(struct story *s)
{
    struct comparison comparison = {.desk = s->desk};
    size_t open = 0;
    size_t entries = 0;

    assert_true(storage_load(s->storage, &(struct storage_loader){
                                             .ctx = &comparison,
                                             .visitor = compare_visitor,
                                             .chat = compare_chat,
                                             .entry = compare_entry,
                                         }));
    list_for_each (struct chat, c, &s->desk->chats, link) {
        open += chat_is_open(c) ? 1 : 0;
        entries += chat_is_open(c) ? c->transcript.count : 0;
    }
    assert_int_equal(comparison.chats, open);
    assert_int_equal(comparison.entries, entries);
}
