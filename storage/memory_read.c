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

void memory_find_ticket(const struct memory *m, struct request *r)
{
    const struct chat_record *chat = memory_chat(m, r->chat);
    const struct ticket_record *ticket =
        table_get(&m->tables[TICKETS], &(struct ticket_record){.number = r->chat});
    if (!chat) {
        return;
    }
    request_add_chat(r, chat);
    r->found = record_dup(record_shape(PUT_VISITOR), memory_visitor(m, chat->visitor));
    r->ticket = ticket ? record_dup(record_shape(PUT_TICKET), ticket) : NULL;
    for (size_t i = 0; i < m->tables[ENTRIES].count && r->count == 0; i++) {
        const struct entry_record *entry = memory_entry_at(m, i);
        if (entry->chat == r->chat && entry->kind == ENTRY_MESSAGE && entry->by == BY_VISITOR &&
            entry->fate != FATE_RETRACTED) {
            request_add_entry(r, entry);
        }
    }
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
    size_t count = m->tables[ENTRIES].count;
    size_t *matches = mem_array(count, sizeof *matches);
    size_t found = 0;
    if (chat) {
        request_add_chat(r, chat);
    }
    for (size_t i = 0; i < count; i++) {
        if (memory_entry_at(m, i)->chat == r->chat) {
            matches[found++] = i;
        }
    }
    size_t end = found > r->skip ? found - r->skip : 0;
    size_t from = end > r->query.max ? end - r->query.max : 0;
    for (size_t i = from; i < end; i++) {
        request_add_entry(r, memory_entry_at(m, matches[i]));
    }
    r->complete = from == 0;
    free(matches);
}
