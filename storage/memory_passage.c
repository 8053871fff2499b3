/* A passage of one chat's record (storage_passage). */
#include "base/mem.h"
#include "base/text.h"
#include "storage/memory.h"

#include <stdlib.h>

static bool is_named(const struct passage_query *q, int64_t sequence)
{
    for (size_t i = 0; i < q->named_count; i++) {
        if (q->named[i] == sequence) {
            return true;
        }
    }
    return false;
}

static bool is_change(const struct entry_record *e)
{
    return e->kind == ENTRY_NOTICE &&
           (text_equal(e->event, "corrected") || text_equal(e->event, "retracted") ||
            text_equal(e->event, "reacted"));
}

static bool is_of_passage(const struct passage_query *q, const struct entry_record *e)
{
    return e->chat == q->chat && e->at >= q->from && (q->until == 0 || e->at <= q->until) &&
           (*q->agent == '\0' || text_equal(e->agent, q->agent)) && !is_change(e) &&
           (!q->only_named || is_named(q, e->sequence));
}

static bool has_unknown(const struct memory *m, const struct passage_query *q)
{
    for (size_t i = 0; i < q->named_count; i++) {
        const struct entry_record *e =
            table_get(&m->tables[ENTRIES], &(struct entry_record){.sequence = q->named[i]});
        if (!e || e->chat != q->chat) {
            return true;
        }
    }
    return false;
}

void memory_find_passage(const struct memory *m, struct request *r)
{
    const struct passage_query *q = r->passage;
    const struct chat_record *chat = memory_chat(m, q->chat);
    size_t count = m->tables[ENTRIES].count;
    size_t found = 0;
    r->is_unknown = has_unknown(m, q);
    if (!chat || r->is_unknown) {
        return;
    }
    request_add_chat(r, chat);
    size_t *matches = mem_array(count, sizeof *matches);
    for (size_t i = 0; i < count; i++) {
        const struct entry_record *e = memory_entry_at(m, i);
        bool fits = is_of_passage(q, e);
        r->total += fits ? 1 : 0;
        if (fits && e->sequence > q->after && (q->before == 0 || e->sequence < q->before)) {
            matches[found++] = i;
        }
    }
    size_t size = found < q->max ? found : q->max;
    size_t from = q->from_end ? found - size : 0;
    for (size_t i = from; i < from + size; i++) {
        request_add_entry(r, memory_entry_at(m, matches[i]));
    }
    r->complete = found <= q->max;
    free(matches);
}
