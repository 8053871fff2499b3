/* New tickets that nobody has, told to an agent in one message by the department's contact. */
#include "agents/agents_state.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>

enum { SUBJECT_POINTS = 60, NAME_POINTS = 40, NEWS_BYTES = 8 * 1024 };

/* One look into storage. */
struct look {
    struct list link; /* agents::looks */
    struct agents *agents;
    uint64_t request;
    char *agent;
    char *department;
    time_ms after;
    uint64_t mark; /* desk_ticket_mark, of when it was asked */
};

static void look_destroy(struct look *l)
{
    list_remove(&l->link);
    free(l->agent);
    free(l->department);
    free(l);
}

void news_cancel_all(struct agents *a)
{
    list_for_each_safe (struct look, l, &a->looks, link) {
        storage_cancel(a->storage, l->request);
        look_destroy(l);
    }
}

static void add_row(struct buf *out, const struct agents *a, enum language language,
                    const struct news_row *row)
{
    char *name = text_name_dup(row->name, NAME_POINTS);
    char *subject = text_name_dup(row->subject, SUBJECT_POINTS);

    buf_printf(out, "\n%lld %s", (long long)row->number,
               name[0] != '\0' ? name : language_text(language, N_("Visitor")));
    buf_printf(out, subject[0] != '\0' ? ": %s" : "%s", subject);
    /* A line of its own: some clients make what stands behind an address a part of it. */
    buf_printf(out, "\n    ticket-%lld@%s", (long long)row->number, a->config.domain);
    free(name);
    free(subject);
}

static void write_news(struct buf *out, const struct agents *a, enum language language,
                       const char *department, const struct news_answer *answer)
{
    char prefix = a->config.command_prefix;

    buf_add_text(out, "— ");
    buf_printf(out,
               /* translators: a number, a department */
               language_plural(language, "%zu new ticket of %s that nobody has:",
                               "%zu new tickets of %s that nobody has:", answer->count),
               answer->count, department);
    for (size_t i = 0; i < answer->row_count; i++) {
        add_row(out, a, language, &answer->rows[i]);
    }
    if (answer->count > answer->row_count) {
        buf_add_char(out, '\n');
        buf_add_text(out, language_text(language, N_("These are the last ones.")));
    }
    buf_add_char(out, '\n');
    buf_printf(out,
               /* translators: what commands begin with, three times */
               language_text(language, "Write to an address to answer. Here, %cticket NUMBER shows "
                                       "one, %chistory NUMBER what was said, %cassign NUMBER AGENT "
                                       "gives it to somebody."),
               prefix, prefix, prefix);
}

static void read_news(struct look *l);

static void on_news(void *ctx, const struct news_answer *answer)
{
    struct look *l = ctx;
    struct agents *a = l->agents;
    struct department_view p;

    if (!desk_knows_since(a->desk, l->mark)) {
        read_news(l); /* somebody may have been erased meanwhile */
        return;
    }
    bool is_for_them = desk_is_agent_of(a->desk, l->agent, l->department) &&
                       desk_department(a->desk, l->department, &p);

    if (is_for_them && answer->count > 0) {
        struct buf words;
        buf_init(&words, NEWS_BYTES);
        write_news(&words, a, agents_language(a, l->agent), p.name, answer);
        lines_add(a, l->agent, l->department, words.bytes);
        buf_finish(&words);
    }
    desk_agent_heard_news(a->desk, l->agent, l->department, is_for_them ? answer->last : 0);
    look_destroy(l);
}

static void read_news(struct look *l)
{
    l->mark = desk_ticket_mark(l->agents->desk);
    l->request = storage_news(l->agents->storage, l->department, l->after, on_news, l);
}

void news_ask(void *ctx, const char *agent, const char *department, time_ms after)
{
    struct agents *a = ctx;
    struct look *l = mem_alloc(sizeof *l);

    l->agents = a;
    l->agent = mem_dup(agent);
    l->department = mem_dup(department);
    l->after = after;
    list_append(&a->looks, &l->link);
    read_news(l);
}
