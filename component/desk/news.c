#include "desk/news.h"

#include "base/mem.h"
#include "base/text.h"
#include "desk/desk_state.h"

#include <stdlib.h>

static struct news *find(struct agent *a, const char *department)
{
    list_for_each (struct news, n, &a->news, link) {
        if (text_equal(n->department, department)) {
            return n;
        }
    }
    struct news *n = mem_alloc(sizeof *n);
    n->department = mem_dup(department);
    list_append(&a->news, &n->link);
    return n;
}

static void forget(struct news *n)
{
    list_remove(&n->link);
    free(n->department);
    free(n);
}

void news_forget(struct agent *a)
{
    list_for_each_safe (struct news, n, &a->news, link) {
        forget(n);
    }
}

void news_come(const struct desk *d, struct agent *a)
{
    for (size_t i = 0; i < d->department_count; i++) {
        if (department_has(d->departments[i], a)) {
            find(a, d->departments[i]->id)->is_due = true;
        }
    }
}

void news_made(const struct desk *d, const char *department)
{
    const struct department *p = desk_find_department(d, department);

    for (size_t i = 0; p != NULL && i < p->agent_count; i++) {
        find(p->agents[i], department)->is_due = true;
    }
}

time_ms news_next(struct desk *d, time_ms now)
{
    d->converted = now > d->converted ? now : d->converted + 1;
    return d->converted;
}

static void tick(const struct desk *d, const struct agent *a, struct news *n)
{
    const struct department *p = desk_find_department(d, n->department);
    bool is_early = n->since != 0 && d->steady - n->since < NEWS_MS;

    if (!n->is_due || n->is_asked || is_early) {
        return;
    }
    n->is_due = false;
    if (p != NULL && department_has(p, a)) {
        n->is_asked = true;
        d->agent_ports->news(d->agent_ports->ctx, a->jid, p->id, n->told);
    }
}

void news_tick(const struct desk *d)
{
    for (size_t i = 0; i < d->agent_count; i++) {
        struct agent *a = d->agents[i];
        list_for_each (struct news, n, &a->news, link) {
            if (agent_is_there(a)) {
                tick(d, a, n);
            }
        }
    }
}

void desk_agent_heard_news(struct desk *d, const char *agent, const char *department, time_ms told)
{
    struct agent *a = desk_find_agent(d, agent);

    if (a == NULL) {
        return;
    }
    struct news *n = find(a, department);
    n->is_asked = false;
    if (told <= n->told) {
        return; /* there was nothing */
    }
    n->told = told;
    n->since = d->steady;
    storage_put_news(d->storage,
                     &(struct news_record){.agent = agent, .department = department, .told = told});
}

void desk_load_news(struct desk *d, const struct news_record *r)
{
    struct agent *a = desk_find_agent(d, r->agent);

    d->converted = r->told > d->converted ? r->told : d->converted;
    if (a != NULL) {
        find(a, r->department)->told = r->told;
    }
}
