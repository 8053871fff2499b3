#include "agents/listing.h"

#include "agents/past.h"
#include "agents/tickets.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_LINES = 15, READS_MAX = 20, NAME_POINTS = 24, SUBJECT_POINTS = 48 };

struct listing {
    struct ticket_query q;
    const char **departments;
    char *head;
    char *tail;
    unsigned reads;
};

static const struct command_column COLUMNS[] = {
    {"number", N_("Number"), false}, {"state", N_("State"), false},     {"age", N_("Age"), false},
    {"name", N_("Name"), false},     {"subject", N_("Subject"), false}, {NULL, NULL, false},
};

static void destroy(void *kept)
{
    struct listing *l = kept;

    free(l->departments);
    free(l->head);
    free(l->tail);
    free(l);
}

/* ---- who reads ---- */

/* A dispatcher sees what tickets are called; who is an agent besides searches what agents may. */
static void fill_scope(const struct command_call *c, struct listing *l)
{
    const struct desk *desk = c->agents->desk;
    struct ticket_scope *scope = &l->q.scope;
    bool reads_all = desk_has_role(desk, c->agent, ROLE_SUPERVISOR) ||
                     desk_has_role(desk, c->agent, ROLE_DATA_PROTECTION);
    bool is_agent = desk_is_agent(desk, c->agent);
    bool sees_all = desk_has_role(desk, c->agent, ROLE_DISPATCHER);
    size_t count = 0;

    while (is_agent && desk_agent_department(desk, c->agent, count) != NULL) {
        count++;
    }
    free(l->departments);
    l->departments = mem_array(count + 1, sizeof *l->departments);
    for (size_t i = 0; i < count; i++) {
        l->departments[i] = desk_agent_department(desk, c->agent, i);
    }
    *scope =
        (struct ticket_scope){.who = is_agent ? c->agent : "",
                              .departments = l->departments,
                              .department_count = count,
                              .all = reads_all || (sees_all && (l->q.text == NULL || !is_agent)),
                              .names_only = !reads_all && sees_all && !is_agent};
}

/* ---- lines ---- */

static char *age_dup(enum language language, time_ms passed)
{
    long long minutes = passed > 0 ? passed / (60 * 1000) : 0;

    if (minutes < 60) {
        return mem_print(language_text(language, N_("%lld min")), minutes);
    }
    return minutes < 48 * 60
               ? mem_print(language_text(language, N_("%lld h")), minutes / 60)
               : mem_print(language_text(language, N_("%lld d")), minutes / (24 * 60));
}

static void add_row(struct command_call *c, const struct ticket_answer *row, bool is_search)
{
    const struct ticket_record *t = row->ticket;
    bool goes_on = t == NULL && row->chat->state != CHAT_CLOSED;
    char *number = mem_print("%lld", (long long)row->chat->number);
    char *age = age_dup(c->language, clock_utc_ms() - row->chat->created);
    char *name = text_name_dup(row->requester->name, NAME_POINTS);
    char *subject =
        tickets_subject_dup(row, tickets_may_read(c->agents, c->agent, row), SUBJECT_POINTS);
    const char *values[] = {number,
                            goes_on
                                ? language_text(c->language, N_("chat goes on"))
                                : tickets_state(c->language, t != NULL ? t->state : TICKET_NONE),
                            age, name, subject};

    command_row(c, COLUMNS, values);
    past_note_read(c->agents, c->agent, is_search ? "search" : "tickets", row->chat->visitor,
                   row->chat->number);
    free(subject);
    free(name);
    free(age);
    free(number);
}

static void say_rest(struct command_call *c, const struct listing *l, int64_t next)
{
    char *typed = mem_print("%s before=%lld%s%s", l->head, (long long)next,
                            l->tail[0] != '\0' ? " " : "", l->tail);

    if (next > 0 && c->row_count < PAGE_LINES) {
        command_say(c, N_("This was looked for back to ticket %lld. Before it: %c%s"),
                    (long long)next, c->agents->config.command_prefix, typed);
    } else if (next > 0) {
        command_say(c, N_("There is more: %c%s"), c->agents->config.command_prefix, typed);
    } else if (c->row_count == 0) {
        command_say(c, N_("There is none that you may see: %c%s%s%s"),
                    c->agents->config.command_prefix, l->head, l->tail[0] != '\0' ? " " : "",
                    l->tail);
    }
    free(typed);
}

static void read_on(struct command_call *c, struct listing *l);

static void on_rows(void *ctx, const struct ticket_answer *rows, size_t count, int64_t next)
{
    struct command_call *c = ctx;
    struct listing *l = c->kept;

    if (next == TICKETS_UNINDEXED) {
        command_fail(c, N_("Nothing can be searched just now: the index is being made again. Try "
                           "once more in a while."));
        command_finish(c);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (tickets_may_see(c->agents, c->agent, &rows[i])) {
            add_row(c, &rows[i], l->q.text != NULL);
        }
    }
    if (next > 0 && c->row_count < PAGE_LINES && l->reads < READS_MAX) {
        l->q.before = next;
        read_on(c, l);
    } else {
        say_rest(c, l, next);
        command_finish(c);
    }
}

/* Who may see what may have changed since the last time. */
static void read_on(struct command_call *c, struct listing *l)
{
    fill_scope(c, l);
    l->reads++;
    l->q.max = (unsigned)(PAGE_LINES - c->row_count);
    storage_tickets(c->agents->storage, &l->q, on_rows, c);
}

void listing_start(struct command_call *c, const struct ticket_query *q, const char *head,
                   const char *tail)
{
    struct listing *l = mem_alloc(sizeof *l);

    l->q = *q;
    l->head = mem_dup(head);
    l->tail = mem_dup(tail);
    command_keep(c, l, destroy);
    command_defer(c);
    read_on(c, l);
}
