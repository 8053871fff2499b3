#include "agents/tickets.h"

#include "base/clock.h"
#include "base/mem.h"

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

/* 0: no chat is there. */
static int64_t number_here(const struct command_call *c)
{
    struct chat_view chat;

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

    if (c->place != AT_VISITOR || (len > 0 && strspn(first, "0123456789") == len)) {
        return mem_dup(arguments);
    }
    return mem_print("%lld %s", (long long)number_here(c), arguments);
}

/* ---- reading ---- */

static void on_ticket(void *ctx, const struct ticket_answer *answer)
{
    struct command_call *c = ctx;

    desk_load_ticket(c->agents->desk, c->ticket, answer->ticket);
    if (!c->command->only_reads && storage_is_refusing(c->agents->storage)) {
        command_fail(c, N_("Nothing can be kept right now. Nothing was done."));
    } else {
        c->on_ticket(c, answer);
    }
    command_finish(c);
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

void tickets_act(struct command_call *c,
                 void (*then)(struct command_call *c, const struct ticket_answer *answer))
{
    const char *text = command_value(c, "number");
    int64_t number = tickets_number(text);

    if (number > 0) {
        tickets_read(c, number, then);
    } else if (c->place == AT_VISITOR && strcmp(text, "0") == 0) {
        command_fail(c, N_("There is no chat with this visitor. Under a department's contact the "
                           "number of the ticket comes first."));
    } else {
        command_fail(c, N_("\"%s\" is no number of a ticket."), text);
    }
}

/* ---- words ---- */

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

const char *tickets_state(enum language language, enum ticket_state state)
{
    static const char *const STATES[] = {
        [TICKET_NONE] = N_("no ticket"),       [TICKET_NEW] = N_("new"),
        [TICKET_OPEN] = N_("being worked on"), [TICKET_PENDING] = N_("pending"),
        [TICKET_SOLVED] = N_("solved"),        [TICKET_CLOSED] = N_("closed"),
    };

    return language_text(language, STATES[state]);
}
