/* What all visitors of a department or a site are told (desk/bulletin.h). */
#include "agents/call.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "desk/bulletin.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000, DIGITS = 4 };

/* The department of this contact; no site has such an id. */
static const char HERE[] = "-";
/* Of visitors who come over the link, and where one website is configured (web.origins). */
static const char FIRST_SITE[] = "default";

/* ---- where ---- */

/* Of a department's contact its own first, of the service's the first site. */
static bool where_choice(const struct command_call *c, size_t at, struct command_choice *out)
{
    const struct agents_config *config = &c->agents->config;
    struct department_view p;
    bool has_department = desk_department(c->agents->desk, c->local, &p);

    if (has_department && at-- == 0) {
        *out = (struct command_choice){HERE, p.name};
        return true;
    }
    if (at-- == 0) {
        *out = (struct command_choice){FIRST_SITE, language_text(c->language, N_("the website"))};
        return true;
    }
    for (size_t i = 0; i < config->site_count; i++) {
        const char *id = config->sites[i].id;
        if (strcmp(id, FIRST_SITE) != 0 && at-- == 0) {
            *out = (struct command_choice){id, id};
            return true;
        }
    }
    return false;
}

static const char *usual_where(const struct command_call *c)
{
    return c->place == AT_DEPARTMENT ? HERE : FIRST_SITE;
}

static char *where_dup(const struct command_call *c)
{
    return mem_dup(usual_where(c));
}

/* ---- how it is typed ---- */

/* "site=shop for=2h We know ...", in the order of the fields. */
static char *typed_dup(const struct command_call *c, const char *arguments)
{
    static const char *const NAMES[] = {"site=", "for="};
    const char *values[] = {usual_where(c), HERE};
    size_t lens[] = {strlen(values[0]), strlen(values[1])};

    arguments += strspn(arguments, " \t\n");
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES;) {
        size_t name = strlen(NAMES[i]);
        if (strncasecmp(arguments, NAMES[i], name) != 0) {
            i++;
            continue;
        }
        values[i] = arguments + name;
        lens[i] = strcspn(values[i], " \t\n");
        arguments = values[i] + lens[i];
        arguments += strspn(arguments, " \t\n");
        i = 0;
    }
    return mem_print("%.*s %.*s %s", (int)lens[0], values[0], (int)lens[1], values[1], arguments);
}

/* "90m", "2h", "3d". 0: it is none of these. */
static time_ms read_time(const char *text)
{
    static const struct {
        char unit;
        int minutes;
    } UNITS[] = {{'m', 1}, {'h', 60}, {'d', 24 * 60}};
    size_t len = strspn(text, "0123456789");

    for (size_t i = 0; len > 0 && len <= DIGITS && i < sizeof UNITS / sizeof *UNITS; i++) {
        if ((text[len] | 0x20) == UNITS[i].unit && text[len + 1] == '\0') {
            return (time_ms)strtoul(text, NULL, 10) * UNITS[i].minutes * MINUTE_MS;
        }
    }
    return 0;
}

/* ---- what is done ---- */

static enum bulletin_scope scope_of(const struct command_call *c, const char **place)
{
    const char *where = command_value(c, "where");
    bool is_here = where[0] == '\0' ? c->place == AT_DEPARTMENT : strcmp(where, HERE) == 0;

    *place = is_here ? c->local : where[0] != '\0' ? where : FIRST_SITE;
    return is_here ? BULLETIN_DEPARTMENT : BULLETIN_SITE;
}

static void show(struct command_call *c)
{
    const struct bulletin_record *r;
    size_t count = 0;

    for (; (r = desk_bulletin(c->agents->desk, count)) != NULL; count++) {
        char until[TICKETS_DATE_SIZE] = "-";
        if (r->until != 0) {
            tickets_date(c->agents, r->scope == BULLETIN_DEPARTMENT ? r->place : "", r->until,
                         until);
        }
        command_say(c,
                    r->scope == BULLETIN_SITE ? N_("Site %s: %s (by %s, until: %s)")
                                              : N_("Department %s: %s (by %s, until: %s)"),
                    r->place, r->text, r->agent, until);
    }
    if (count == 0) {
        command_say(c, N_("Visitors are told nothing just now."));
    }
}

static void say_refused(struct command_call *c, enum desk_result result)
{
    switch (result) {
    case DESK_FORBIDDEN:
        command_fail(c, N_("Only supervisors and dispatchers tell something to all visitors."));
        break;
    case DESK_FORM:
        command_fail(c, N_("A notice is one line of at most %d characters."), (int)BULLETIN_POINTS);
        break;
    case DESK_FULL:
        command_fail(c, N_("There are too many notices. End one first."));
        break;
    default:
        command_fail(c, N_("There is no notice to end here."));
    }
}

static void finish(struct command_call *c)
{
    const char *place;
    enum bulletin_scope scope = scope_of(c, &place);
    enum desk_result result =
        desk_bulletin_drop(c->agents->desk, clock_utc_ms(), c->agent, scope, place);

    if (result == DESK_OK) {
        command_say(c, N_("Visitors are not told this any more."));
    } else {
        say_refused(c, result);
    }
}

static void begin(struct command_call *c, time_ms lasts)
{
    const char *place;
    enum bulletin_scope scope = scope_of(c, &place);
    time_ms now = clock_utc_ms();
    enum desk_result result =
        desk_bulletin_put(c->agents->desk, now, c->agent, scope, place, command_value(c, "text"),
                          lasts > 0 ? now + lasts : 0);

    if (result == DESK_OK) {
        command_say(c,
                    scope == BULLETIN_SITE
                        ? N_("All visitors of site %s are told so from now on.")
                        : N_("All visitors of department %s are told so from now on."),
                    place);
    } else {
        say_refused(c, result);
    }
}

static void run(struct command_call *c)
{
    const char *text = command_value(c, "text");
    const char *lasts = command_value(c, "for");
    bool is_timed = lasts[0] != '\0' && strcmp(lasts, HERE) != 0;
    time_ms time = is_timed ? read_time(lasts) : 0;

    if (text[0] == '\0') {
        show(c);
    } else if (strcmp(text, "-") == 0) {
        finish(c);
    } else if (is_timed && (time <= 0 || time > (time_ms)BULLETIN_DAYS_MAX * 24 * 60 * MINUTE_MS)) {
        command_fail(c, N_("\"%s\" is no time: 90m, 2h or 3d, at most %d days."), lasts,
                     (int)BULLETIN_DAYS_MAX);
    } else {
        begin(c, time);
    }
}

const struct command command_notice = {
    .word = "notice",
    .alias = "hinweis",
    .places = AT_DEPARTMENT | AT_SERVICE,
    .roles = BY_AGENTS | ROLE_BIT(ROLE_SUPERVISOR) | ROLE_BIT(ROLE_DISPATCHER),
    .usage = N_("[site=SITE] [for=TIME] [TEXT]"),
    .help = N_("tell all visitors of the department or website a line; - ends it; alone: what "
               "they are told"),
    .fields = {{.name = "where",
                .label = N_("For visitors of"),
                .kind = FIELD_CHOICE,
                .choice = where_choice,
                .current_dup = where_dup},
               {.name = "for", .label = N_("How long: 90m, 2h, 3d"), .kind = FIELD_WORD},
               {.name = "text",
                .label = N_("Line for visitors, - to end it, nothing to see it"),
                .kind = FIELD_LINE}},
    .typed_dup = typed_dup,
    .run = run,
};
