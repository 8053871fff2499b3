#include "agents/tickets.h"
#include "base/clock.h"
#include "base/date.h"
#include "desk/desk_tickets.h"

#include <string.h>

enum { MINUTE_MS = 60 * 1000, DAY_MINUTES = 24 * 60 };

static bool fits(const char *text)
{
    static const char FORM[] = "0000-00-00 00:00";
    size_t len = strlen(text);

    for (size_t i = 0; i < len && i < sizeof FORM; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (FORM[i] == '0' ? !is_digit : text[i] != FORM[i]) {
            return false;
        }
    }
    return len == 10 || len == sizeof FORM - 1;
}

/* Of so many digits. */
static unsigned number(const char *digits, size_t count)
{
    unsigned value = 0;

    for (size_t i = 0; i < count; i++) {
        value = value * 10 + (unsigned)(digits[i] - '0');
    }
    return value;
}

/* "2026-12-01" or "2026-12-01 09:30", as minutes since 1970 by the clock on the wall. */
static bool read_date(const char *text, int64_t *minutes)
{
    if (!fits(text)) {
        return false;
    }
    bool has_time = strlen(text) > 10;
    unsigned hour = has_time ? number(text + 11, 2) : 0;
    unsigned minute = has_time ? number(text + 14, 2) : 0;
    struct date day = {
        .year = number(text, 4), .month = number(text + 5, 2), .day = number(text + 8, 2)};
    if (!date_is_real(day) || hour > 23 || minute > 59) {
        return false;
    }
    *minutes = date_to_day(day) * DAY_MINUTES + hour * 60 + minute;
    return true;
}

/* What that clock says in the department. In the hour that a zone leaves out: the one behind. */
static time_ms to_utc(const struct desk *desk, const char *department, int64_t minutes)
{
    time_ms local = minutes * MINUTE_MS;
    time_ms guess = local - desk_zone_offset(desk, department, local) * (time_ms)1000;

    return local - desk_zone_offset(desk, department, guess) * (time_ms)1000;
}

static void set_due(struct command_call *c, const struct ticket_answer *answer)
{
    struct desk *desk = c->agents->desk;
    const char *text = command_value(c, "date");
    const struct ticket_record *ticket = desk_ticket(desk, c->ticket);
    const char *department = ticket != NULL ? ticket->department : "";
    char date[TICKETS_DATE_SIZE];
    int64_t minutes = 0;
    bool never = strcasecmp(text, "never") == 0 ||
                 strcasecmp(text, language_text(c->language, N_("never"))) == 0;

    (void)answer;
    if (!never && !read_date(text, &minutes)) {
        command_fail(c, N_("\"%s\" is no date: 2026-12-01, or 2026-12-01 09:30, or never."), text);
        return;
    }
    time_ms due = never ? 0 : to_utc(desk, department, minutes);
    enum desk_result done = desk_ticket_due(desk, clock_utc_ms(), c->agent, c->ticket, due);
    if (done == DESK_FORM) {
        command_fail(c, N_("The date must lie ahead, within ten years."));
    } else if (tickets_well(c, done) && never) {
        command_say(c, N_("Ticket %lld waits for the requester, without a date."),
                    (long long)c->ticket);
    } else if (done == DESK_OK) {
        tickets_date(c->agents, department, due, date);
        command_say(c, N_("Ticket %lld is pending until %s."), (long long)c->ticket, date);
    }
}

static void run(struct command_call *c)
{
    tickets_act(c, set_due);
}

const struct command command_due = {
    .word = "due",
    .alias = "bis",
    .places = AT_VISITOR | AT_DEPARTMENT | AT_TICKET,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[NUMBER] DATE|never"),
    .help = N_("let this ticket, or the one with that number, rest until that date"),
    .fields = {TICKETS_NUMBER,
               {.name = "date",
                .label = N_("Date, as 2026-12-01 or 2026-12-01 09:30"),
                .kind = FIELD_LINE,
                .required = true}},
    .typed_dup = tickets_typed_dup,
    .run = run,
};
