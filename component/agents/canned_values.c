#include "agents/canned_values.h"

#include "base/clock.h"
#include "base/mem.h"

#include <stdlib.h>
#include <time.h>

static void put(struct canned_values *v, enum canned_place place, const char *value)
{
    free((char *)v->table[place].value);
    v->table[place].value = mem_dup(value);
}

static void put_number(struct canned_values *v, int64_t number)
{
    char *text = mem_print("%lld", (long long)number);

    put(v, PLACE_NUMBER, text);
    free(text);
}

static void put_department(const struct desk *desk, struct canned_values *v, const char *id)
{
    struct department_view department;

    put(v, PLACE_DEPARTMENT, desk_department(desk, id, &department) ? department.name : "");
}

/* The day where the daemon runs: the desk's day. */
static void put_date(struct canned_values *v)
{
    time_t now = (time_t)(clock_utc_ms() / 1000);
    struct tm day;
    char date[16];

    (void)strftime(date, sizeof date, "%Y-%m-%d", localtime_r(&now, &day));
    put(v, PLACE_DATE, date);
}

static void put_chat(const struct command_call *c, struct canned_values *v)
{
    const struct desk *desk = c->agents->desk;
    struct visitor_view visitor;
    struct chat_view chat;

    if (desk_visitor(desk, c->local, &visitor)) {
        const struct visitor_record *r = visitor.record;
        put(v, PLACE_NAME, r->name);
        put(v, PLACE_PAGE, r->page_title[0] != '\0' ? r->page_title : r->page_url);
        put(v, PLACE_URL, r->page_url);
    }
    if (desk_chat(desk, c->local, &chat)) {
        put_number(v, chat.number);
        put_department(desk, v, chat.department);
    }
}

/* Where the requester was last is no part of it. */
static void put_ticket(const struct command_call *c, const struct ticket_answer *ticket,
                       struct canned_values *v)
{
    put(v, PLACE_NAME, ticket->requester->name);
    put_number(v, ticket->chat->number);
    put_department(c->agents->desk, v,
                   ticket->ticket != NULL ? ticket->ticket->department : ticket->chat->department);
}

struct canned_values *canned_values_create(const struct command_call *c,
                                           const struct ticket_answer *ticket)
{
    const char *agent = desk_agent_name(c->agents->desk, c->agent);
    struct canned_values *v = mem_alloc(sizeof *v);

    canned_begin(v->table);
    for (size_t i = 0; i < CANNED_PLACES; i++) {
        v->table[i].value = mem_dup("");
    }
    put(v, PLACE_AGENT, agent != NULL ? agent : "");
    put_date(v);
    if (ticket != NULL) {
        put_ticket(c, ticket, v);
    } else {
        put_chat(c, v);
    }
    return v;
}

void canned_values_destroy(void *values)
{
    struct canned_values *v = values;

    for (size_t i = 0; i < CANNED_PLACES; i++) {
        free((char *)v->table[i].value);
    }
    free(v);
}
