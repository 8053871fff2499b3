/* The table, and commands that are typed. */
#include "agents/commands.h"

#include "agents/call.h"
#include "agents/ticket_lines.h"
#include "base/clock.h"
#include "base/text.h"

#include <string.h>

/* In the order of the help. */
#define COMMANDS(ROW)                                                                              \
    ROW(help)                                                                                      \
    ROW(take)                                                                                      \
    ROW(next)                                                                                      \
    ROW(decline)                                                                                   \
    ROW(release)                                                                                   \
    ROW(hold)                                                                                      \
    ROW(resume)                                                                                    \
    ROW(transfer)                                                                                  \
    ROW(invite)                                                                                    \
    ROW(join)                                                                                      \
    ROW(leave)                                                                                     \
    ROW(watch)                                                                                     \
    ROW(unwatch)                                                                                   \
    ROW(takeover)                                                                                  \
    ROW(push)                                                                                      \
    ROW(ask)                                                                                       \
    ROW(whisper)                                                                                   \
    ROW(end)                                                                                       \
    ROW(convert)                                                                                   \
    ROW(mine)                                                                                      \
    ROW(who)                                                                                       \
    ROW(queue)                                                                                     \
    ROW(on)                                                                                        \
    ROW(off)                                                                                       \
    ROW(pause)                                                                                     \
    ROW(c)                                                                                         \
    ROW(info)                                                                                      \
    ROW(page)                                                                                      \
    ROW(follow)                                                                                    \
    ROW(unfollow)                                                                                  \
    ROW(history)                                                                                   \
    ROW(files)                                                                                     \
    ROW(name)                                                                                      \
    ROW(email)                                                                                     \
    ROW(phone)                                                                                     \
    ROW(set)                                                                                       \
    ROW(note)                                                                                      \
    ROW(tag)                                                                                       \
    ROW(untag)                                                                                     \
    ROW(priority)                                                                                  \
    ROW(ticket)                                                                                    \
    ROW(tickets)                                                                                   \
    ROW(search)                                                                                    \
    ROW(new)                                                                                       \
    ROW(report)                                                                                    \
    ROW(state)                                                                                     \
    ROW(assign)                                                                                    \
    ROW(due)                                                                                       \
    ROW(subject)                                                                                   \
    ROW(time)                                                                                      \
    ROW(link)                                                                                      \
    ROW(unlink)                                                                                    \
    ROW(merge)                                                                                     \
    ROW(split)                                                                                     \
    ROW(block)                                                                                     \
    ROW(unblock)                                                                                   \
    ROW(blocked)                                                                                   \
    ROW(notice)                                                                                    \
    ROW(agents)                                                                                    \
    ROW(agent)                                                                                     \
    ROW(departments)                                                                               \
    ROW(department)                                                                                \
    ROW(calendars)                                                                                 \
    ROW(hours)                                                                                     \
    ROW(audit)                                                                                     \
    ROW(reads)                                                                                     \
    ROW(export)                                                                                    \
    ROW(erase)

#define DECLARE(name) extern const struct command command_##name;
#define ADDRESS(name) &command_##name,
COMMANDS(DECLARE)

static const struct command *const TABLE[] = {COMMANDS(ADDRESS) NULL};

const struct command *const *commands_table(void)
{
    return TABLE;
}

const struct command *commands_find(const char *word, size_t len)
{
    for (const struct command *const *c = TABLE; *c != NULL; c++) {
        const char *names[] = {(*c)->word, (*c)->alias};
        for (size_t i = 0; i < 2; i++) {
            if (strlen(names[i]) == len && strncasecmp(names[i], word, len) == 0) {
                return *c;
            }
        }
    }
    return NULL;
}

bool commands_may(const struct agents *a, const struct command *c, const char *jid,
                  enum command_place place)
{
    unsigned roles = c->roles | (place == AT_TICKET ? c->ticket_roles : 0);

    for (int role = 0; role < ROLE_COUNT; role++) {
        if ((roles & ROLE_BIT(role)) != 0 && desk_has_role(a->desk, jid, (enum role)role)) {
            return true;
        }
    }
    return false;
}

bool commands_place(const struct agents *a, const char *jid, const char *local,
                    enum command_place *out)
{
    struct visitor_view v;

    if (local[0] == '\0') {
        *out = AT_SERVICE;
        return true;
    }
    if (desk_department_named(a->desk, local) != NULL) {
        *out = AT_DEPARTMENT;
        return true;
    }
    if (ticket_lines_number(local) > 0) {
        *out = AT_TICKET;
        return true;
    }
    *out = AT_VISITOR;
    return desk_visitor(a->desk, local, &v) && card_may_see(a, jid, local);
}

/* ---- as text ---- */

bool commands_is_one(const struct agents *a, const char *line)
{
    unsigned char next = (unsigned char)line[0] != '\0' ? (unsigned char)line[1] : '\0';

    return line[0] == a->config.command_prefix &&
           ((next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next >= 0x80);
}

const char *commands_line(const struct agents *a, const char *body)
{
    return body[0] == a->config.command_prefix && body[1] == body[0] ? body + 1 : body;
}

/* What a department says to chatter, a few times: nobody is there to talk to (V-156). */
static void hint(struct agents *a, const struct stanza *s, enum command_place place)
{
    if (paces_take(a->hints, s->from->bare, clock_monotonic_ms())) {
        call_run(call_create(a, s, &command_help, place));
    }
}

void commands_start(struct command_call *c, const char *arguments)
{
    const struct agents *a = c->agents;

    if ((c->command->places & c->place) == 0) {
        command_fail(c,
                     N_("This command is for another contact. %chelp lists those that work "
                        "here."),
                     a->config.command_prefix);
        command_finish(c);
    } else if (!commands_may(a, c->command, c->agent, c->place)) {
        command_fail(c, N_("This command is not for you. %chelp lists those that are."),
                     a->config.command_prefix);
        command_finish(c);
    } else if (!call_fill_text(c, arguments)) {
        command_finish(c);
    } else {
        call_run(c);
    }
}

/* What begins like a command and is none: nobody else may read it. */
static void refuse(struct agents *a, const struct stanza *s, bool there, enum command_place place)
{
    struct command_call *c = call_create(a, s, &command_help, place);
    char prefix = a->config.command_prefix;

    if (there) {
        command_fail(c,
                     N_("There is no such command. %chelp lists them; %c%c sends a line that "
                        "starts with this character."),
                     prefix, prefix, prefix);
    } else {
        command_fail(c, N_("Nobody is at this address, or it is not for you to know."));
    }
    command_finish(c);
}

static void run_text(struct agents *a, const struct stanza *s, const char *body, bool there,
                     enum command_place place)
{
    size_t len = strcspn(body + 1, " \n\t");
    const struct command *command = commands_find(body + 1, len);

    if (there && command != NULL) {
        commands_start(call_create(a, s, command, place), body + 1 + len);
    } else {
        refuse(a, s, there, place);
    }
}

bool commands_run(struct agents *a, const struct stanza *s, const char *body)
{
    enum command_place place;
    bool there = commands_place(a, s->from->bare, agents_whom(a, s), &place);

    if (commands_is_one(a, body)) {
        run_text(a, s, body, there, place);
        return true;
    }
    bool is_talk = place == AT_VISITOR || place == AT_TICKET;
    if (!is_talk) {
        hint(a, s, place);
    }
    return !is_talk;
}
