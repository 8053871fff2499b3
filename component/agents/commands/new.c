/* A ticket by hand: who asks has called, written a letter or stands at the counter. */
#include "agents/call.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_tickets.h"

#include <stdio.h>
#include <string.h>

enum { VISITOR_SIZE = 22 }; /* "visitor-" and 13 letters */

static const struct {
    const char *word;
    const char *label;
} WAYS[] = {{"telephone", N_("telephone")}, {"letter", N_("letter")}, {"counter", N_("counter")}};

static bool way(const struct command_call *c, size_t at, struct command_choice *out)
{
    if (at >= sizeof WAYS / sizeof *WAYS) {
        return false;
    }
    *out = (struct command_choice){WAYS[at].word, language_text(c->language, WAYS[at].label)};
    return true;
}

/* Those in which the reader may make one. */
static bool department(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct desk *desk = c->agents->desk;
    bool all = desk_has_role(desk, c->agent, ROLE_SUPERVISOR);
    struct department_view p;

    const char *id = !all                               ? desk_agent_department(desk, c->agent, at)
                     : at < desk_department_count(desk) ? desk_department_id(desk, at)
                                                        : NULL;
    if (id == NULL || !desk_department(desk, id, &p)) {
        return false;
    }
    *out = (struct command_choice){p.id, p.name};
    return true;
}

static char *current_dup(const struct command_call *c)
{
    return c->place == AT_DEPARTMENT ? mem_dup(c->local) : NULL;
}

/* Under a department's contact it is that one; what begins without a name is the subject. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    const char *at = arguments + strspn(arguments, " \t\n");
    size_t first = strcspn(at, " \t\n");
    size_t id = 0;

    if (c->place != AT_DEPARTMENT) {
        id = first;
        at += first + strspn(at + first, " \t\n");
        first = strcspn(at, " \t\n");
    }
    bool is_named = first == 0 || memchr(at, '=', first) != NULL;
    return mem_print("%.*s %s%s", c->place == AT_DEPARTMENT ? (int)strlen(c->local) : (int)id,
                     c->place == AT_DEPARTMENT ? c->local : arguments + strspn(arguments, " \t\n"),
                     is_named ? "" : "subject=", at);
}

static bool check(struct command_call *c)
{
    const char *email = command_value(c, "email");

    if (command_value(c, "subject")[0] == '\0') {
        command_fail(c, N_("%s: this is missing."), language_text(c->language, N_("Subject")));
        return false;
    }
    if (email[0] != '\0' && !text_is_email(email)) {
        command_fail(c, N_("This is no e-mail address."));
        return false;
    }
    return true;
}

static void answer(struct command_call *c, enum desk_result result, int64_t number)
{
    switch (result) {
    case DESK_OK:
        command_say(c, N_("Ticket %lld was made. %cticket %lld shows it."), (long long)number,
                    c->agents->config.command_prefix, (long long)number);
        break;
    case DESK_NO_TICKETS:
        command_fail(c, N_("This department makes no tickets."));
        break;
    case DESK_FULL:
        command_fail(c, N_("A subject and what is known of who asks have at most %d bytes each."),
                     TICKET_SUBJECT_BYTES);
        break;
    default:
        command_fail(c, N_("You do not work in this department."));
    }
}

static void run(struct command_call *c)
{
    const char *by = command_value(c, "way");
    char random[ID_SIZE];
    char visitor[VISITOR_SIZE];
    int64_t number = 0;

    id_random(random);
    snprintf(visitor, sizeof visitor, "visitor-%.13s", random);
    const struct ticket_by_hand h = {.visitor = visitor,
                                     .department = command_value(c, "department"),
                                     .name = command_value(c, "name"),
                                     .email = command_value(c, "email"),
                                     .phone = command_value(c, "phone"),
                                     .subject = command_value(c, "subject"),
                                     .text = command_value(c, "text"),
                                     .way = by[0] != '\0' ? by : WAYS[0].word};
    enum desk_result result =
        desk_ticket_by_hand(c->agents->desk, clock_utc_ms(), c->agent, &h, &number);
    answer(c, result, number);
}

const struct command command_new = {
    .word = "new",
    .alias = "neu",
    .places = AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR),
    .usage = N_("[DEPARTMENT] SUBJECT [name=NAME] [phone=NUMBER] [email=ADDRESS] [text=TEXT]"),
    .help = N_("make a ticket for who has called, written a letter or stands at the counter"),
    .named = 1,
    .fields = {{.name = "department",
                .label = N_("Department"),
                .kind = FIELD_CHOICE,
                .required = true,
                .choice = department,
                .current_dup = current_dup},
               {.name = "subject", .label = N_("Subject"), .kind = FIELD_LINE},
               {.name = "name", .label = N_("Name of who asks"), .kind = FIELD_LINE},
               {.name = "phone", .label = N_("Telephone"), .kind = FIELD_LINE},
               {.name = "email", .label = N_("E-mail"), .kind = FIELD_WORD},
               {.name = "way", .label = N_("How it came"), .kind = FIELD_CHOICE, .choice = way},
               {.name = "text", .label = N_("What is wanted"), .kind = FIELD_LINES}},
    .typed_dup = typed_dup,
    .check = check,
    .run = run,
};
