#include "agents/tickets.h"

#include "agents/agents_state.h"
#include "agents/own.h"
#include "agents/past.h"
#include "agents/ticket_lines.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"
#include "desk/related.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 15, MINUTE_S = 60, HOUR_S = 60 * MINUTE_S };

/* ---- which one ---- */

int64_t tickets_number(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= DIGITS && strspn(text, "0123456789") == len ? strtoll(text, NULL, 10)
                                                                         : 0;
}

int64_t tickets_here(const struct command_call *c)
{
    return c->place == AT_TICKET ? ticket_lines_number(c->local) : 0;
}

/* 0: no chat is there. */
static int64_t number_here(const struct command_call *c)
{
    struct chat_view chat;

    if (c->place == AT_TICKET) {
        return tickets_here(c);
    }
    return c->place == AT_VISITOR && desk_chat(c->agents->desk, c->local, &chat) ? chat.number : 0;
}

char *tickets_current_dup(const struct command_call *c)
{
    int64_t number = number_here(c);

    return number > 0 ? mem_print("%lld", (long long)number) : NULL;
}

char *tickets_typed_dup(const struct command_call *c, const char *arguments)
{
    const char *first = arguments + strspn(arguments, " \t\n");
    size_t len = strcspn(first, " \t\n");

    bool is_number = len > 0 && len <= DIGITS && strspn(first, "0123456789") == len;

    /* At a ticket's address another number is no number of a ticket. */
    if (c->place == AT_TICKET ? is_number && strtoll(first, NULL, 10) == number_here(c)
                              : c->place != AT_VISITOR || is_number) {
        return mem_dup(arguments);
    }
    return mem_print("%lld %s", (long long)number_here(c), arguments);
}

char *tickets_typed_here_dup(const struct command_call *c, const char *arguments)
{
    return c->place != AT_DEPARTMENT ? mem_print("%lld %s", (long long)number_here(c), arguments)
                                     : mem_dup(arguments);
}

/* ---- reading ---- */

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct command_call *c = ctx;

    desk_load_ticket(c->agents->desk, c->ticket, answer->ticket);
    desk_load_spent(c->agents->desk, c->ticket, answer->spent);
    desk_load_ticket_lines(c->agents->desk, c->ticket, answer->recent, answer->recent_count);
    desk_load_related(c->agents->desk, c->ticket, &answer->related);
    desk_load_own(c->agents->desk, c->ticket, &answer->own);
    bool was_running = c->running; /* the answer was there at once */
    c->deferred = false;
    if (!c->command->only_reads && storage_is_refusing(c->agents->storage)) {
        command_fail(c, N_("Nothing can be kept right now. Nothing was done."));
    } else {
        c->running = true; /* it may defer once more: a macro */
        c->on_ticket(c, answer);
        c->running = was_running;
    }
    if (c->other != 0) {
        desk_load_ticket(c->agents->desk, c->other, NULL); /* it need not stay any more */
        c->other = 0;
    }
    if (!c->deferred) {
        command_finish(c);
    }
}

void tickets_read(struct command_call *c, int64_t number,
                  void (*then)(struct command_call *c, const struct ticket_answer *answer))
{
    c->ticket = number;
    c->on_ticket = then;
    command_defer(c);
    desk_await_ticket(c->agents->desk, number);
    storage_ticket(c->agents->storage, number, on_ticket, c);
}

int64_t tickets_given(struct command_call *c)
{
    const char *text = command_value(c, "number");
    int64_t number = tickets_number(text);

    if (number > 0) {
        return number;
    }
    if (c->place == AT_VISITOR && strcmp(text, "0") == 0) {
        command_fail(c, N_("There is no chat with this visitor. Under a department's contact the "
                           "number of the ticket comes first."));
    } else {
        command_fail(c, N_("\"%s\" is no number of a ticket."), text);
    }
    return 0;
}

void tickets_act(struct command_call *c,
                 void (*then)(struct command_call *c, const struct ticket_answer *answer))
{
    int64_t number = tickets_given(c);

    if (number > 0) {
        tickets_read(c, number, then);
    }
}

/* It stays in memory until the first is read, too: it is awaited once more. */
static void on_other(void *ctx, const struct ticket_answer *answer)
{
    struct command_call *c = ctx;
    struct desk *desk = c->agents->desk;

    desk_await_ticket(desk, c->other);
    desk_load_ticket(desk, c->other, answer->ticket);
    desk_load_related(desk, c->other, &answer->related);
    desk_load_own(desk, c->other, &answer->own);
    tickets_read(c, c->ticket, c->on_ticket);
}

void tickets_act_two(struct command_call *c, const char *field,
                     void (*then)(struct command_call *c, const struct ticket_answer *answer))
{
    const char *text = command_value(c, field);
    size_t len = strlen(text);
    char *number = mem_dup_n(text, len > 0 && text[len - 1] == '!' ? len - 1 : len);
    int64_t other = tickets_number(number);

    free(number);
    c->ticket = tickets_given(c);
    if (c->ticket == 0) {
        return;
    }
    if (other == 0) {
        command_fail(c, N_("\"%s\" is no number of a ticket."), text);
        return;
    }
    c->other = other;
    c->on_ticket = then;
    command_defer(c);
    desk_await_ticket(c->agents->desk, other);
    storage_ticket(c->agents->storage, other, on_other, c);
}

char *tickets_typed_two_dup(const struct command_call *c, const char *arguments)
{
    const char *first = arguments + strspn(arguments, " \t\n");
    const char *second = first + strcspn(first, " \t\n");
    bool are_two = second[strspn(second, " \t\n")] != '\0';

    return are_two || c->place == AT_DEPARTMENT
               ? mem_dup(arguments)
               : mem_print("%lld %s", (long long)number_here(c), first);
}

bool tickets_may_read(const struct agents *a, const char *who, const struct ticket_answer *answer)
{
    const struct ticket_record *t = answer->ticket;

    return answer->chat != NULL && (past_may_read(a, who, answer->chat) ||
                                    (t != NULL && desk_may_change_ticket(a->desk, who, t)));
}

bool tickets_may_read_chat(const struct agents *a, const char *who, const struct chat_record *chat)
{
    const struct ticket_record *t = desk_ticket(a->desk, chat->number);

    return past_may_read(a, who, chat) || (t != NULL && desk_may_change_ticket(a->desk, who, t));
}

bool tickets_may_see(const struct agents *a, const char *who, const struct ticket_answer *answer)
{
    const struct ticket_record *t = answer->ticket;

    return tickets_may_read(a, who, answer) ||
           (answer->chat != NULL && t != NULL && desk_may_see_ticket(a->desk, who, t));
}

/* ---- words ---- */

char *tickets_subject_dup(const struct ticket_answer *answer, bool may_read, size_t points)
{
    const struct ticket_record *t = answer->ticket;
    bool is_named = t != NULL && t->subject[0] != '\0';
    const char *line = is_named ? t->subject : may_read ? answer->first_line : "";
    char *subject = text_name_dup(line, 2 * points);
    char *clipped = text_clip_dup(subject, points, points * 4);

    if (strlen(clipped) < strlen(subject)) {
        char *marked = mem_print("%s…", clipped);
        free(clipped);
        clipped = marked;
    }
    free(subject);
    return clipped;
}

bool tickets_well(struct command_call *c, enum desk_result result)
{
    switch (result) {
    case DESK_OK:
        return true;
    case DESK_REPEATED:
        command_say(c, N_("It is so already."));
        break;
    case DESK_FORBIDDEN:
        command_fail(c, N_("This is for agents of the ticket's department and who has it."));
        break;
    case DESK_CLOSED:
        command_fail(c,
                     N_("There is no such step from the state it is in. A closed ticket can be "
                        "opened again: %cstate open"),
                     c->agents->config.command_prefix);
        break;
    case DESK_FULL:
        command_fail(c, N_("There is no room for more of these, or it is too long."));
        break;
    case DESK_MISSING:
        own_fail_missing(c, c->ticket);
        break;
    case DESK_NO_TICKETS:
        command_fail(c, N_("This department makes no tickets of its chats."));
        break;
    default:
        command_fail(c,
                     N_("There is no ticket of this number, or it is not for you. %cconvert "
                        "makes one of a chat that has ended."),
                     c->agents->config.command_prefix);
    }
    return false;
}

void tickets_date(const struct agents *a, const char *department, time_ms at,
                  char out[TICKETS_DATE_SIZE])
{
    int offset = desk_zone_offset(a->desk, department, at);
    char sign = offset < 0 ? '-' : '+';
    int distance = abs(offset);
    char stamp[CLOCK_STAMP_SIZE];

    clock_stamp(at + offset * (time_ms)1000, stamp);
    int len = snprintf(out, TICKETS_DATE_SIZE, "%.10s %.5s (UTC", stamp, stamp + 11);
    if (distance > 0) {
        len +=
            snprintf(out + len, TICKETS_DATE_SIZE - (size_t)len, "%c%d", sign, distance / HOUR_S);
    }
    if (distance % HOUR_S != 0) {
        len += snprintf(out + len, TICKETS_DATE_SIZE - (size_t)len, ":%02d",
                        distance % HOUR_S / MINUTE_S);
    }
    snprintf(out + len, TICKETS_DATE_SIZE - (size_t)len, ")");
}

void tickets_write_numbers(struct buf *out, const int64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_printf(out, "%s%lld", i > 0 ? ", " : "", (long long)numbers[i]);
    }
}

void tickets_write_state(struct buf *out, enum language language, const struct ticket_record *t)
{
    buf_add_text(out, tickets_state(language, t != NULL ? t->state : TICKET_NONE));
    if (t != NULL && t->merged > 0) {
        /* translators: number of the ticket that this one went into */
        buf_printf(out, language_text(language, " (part of ticket %lld)"), (long long)t->merged);
    } else if (t != NULL && t->merged == MERGED_GONE) {
        buf_add_text(out, language_text(language, N_(" (part of a ticket that was erased)")));
    }
}

const char *tickets_state(enum language language, enum ticket_state state)
{
    static const char *const STATES[] = {
        [TICKET_NONE] = N_("no ticket"),       [TICKET_NEW] = N_("new"),
        [TICKET_OPEN] = N_("being worked on"), [TICKET_PENDING] = N_("pending"),
        [TICKET_SOLVED] = N_("solved"),        [TICKET_CLOSED] = N_("closed"),
    };

    return language_text(language, STATES[state]);
}

/* ---- what time has done ---- */

/* Who has it, for whom it is not. */
static void add_owner(const struct agents *a, struct buf *out, enum language language,
                      const char *agent, const char *owner)
{
    if (!desk_is_agent(a->desk, owner)) {
        buf_add_char(out, ' ');
        buf_add_text(out, language_text(language, N_("Nobody has it.")));
    } else if (strcmp(owner, agent) != 0) {
        buf_add_char(out, ' ');
        /* translators: an agent's name */
        buf_printf(out, language_text(language, "%s has it."), desk_agent_name(a->desk, owner));
    }
}

static void add_call(const struct agents *a, struct buf *out, enum language language,
                     const struct ticket_record *r, const char *number, enum agent_call call)
{
    /* translators: number of the ticket; so in all of these */
    static const char *const CHANGES[] = {
        N_("Ticket %s was pending until now: it is open again."),
        N_("Ticket %s was handed to you and others."),
        N_("Another ticket went into ticket %s."),
    };
    /* translators: number of the ticket, then a date; so in all of these */
    static const char *const TEXTS[] = {
        N_("Ticket %s: the first answer is due by %s."),
        N_("Ticket %s: the next answer is due by %s."),
        N_("Ticket %s: it is to be solved by %s."),
        N_("Ticket %s: the first answer was due by %s."),
        N_("Ticket %s: the next answer was due by %s."),
        N_("Ticket %s: it was to be solved by %s."),
    };
    enum ticket_target target =
        (enum ticket_target)((call - CALL_FIRST_ANSWER_NEAR) % TARGET_COUNT);
    char date[TICKETS_DATE_SIZE];
    struct target_view view = {.due = 0};

    if (call < CALL_FIRST_ANSWER_NEAR) {
        buf_add_filled(out, language_text(language, CHANGES[call - CALL_TICKET_DUE]), number, "");
        return;
    }
    desk_ticket_target(a->desk, clock_utc_ms(), r, target, &view);
    tickets_date(a, r->department, view.due, date);
    buf_add_filled(out, language_text(language, TEXTS[call - CALL_FIRST_ANSWER_NEAR]), number,
                   date);
}

/* What somebody has done, or has come back. */
static void add_news(const struct agents *a, struct buf *out, enum language language,
                     enum agent_call call, const char *number)
{
    /* translators: number of the ticket, then its address; so in all of these */
    static const char *const TEXTS[] = {
        N_("Ticket %s was given to you. Its address is %s"),
        N_("In ticket %s, which nobody has, the requester wrote. You read and answer it at %s"),
        N_("What was written in ticket %s did not reach the agent who has it: their server sent it "
           "back. You read it at %s"),
        N_("Your answer in ticket %s came back from the requester's server. They see it when they "
           "come to the website. Its address is %s"),
    };
    char local[32];

    snprintf(local, sizeof local, "ticket-%.20s", number);
    buf_add_filled(out, language_text(language, TEXTS[call - CALL_TICKET]), number,
                   agents_address(a, local, NULL));
}

void tickets_write_call(const struct agents *a, struct buf *out, const char *agent,
                        enum agent_call call, const char *number)
{
    const struct ticket_record *r = desk_ticket(a->desk, tickets_number(number));
    enum language language = agents_language(a, agent);

    if (call < CALL_TICKET_DUE) {
        buf_add_text(out, "— ");
        add_news(a, out, language, call, number);
        return;
    }
    if (r == NULL) {
        BUG("ticket %s is called about and is not in memory", number);
    }
    buf_add_text(out, "— ");
    add_call(a, out, language, r, number, call);
    add_owner(a, out, language, agent, r->owner);
    buf_add_char(out, ' ');
    /* translators: what commands begin with, number of the ticket */
    buf_printf(out, language_text(language, "%cticket %s shows it."), a->config.command_prefix,
               number);
}
