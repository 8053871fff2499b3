/* The memory store's writes: what is put and dropped, and the references that it must keep. */
#include "base/log.h"
#include "storage/memory.h"

#include <stdlib.h>
#include <string.h>

static void put_visitor(struct memory *m, const struct visitor_record *r)
{
    struct visitor_record record = *r;
    const struct visitor_record *stored = memory_visitor(m, r->id);
    if (stored && stored->first_seen != 0 &&
        (record.first_seen == 0 || stored->first_seen < record.first_seen)) {
        record.first_seen = stored->first_seen;
    }
    table_put(&m->tables[VISITORS], &record);
}

static void put_chat(struct memory *m, const struct chat_record *r)
{
    m->last_number = r->number > m->last_number ? r->number : m->last_number;
    table_put(&m->tables[CHATS], r);
}

static void drop_tokens_of(struct memory *m, const char *visitor)
{
    struct table *tokens = &m->tables[TOKENS];
    for (size_t i = tokens->count; i-- > 0;) {
        const struct token_record *token = tokens->rows[i];
        if (strcmp(token->visitor, visitor) == 0) {
            table_drop_at(tokens, i);
        }
    }
}

static void age_tokens(struct memory *m, const struct token_record *r)
{
    struct table *tokens = &m->tables[TOKENS];
    for (size_t i = 0; i < tokens->count; i++) {
        struct token_record *token = tokens->rows[i];
        if (strcmp(token->visitor, r->visitor) == 0 && token->state == TOKEN_CURRENT) {
            token->state = TOKEN_OLD;
            token->at = r->at;
        }
    }
}

static void prune_tokens(struct memory *m, const struct token_record *r)
{
    struct table *tokens = &m->tables[TOKENS];
    for (size_t i = tokens->count; i-- > 0;) {
        const struct token_record *token = tokens->rows[i];
        if (strcmp(token->visitor, r->visitor) == 0 && token->state != TOKEN_CURRENT &&
            token->at < r->at) {
            table_drop_at(tokens, i);
        }
    }
}

static void put_entry(struct memory *m, const struct entry_record *r)
{
    if (table_get(&m->tables[ENTRIES], r)) {
        BUG("entry stored twice sequence=%lld", (long long)r->sequence);
    }
    m->last_sequence = r->sequence > m->last_sequence ? r->sequence : m->last_sequence;
    table_put(&m->tables[ENTRIES], r);
}

static void mark_entry(struct memory *m, const struct entry_record *mark)
{
    struct entry_record *entry = table_get(&m->tables[ENTRIES], mark);
    if (entry && mark->seen > entry->seen) {
        entry->seen = mark->seen;
    }
}

static void change_entry(struct memory *m, const struct entry_record *change)
{
    const struct entry_record *entry = table_get(&m->tables[ENTRIES], change);
    if (entry) {
        struct entry_record changed = *entry;
        changed.fate = change->fate;
        changed.shown = change->shown;
        changed.visitor_reactions = change->visitor_reactions;
        changed.agent_reactions = change->agent_reactions;
        struct entry_record *copy = record_dup(record_shape(PUT_ENTRY), &changed);
        table_put(&m->tables[ENTRIES], copy);
        free(copy);
    }
}

static void change_chat(struct memory *m, const struct chat_record *change)
{
    const struct chat_record *chat = table_get(&m->tables[CHATS], change);
    if (chat) {
        struct chat_record changed = *chat;
        changed.priority = change->priority;
        changed.tags = change->tags;
        struct chat_record *copy = record_dup(record_shape(PUT_CHAT), &changed);
        table_put(&m->tables[CHATS], copy);
        free(copy);
    }
}

static void put_outbox(struct memory *m, const struct outbox_record *r)
{
    if (r->id > m->last_outbox) {
        m->last_outbox = r->id;
    }
    table_put(&m->tables[OUTBOX], r);
}

static void put_audit(struct memory *m, const struct audit_record *r)
{
    const struct table *audits = &m->tables[AUDITS];
    struct audit_record numbered = *r;
    numbered.number = (int64_t)audits->count + 1;
    table_put(&m->tables[AUDITS], &numbered);
}

static void put_read(struct memory *m, const struct read_record *r)
{
    struct read_record numbered = *r;
    numbered.number = ++m->last_read;
    table_put(&m->tables[READ_ROWS], &numbered);
}

static void put_spent(struct memory *m, const struct spent_record *r)
{
    struct spent_record numbered = *r;
    if (r->lasted == 0 || (r->lasted < 0 && !r->by_hand)) {
        BUG("chat %lld: spent %lld ms", (long long)r->chat, (long long)r->lasted);
    }
    numbered.number = ++m->last_spent;
    table_put(&m->tables[SPENTS], &numbered);
}

/* Kinds that put a record into a table, or drop one out of it, and nothing else. */
static const struct {
    enum write_kind kind;
    int table;
    bool drops;
} PLAIN[] = {
    {PUT_TOKEN, TOKENS, false},
    {DROP_TOKEN, TOKENS, true},
    {DROP_OUTBOX, OUTBOX, true},
    {PUT_CONTACT, CONTACTS, false},
    {DROP_CONTACT, CONTACTS, true},
    {PUT_SLOT, SLOTS, false},
    {DROP_SLOT, SLOTS, true},
    {PUT_SUBSCRIBER, SUBSCRIBERS, false},
    {DROP_SUBSCRIBER, SUBSCRIBERS, true},
    {PUT_DUTY, DUTIES, false},
    {DROP_DUTY, DUTIES, true},
    {PUT_NEWS, NEWSES, false},
    {PUT_CANNED, CANNED, false},
    {DROP_CANNED, CANNED, true},
    {PUT_SAVED, SAVED, false},
    {DROP_SAVED, SAVED, true},
    {PUT_SETTING, SETTINGS, false},
    {DROP_SETTING, SETTINGS, true},
    {PUT_BLOCK, BLOCKS, false},
    {DROP_BLOCK, BLOCKS, true},
    {PUT_BULLETIN, BULLETINS, false},
    {DROP_BULLETIN, BULLETINS, true},
    {PUT_PARTICIPANT, PARTICIPANTS, false},
    {DROP_PARTICIPANT, PARTICIPANTS, true},
    {PUT_FILE, FILES, false},
    {PUT_TICKET, TICKETS, false},
    {PUT_RATING, RATINGS, false},
    {PUT_OWN, OWNS, false},
    {DROP_OWN, OWNS, true},
    {PUT_LINK, LINKS, false},
    {DROP_LINK, LINKS, true},
    {PUT_MAIL, MAILS, false},
    {DROP_MAIL, MAILS, true},
};

static void apply_plain(struct memory *m, const struct write *write)
{
    for (size_t i = 0; i < sizeof PLAIN / sizeof *PLAIN; i++) {
        if (PLAIN[i].kind == write->kind) {
            struct table *table = &m->tables[PLAIN[i].table];
            (PLAIN[i].drops ? table_drop : table_put)(table, &write->record);
            return;
        }
    }
    BUG("no kind of write: %d", write->kind);
}

void memory_write(struct memory *m, const struct write *write)
{
    switch (write->kind) {
    case PUT_VISITOR:
        put_visitor(m, &write->record.visitor);
        break;
    case DROP_TOKENS_OF:
        drop_tokens_of(m, write->record.token.visitor);
        break;
    case AGE_TOKENS:
        age_tokens(m, &write->record.token);
        break;
    case PRUNE_TOKENS:
        prune_tokens(m, &write->record.token);
        break;
    case PUT_ENTRY:
        put_entry(m, &write->record.entry);
        break;
    case MARK_ENTRY:
        mark_entry(m, &write->record.entry);
        break;
    case CHANGE_ENTRY:
        change_entry(m, &write->record.entry);
        break;
    case PUT_CHAT:
        put_chat(m, &write->record.chat);
        break;
    case CHANGE_CHAT:
        change_chat(m, &write->record.chat);
        break;
    case PASS_ENTRY:
        m->last_sequence = write->record.entry.sequence > m->last_sequence
                               ? write->record.entry.sequence
                               : m->last_sequence;
        break;
    case PUT_READ:
        put_read(m, &write->record.read);
        break;
    case PUT_SPENT:
        put_spent(m, &write->record.spent);
        break;
    case PRUNE_READS:
        memory_prune_reads(m, write->record.read.at);
        break;
    case ERASE_CHAT:
        memory_erase_chat(m, write->record.chat.number);
        break;
    case ERASE_VISITOR:
        memory_erase_visitor(m, write->record.visitor.id);
        break;
    case BEGIN_SCRUB:
        m->unfinished = true;
        break;
    case PUT_AUDIT:
        put_audit(m, &write->record.audit);
        break;
    case PUT_OUTBOX:
        put_outbox(m, &write->record.outbox);
        break;
    default:
        apply_plain(m, write);
    }
}

/* Whether what was put is still there: it may have been erased since. */
static bool is_kept(const struct memory *m, int table, const struct write *write)
{
    return table_get(&m->tables[table], &write->record) != NULL;
}

static bool has_spent(const struct memory *m, int64_t chat)
{
    for (size_t i = 0; i < m->tables[SPENTS].count; i++) {
        if (((const struct spent_record *)m->tables[SPENTS].rows[i])->chat == chat) {
            return true;
        }
    }
    return false;
}

/* The references of schema/, checked at the commit as there. */
void memory_check_references(const struct memory *m, const struct write *write)
{
    const char *visitor = NULL;
    if (write->kind == PUT_TOKEN && is_kept(m, TOKENS, write)) {
        visitor = write->record.token.visitor;
    } else if (write->kind == PUT_CHAT && is_kept(m, CHATS, write)) {
        visitor = write->record.chat.visitor;
    } else if (write->kind == PUT_PARTICIPANT && is_kept(m, PARTICIPANTS, write) &&
               !memory_chat(m, write->record.participant.chat)) {
        BUG("participant of an unknown chat");
    } else if (write->kind == PUT_TICKET && is_kept(m, TICKETS, write) &&
               !memory_chat(m, write->record.ticket.number)) {
        BUG("ticket of an unknown chat");
    } else if (write->kind == PUT_SPENT && !memory_chat(m, write->record.spent.chat) &&
               has_spent(m, write->record.spent.chat)) {
        BUG("time was spent on an unknown chat");
    } else if (write->kind == PUT_RATING && is_kept(m, RATINGS, write) &&
               !memory_chat(m, write->record.rating.chat)) {
        BUG("rating of an unknown chat");
    } else if (write->kind == PUT_OWN && is_kept(m, OWNS, write) &&
               !memory_chat(m, write->record.own.chat)) {
        BUG("field of an unknown chat");
    } else if (write->kind == PUT_ENTRY && is_kept(m, ENTRIES, write) &&
               !memory_chat(m, write->record.entry.chat)) {
        BUG("entry of an unknown chat sequence=%lld", (long long)write->record.entry.sequence);
    }
    if (visitor && !memory_visitor(m, visitor)) {
        BUG("token or chat of an unknown visitor");
    }
}
