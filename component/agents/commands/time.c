#include "agents/spent_words.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "desk/desk_tickets.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MINUTES = 60, DIGITS = 4 };

/* "15", "+15", "-5", "1:30" (hours and minutes). False: it is none of these. */
static bool read_minutes(const char *text, int *minutes)
{
    bool less = text[0] == '-';
    const char *first = text + (less || text[0] == '+' ? 1 : 0);
    size_t len = strspn(first, "0123456789");
    const char *rest = first + len;
    bool has_hours = rest[0] == ':' && strspn(rest + 1, "0123456789") == 2 && rest[3] == '\0';

    if (len == 0 || len > DIGITS || (rest[0] != '\0' && !has_hours)) {
        return false;
    }
    long value = strtol(first, NULL, 10);
    if (has_hours) {
        long more = strtol(rest + 1, NULL, 10);
        if (more >= HOUR_MINUTES) {
            return false;
        }
        value = value * HOUR_MINUTES + more;
    }
    *minutes = (int)(less ? -value : value);
    return true;
}

static void tell(struct command_call *c)
{
    char text[SPENT_WORDS_SIZE];

    command_tell(c, N_("Time spent"), "%s",
                 spent_words(desk_spent(c->agents->desk, c->ticket), text));
}

static void change(struct command_call *c, const struct ticket_answer *answer)
{
    int minutes = 0;

    if (!read_minutes(command_value(c, "minutes"), &minutes)) {
        command_fail(c, N_("\"%s\" is no time: 15, -5, or 1:30 for hours and minutes."),
                     command_value(c, "minutes"));
        return;
    }
    enum desk_result done = desk_spend(c->agents->desk, clock_utc_ms(), c->agent, answer->chat,
                                       minutes, command_value(c, "comment"));
    if (done == DESK_FORM) {
        command_fail(c,
                     N_("That is not possible: at once not more than %d minutes, and not less "
                        "than there is."),
                     (int)DESK_SPENT_MINUTES);
        tell(c);
    } else if (done == DESK_FORBIDDEN || done == DESK_NOT_FOUND) {
        tickets_well(c, done);
    } else {
        command_say(c, N_("It is kept."));
        tell(c);
    }
}

static void on_ticket(struct command_call *c, const struct ticket_answer *answer)
{
    if (!tickets_may_see(c->agents, c->agent, answer)) {
        command_fail(c, N_("There is no chat of this number, or it is not for you."));
    } else if (command_value(c, "minutes")[0] != '\0') {
        change(c, answer);
    } else {
        tell(c);
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, on_ticket);
}

const struct command command_time = {
    .word = "time",
    .alias = "zeit",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] [MINUTES] [COMMENT]"),
    .help = N_("the time spent on this chat or ticket; with minutes: so much more, or, with -, "
               "less"),
    .fields = {TICKETS_NUMBER,
               {.name = "minutes",
                .label = N_("Minutes more, or, with -, less"),
                .kind = FIELD_WORD},
               {.name = "comment", .label = N_("Comment"), .kind = FIELD_LINE}},
    .typed_dup = tickets_typed_here_dup,
    .run = run,
};
