/* What the memory store answers. */
#include "base/mem.h"
#include "storage/memory.h"

#include <stdlib.h>
#include <string.h>

struct visitor_record *memory_visitor(const struct memory *m, const char *id)
{
    return table_get(&m->tables[VISITORS], &(struct visitor_record){.id = id});
}

struct chat_record *memory_chat(const struct memory *m, int64_t number)
{
    return table_get(&m->tables[CHATS], &(struct chat_record){.number = number});
}

struct entry_record *memory_entry_at(const struct memory *m, size_t at)
{
    return m->tables[ENTRIES].rows[at];
}

/* Of the visitor or of an agent, not of the desk; of notes, those that were sent as a line. */
static bool is_line_with(const struct memory *m, const struct entry_record *entry,
                         const char *visitor)
{
    return entry->kind != ENTRY_NOTICE && entry->by != BY_DESK &&
           (entry->kind == ENTRY_MESSAGE || *entry->sender_id) &&
           strcmp(memory_chat(m, entry->chat)->visitor, visitor) == 0;
}

/* The first line of the visitor in that chat which was not taken back. */
static const struct entry_record *first_line(const struct memory *m, int64_t chat)
{
    for (size_t i = 0; i < m->tables[ENTRIES].count; i++) {
        const struct entry_record *entry = memory_entry_at(m, i);
        if (entry->chat == chat && entry->kind == ENTRY_MESSAGE && entry->by == BY_VISITOR &&
            entry->fate != FATE_RETRACTED) {
            return entry;
        }
    }
    return NULL;
}

static struct entry_record *copy_entry(const struct entry_record *entry)
{
    return entry ? record_dup(record_shape(PUT_ENTRY), entry) : NULL;
}

/* Those that are CLOSED, or those that are not. */
static void add_tickets(const struct memory *m, struct request *r, bool closed)
{
    const struct table *tickets = &m->tables[TICKETS];
    for (size_t i = tickets->count; i-- > 0 && r->ticket_count < VISITOR_TICKETS;) {
        const struct ticket_record *ticket = tickets->rows[i];
        if (strcmp(ticket->visitor, r->found->id) == 0 &&
            (ticket->state == TICKET_CLOSED) == closed) {
            request_add_ticket(r, ticket);
            struct request_ticket *added = &r->tickets[r->ticket_count - 1];
            const struct entry_record last = {.sequence = ticket->last};
            added->first = copy_entry(first_line(m, ticket->number));
            added->last = copy_entry(table_get(&m->tables[ENTRIES], &last));
        }
    }
}

static const struct visitor_record *visitor_of_subject(const struct memory *m,
                                                       const struct request *r)
{
    const struct table *visitors = &m->tables[VISITORS];
    const struct visitor_record *found = NULL;
    for (size_t i = 0; i < visitors->count; i++) {
        const struct visitor_record *visitor = visitors->rows[i];
        if (*r->subject && strcmp(visitor->subject, r->subject) == 0 &&
            strcmp(visitor->site, r->site) == 0 &&
            (!found || visitor->first_seen < found->first_seen)) {
            found = visitor;
        }
    }
    return found;
}

void memory_find_visitor(const struct memory *m, struct request *r)
{
    const struct visitor_record *found = NULL;
    if (r->token_hash) {
        const struct token_record *token =
            table_get(&m->tables[TOKENS], &(struct token_record){.hash = r->token_hash});
        const struct visitor_record *visitor = token ? memory_visitor(m, token->visitor) : NULL;
        if (visitor && strcmp(visitor->site, r->site) == 0) {
            found = visitor;
            r->token = record_dup(record_shape(PUT_TOKEN), token);
        }
    } else if (r->subject) {
        found = visitor_of_subject(m, r);
    } else if (*r->jid) {
        const struct table *visitors = &m->tables[VISITORS];
        for (size_t i = 0; i < visitors->count; i++) {
            const struct visitor_record *visitor = visitors->rows[i];
            if (strcmp(visitor->jid, r->jid) == 0 &&
                (!found || visitor->last_seen > found->last_seen)) {
                found = visitor;
            }
        }
    }
    if (!found) {
        return;
    }
    r->found = record_dup(record_shape(PUT_VISITOR), found);
    size_t from = m->tables[ENTRIES].count;
    unsigned lines = 0;
    while (from > 0 && lines < RECENT_MAX) {
        const struct entry_record *entry = memory_entry_at(m, --from);
        lines += is_line_with(m, entry, found->id) ? 1 : 0;
    }
    for (; from < m->tables[ENTRIES].count; from++) {
        const struct entry_record *entry = memory_entry_at(m, from);
        if (is_line_with(m, entry, found->id)) {
            request_add_entry(r, entry);
        }
    }
    add_tickets(m, r, false);
    add_tickets(m, r, true);
}

static bool is_of_conversation(const struct memory *m, const struct entry_record *entry,
                               const struct history_query *q)
{
    const struct chat_record *chat = memory_chat(m, entry->chat);
    return entry->kind != ENTRY_NOTE && strcmp(chat->visitor, q->visitor) == 0 &&
           strcmp(chat->address, q->department) == 0;
}

void memory_find_history(const struct memory *m, struct request *r)
{
    const struct history_query *q = &r->query;
    size_t count = m->tables[ENTRIES].count;
    size_t *matches = mem_array(count, sizeof *matches);
    size_t found = 0;
    r->total = 0;
    for (size_t i = 0; i < count; i++) {
        const struct entry_record *entry = memory_entry_at(m, i);
        if (is_of_conversation(m, entry, q)) {
            r->total++;
            if (entry->sequence > q->after && (q->before <= 0 || entry->sequence < q->before)) {
                matches[found++] = i;
            }
        }
    }
    size_t size = found < q->max ? found : q->max;
    size_t from = q->before != 0 ? found - size : 0;
    for (size_t i = from; i < from + size; i++) {
        request_add_entry(r, memory_entry_at(m, matches[i]));
    }
    r->complete = found <= q->max;
    free(matches);
}

void memory_find_chats(const struct memory *m, struct request *r)
{
    const struct table *chats = &m->tables[CHATS];
    for (size_t i = chats->count; i-- > 0 && r->chat_count < CHATS_MAX;) {
        const struct chat_record *chat = chats->rows[i];
        if (strcmp(chat->visitor, r->visitor) == 0) {
            request_add_chat(r, chat);
        }
    }
}

/* The last of that chat's, skip of them left out. */
void memory_add_last(const struct memory *m, struct request *r, size_t max)
{
    size_t count = m->tables[ENTRIES].count;
    size_t *matches = mem_array(count, sizeof *matches);
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (memory_entry_at(m, i)->chat == r->chat) {
            matches[found++] = i;
        }
    }
    size_t end = found > r->skip ? found - r->skip : 0;
    size_t from = end > max ? end - max : 0;
    for (size_t i = from; i < end; i++) {
        request_add_entry(r, memory_entry_at(m, matches[i]));
    }
    r->complete = from == 0;
    free(matches);
}

/* The one that comes next by wake and number, behind that one (NULL: the first). */
static const struct ticket_record *next_to_wake(const struct table *tickets, time_ms before,
                                                const struct ticket_record *last)
{
    const struct ticket_record *next = NULL;

    for (size_t i = 0; i < tickets->count; i++) {
        const struct ticket_record *t = tickets->rows[i];
        bool is_behind = last == NULL || t->wake > last->wake ||
                         (t->wake == last->wake && t->number > last->number);
        if (t->wake > 0 && t->wake <= before && is_behind &&
            (next == NULL || t->wake < next->wake)) {
            next = t;
        }
    }
    return next;
}

void memory_find_wake(const struct memory *m, struct request *r)
{
    const struct table *tickets = &m->tables[TICKETS];

    if (r->query.before > 0) {
        const struct ticket_record *t = NULL;
        while (r->number_count < r->query.max &&
               (t = next_to_wake(tickets, r->query.before, t)) != NULL) {
            request_add_number(r, t->number);
        }
        return;
    }
    for (size_t i = 0; i < tickets->count && r->number_count < r->query.max; i++) {
        const struct ticket_record *t = tickets->rows[i];
        if (t->number > r->query.after && t->state < TICKET_CLOSED) {
            request_add_number(r, t->number);
        }
    }
}

void memory_find_news(const struct memory *m, struct request *r)
{
    const struct table *tickets = &m->tables[TICKETS];
    const struct ticket_record *next = NULL;
    time_ms before = INT64_MAX;
    r->total = 0;
    r->last_news = 0;
    do {
        next = NULL;
        for (size_t i = 0; i < tickets->count; i++) {
            const struct ticket_record *t = tickets->rows[i];
            bool is_news = t->state == TICKET_NEW && !*t->owner &&
                           strcmp(t->department, r->department) == 0 &&
                           t->converted > r->converted_after && t->converted < before;
            if (is_news && (!next || t->converted > next->converted)) {
                next = t;
            }
        }
        if (next) {
            before = next->converted;
            r->last_news = r->total == 0 ? before : r->last_news;
            if (r->news_count < NEWS_ROWS) {
                request_add_news(r, next->number, memory_visitor(m, next->visitor)->name,
                                 next->subject, first_line(m, next->number));
            }
        }
        r->total += next ? 1 : 0;
    } while (next && r->total < NEWS_COUNT_MAX);
}

void memory_find_audit(const struct memory *m, struct request *r)
{
    const struct table *audits = &m->tables[AUDITS];
    for (size_t i = audits->count; i-- > 0 && r->audit_count < r->query.max;) {
        request_add_audit(r, audits->rows[i]);
    }
}

void memory_find_transcript(const struct memory *m, struct request *r)
{
    const struct chat_record *chat = memory_chat(m, r->chat);
    if (chat) {
        request_add_chat(r, chat);
    }
    memory_add_last(m, r, r->query.max);
}
