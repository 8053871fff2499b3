/* The store of unit tests: sorted arrays of records. What SQLite refuses as a violated constraint
 * is a BUG here too. */
#include "storage/memory.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    enum write_kind shape;
    size_t key_fields;
} plans[TABLES] = {
    [VISITORS] = {PUT_VISITOR, 1},
    [TOKENS] = {PUT_TOKEN, 1},
    [CHATS] = {PUT_CHAT, 1},
    [ENTRIES] = {PUT_ENTRY, 1},
    [OUTBOX] = {PUT_OUTBOX, 1},
    [CONTACTS] = {PUT_CONTACT, 2},
    [SLOTS] = {PUT_SLOT, 2},
    [SUBSCRIBERS] = {PUT_SUBSCRIBER, 2},
    [DUTIES] = {PUT_DUTY, 1},
    [CANNED] = {PUT_CANNED, 3},
    [PARTICIPANTS] = {PUT_PARTICIPANT, 2},
    [SETTINGS] = {PUT_SETTING, 3},
    [AUDITS] = {PUT_AUDIT, 1},
    [FILES] = {PUT_FILE, 1},
    [BLOCKS] = {PUT_BLOCK, 1},
    [TICKETS] = {PUT_TICKET, 1},
};

static struct memory *memory_of(struct backend *b)
{
    return (struct memory *)(void *)b;
}

/* ---- writing ---- */

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

/* Kinds that put a record into a table, or drop one out of it, and nothing else. */
static const struct {
    enum write_kind kind;
    int table;
    bool drops;
} PLAIN[] = {
    {PUT_TOKEN, TOKENS, false},
    {DROP_TOKEN, TOKENS, true},
    {PUT_CHAT, CHATS, false},
    {DROP_OUTBOX, OUTBOX, true},
    {PUT_CONTACT, CONTACTS, false},
    {DROP_CONTACT, CONTACTS, true},
    {PUT_SLOT, SLOTS, false},
    {DROP_SLOT, SLOTS, true},
    {PUT_SUBSCRIBER, SUBSCRIBERS, false},
    {DROP_SUBSCRIBER, SUBSCRIBERS, true},
    {PUT_DUTY, DUTIES, false},
    {DROP_DUTY, DUTIES, true},
    {PUT_CANNED, CANNED, false},
    {DROP_CANNED, CANNED, true},
    {PUT_SETTING, SETTINGS, false},
    {DROP_SETTING, SETTINGS, true},
    {PUT_BLOCK, BLOCKS, false},
    {DROP_BLOCK, BLOCKS, true},
    {PUT_PARTICIPANT, PARTICIPANTS, false},
    {DROP_PARTICIPANT, PARTICIPANTS, true},
    {PUT_FILE, FILES, false},
    {PUT_TICKET, TICKETS, false},
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

static void apply(struct memory *m, const struct write *write)
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

/* The references of schema/, checked at the commit as there. */
static void check_references(const struct memory *m, const struct write *write)
{
    const char *visitor = NULL;
    if (write->kind == PUT_TOKEN) {
        visitor = write->record.token.visitor;
    } else if (write->kind == PUT_CHAT) {
        visitor = write->record.chat.visitor;
    } else if (write->kind == PUT_PARTICIPANT && !memory_chat(m, write->record.participant.chat)) {
        BUG("participant of an unknown chat");
    } else if (write->kind == PUT_TICKET && !memory_chat(m, write->record.ticket.number)) {
        BUG("ticket of an unknown chat");
    } else if (write->kind == PUT_ENTRY && !memory_chat(m, write->record.entry.chat)) {
        BUG("entry of an unknown chat sequence=%lld", (long long)write->record.entry.sequence);
    }
    if (visitor && !memory_visitor(m, visitor)) {
        BUG("token or chat of an unknown visitor");
    }
}

static void memory_commit(struct backend *b, struct batch *batch)
{
    struct memory *m = memory_of(b);
    list_append(&m->sealed, &batch->link);
    backend_wake(m->wake_fd);
}

static void commit_all(struct memory *m, struct list *committed)
{
    list_for_each (struct batch, batch, &m->sealed, link) {
        list_for_each (struct write, write, &batch->writes, link) {
            apply(m, write);
        }
    }
    list_for_each (struct batch, batch, &m->sealed, link) {
        list_for_each (struct write, write, &batch->writes, link) {
            check_references(m, write);
        }
    }
    list_move(committed, &m->sealed);
}

/* ---- reading ---- */

static void memory_read(struct backend *b, struct request *request)
{
    struct memory *m = memory_of(b);
    list_append(&m->requests, &request->link);
    backend_wake(m->wake_fd);
}

static void memory_collect(struct backend *b, struct report *report)
{
    struct memory *m = memory_of(b);
    if (m->failure != 0 && !m->is_held && !list_is_empty(&m->sealed)) {
        if (!m->in_trouble) {
            report->trouble = mem_print("failure %d was asked for", m->failure);
        }
        m->in_trouble = true;
    } else if (!m->is_held) {
        commit_all(m, &report->committed);
        m->in_trouble = false;
    }
    list_for_each (struct request, request, &m->requests, link) {
        switch (request->kind) {
        case FIND_VISITOR:
            memory_find_visitor(m, request);
            break;
        case HISTORY:
            memory_find_history(m, request);
            break;
        case VISITOR_CHATS:
            memory_find_chats(m, request);
            break;
        case TRANSCRIPT:
            memory_find_transcript(m, request);
            break;
        case TICKET:
            memory_find_ticket(m, request);
            break;
        case AUDIT:
            memory_find_audit(m, request);
            break;
        case BACKUP:
            request->error = mem_dup("what is only in memory has no backup");
            break;
        }
    }
    list_move(&report->answered, &m->requests);
    report->in_trouble = m->in_trouble;
}

/* ---- the backend ---- */

static bool load(struct backend *b, const struct storage_loader *loader)
{
    return memory_load(memory_of(b), loader);
}

static struct backend *memory_open(const char *path, int wake_fd, char **error)
{
    if (*path) {
        *error = mem_print("memory: has no path, '%s' was given", path);
        return NULL;
    }
    struct memory *m = mem_alloc(sizeof *m);
    m->base.kind = &memory_backend;
    m->wake_fd = wake_fd;
    list_init(&m->sealed);
    list_init(&m->requests);
    for (size_t i = 0; i < TABLES; i++) {
        m->tables[i].shape = record_shape(plans[i].shape);
        m->tables[i].key_fields = plans[i].key_fields;
    }
    return &m->base;
}

static void memory_close(struct backend *b)
{
    struct memory *m = memory_of(b);
    list_for_each_safe (struct batch, batch, &m->sealed, link) {
        batch_destroy(batch);
    }
    list_for_each_safe (struct request, request, &m->requests, link) {
        request_destroy(request);
    }
    for (size_t i = 0; i < TABLES; i++) {
        for (size_t k = 0; k < m->tables[i].count; k++) {
            free(m->tables[i].rows[k]);
        }
        free(m->tables[i].rows);
    }
    free(m);
}

static char *memory_inspect(const char *path)
{
    (void)path;
    return NULL;
}

static char *memory_peek(const char *path, const struct storage_loader *loader)
{
    (void)path;
    (void)loader;
    return NULL;
}

static bool memory_is_damaged(const char *path)
{
    (void)path;
    return false;
}

static void memory_hold(struct backend *b, bool held)
{
    memory_of(b)->is_held = held;
    backend_wake(memory_of(b)->wake_fd);
}

static void memory_fail(struct backend *b, int code)
{
    memory_of(b)->failure = code;
    backend_wake(memory_of(b)->wake_fd);
}

const struct backend_kind memory_backend = {
    .scheme = "memory:",
    .open = memory_open,
    .close = memory_close,
    .commit = memory_commit,
    .read = memory_read,
    .collect = memory_collect,
    .load = load,
    .inspect = memory_inspect,
    .peek = memory_peek,
    .is_damaged = memory_is_damaged,
    .hold = memory_hold,
    .fail = memory_fail,
};
