/* Data protection in the memory store. */
#include "base/mem.h"
#include "storage/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct chat_record *chat_of(const struct memory *m, int64_t number)
{
    return memory_chat(m, number);
}

static bool is_of_visitor(const struct memory *m, int64_t chat, const char *visitor)
{
    const struct chat_record *c = chat_of(m, chat);
    return c && strcmp(c->visitor, visitor) == 0;
}

/* ---- whose is a row ---- */

/* visitor NULL: only by the chat. */
static bool row_is_of(const struct memory *m, int table, const void *row, const char *visitor)
{
    switch (table) {
    case VISITORS:
        return strcmp(((const struct visitor_record *)row)->id, visitor) == 0;
    case TOKENS:
        return strcmp(((const struct token_record *)row)->visitor, visitor) == 0;
    case CHATS:
        return strcmp(((const struct chat_record *)row)->visitor, visitor) == 0;
    case PARTICIPANTS:
        return is_of_visitor(m, ((const struct participant_record *)row)->chat, visitor);
    case ENTRIES:
        return is_of_visitor(m, ((const struct entry_record *)row)->chat, visitor);
    case FILES:
        return is_of_visitor(m, ((const struct file_record *)row)->chat, visitor);
    case TICKETS:
        return is_of_visitor(m, ((const struct ticket_record *)row)->number, visitor);
    case SPENTS:
        return is_of_visitor(m, ((const struct spent_record *)row)->chat, visitor);
    case RATINGS:
        return is_of_visitor(m, ((const struct rating_record *)row)->chat, visitor);
    case OWNS:
        return is_of_visitor(m, ((const struct own_record *)row)->chat, visitor);
    case LINKS:
        return is_of_visitor(m, ((const struct link_record *)row)->ticket, visitor) ||
               is_of_visitor(m, ((const struct link_record *)row)->other, visitor);
    case MAILS:
        return is_of_visitor(m, ((const struct mail_record *)row)->ticket, visitor);
    case OUTBOX:
        return strcmp(((const struct outbox_record *)row)->from, visitor) == 0 ||
               strcmp(((const struct outbox_record *)row)->visitor, visitor) == 0;
    case CONTACTS:
        return strcmp(((const struct contact_record *)row)->contact, visitor) == 0;
    case SLOTS:
        return strcmp(((const struct slot_record *)row)->visitor, visitor) == 0;
    case SUBSCRIBERS: {
        const struct visitor_record *v = memory_visitor(m, visitor);
        return v && *v->jid && strcmp(((const struct subscriber_record *)row)->jid, v->jid) == 0;
    }
    case BLOCKS:
        return strcmp(((const struct block_record *)row)->visitor, visitor) == 0;
    case READ_ROWS:
        return strcmp(((const struct read_record *)row)->visitor, visitor) == 0 ||
               is_of_visitor(m, ((const struct read_record *)row)->chat, visitor);
    default:
        return false;
    }
}

/* In the order of sqlite_person.c. */
static const struct {
    int table;
    const char *name;
} PARTS[] = {
    {VISITORS, "visitors"}, {TOKENS, "tokens"},
    {CHATS, "chats"},       {PARTICIPANTS, "participants"},
    {ENTRIES, "entries"},   {FILES, "files"},
    {SPENTS, "spent"},      {TICKETS, "tickets"},
    {RATINGS, "ratings"},   {OWNS, "own_fields"},
    {LINKS, "links"},       {MAILS, "mails"},
    {OUTBOX, "outbox"},     {CONTACTS, "contacts"},
    {SLOTS, "slots"},       {SUBSCRIBERS, "subscribers"},
    {BLOCKS, "blocks"},     {READ_ROWS, "reads"},
};

enum { PARTS_COUNT = sizeof PARTS / sizeof *PARTS };

/* ---- finding ---- */

static bool is_person(const struct request *r, const struct visitor_record *v)
{
    switch (r->by) {
    case PERSON_VISITOR:
        return strcmp(v->id, r->visitor) == 0;
    case PERSON_EMAIL:
        return *v->email && strcasecmp(v->email, r->visitor) == 0;
    case PERSON_JID:
        return *v->jid && strcmp(v->jid, r->visitor) == 0;
    case PERSON_IDENTITY: {
        size_t site = strlen(v->site);
        return *v->subject && strncmp(v->site, r->visitor, site) == 0 && r->visitor[site] == '/' &&
               strcmp(v->subject, r->visitor + site + 1) == 0;
    }
    }
    return false;
}

static int64_t count_rows(const struct memory *m, const struct request *r, int table)
{
    const struct table *visitors = &m->tables[VISITORS];
    int64_t count = 0;
    for (size_t i = 0; i < visitors->count; i++) {
        const struct visitor_record *v = visitors->rows[i];
        for (size_t k = 0; is_person(r, v) && k < m->tables[table].count; k++) {
            count += row_is_of(m, table, m->tables[table].rows[k], v->id);
        }
    }
    return count;
}

void memory_find_person(const struct memory *m, struct request *r)
{
    const struct table *visitors = &m->tables[VISITORS];
    for (size_t i = 0; i < visitors->count && r->id_count < PERSON_VISITORS; i++) {
        const struct visitor_record *v = visitors->rows[i];
        if (is_person(r, v)) {
            request_add_id(r, v->id, true);
        }
    }
    for (size_t i = 0; i < PARTS_COUNT; i++) {
        request_add_part(r, PARTS[i].name, count_rows(m, r, PARTS[i].table));
    }
    r->unfinished = m->unfinished;
    r->total = 0;
}

void memory_find_reads(const struct memory *m, struct request *r)
{
    const struct table *reads = &m->tables[READ_ROWS];
    for (size_t i = reads->count; i-- > 0 && r->read_count < r->query.max;) {
        const struct read_record *row = reads->rows[i];
        if (!*r->visitor || strcmp(row->visitor, r->visitor) == 0) {
            request_add_read(r, row);
        }
    }
}

/* ---- what is old ---- */

static bool has_chats(const struct memory *m, const char *visitor)
{
    for (size_t i = 0; i < m->tables[CHATS].count; i++) {
        if (row_is_of(m, CHATS, m->tables[CHATS].rows[i], visitor)) {
            return true;
        }
    }
    return false;
}

static bool is_expired(const struct memory *m, const struct expired_query *q, const void *row,
                       time_ms *at, int64_t *number)
{
    if (q->kind == EXPIRED_TICKETS) {
        const struct ticket_record *t = row;
        *at = t->changed;
        *number = t->number;
        return t->state > TICKET_PENDING && strcmp(t->department, q->department) == 0;
    }
    const struct chat_record *c = row;
    *at = c->closed;
    *number = c->number;
    return c->state == CHAT_CLOSED && strcmp(c->department, q->department) == 0 &&
           !table_get(&m->tables[TICKETS], &(struct ticket_record){.number = c->number});
}

/* The oldest first: each time the next one that is not younger than the last. */
static void find_old(const struct memory *m, struct request *r, const struct expired_query *q)
{
    const struct table *table = &m->tables[q->kind == EXPIRED_TICKETS ? TICKETS : CHATS];
    time_ms last_at = INT64_MIN;
    int64_t last = 0;
    while (r->id_count < q->max) {
        time_ms best_at = q->before;
        int64_t best = 0;
        for (size_t i = 0; i < table->count; i++) {
            time_ms at = 0;
            int64_t number = 0;
            bool is = is_expired(m, q, table->rows[i], &at, &number);
            if (is && at < best_at && (at > last_at || (at == last_at && number > last))) {
                best_at = at;
                best = number;
            }
        }
        if (best == 0) {
            return;
        }
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)best);
        request_add_id(r, text, true);
        last_at = best_at;
        last = best;
    }
}

void memory_find_expired(const struct memory *m, struct request *r)
{
    struct expired_query q = r->expired;
    const struct table *visitors = &m->tables[VISITORS];
    q.department = r->department;
    if (q.kind != EXPIRED_VISITORS) {
        find_old(m, r, &q);
        return;
    }
    for (size_t i = 0; i < visitors->count && r->id_count < q.max; i++) {
        const struct visitor_record *v = visitors->rows[i];
        if (strcmp(v->id, r->visitor) > 0) {
            request_add_id(r, v->id, v->last_seen < q.before && !has_chats(m, v->id));
        }
    }
}

/* ---- erasing ---- */

static bool row_is_of_chat(int table, const void *row, int64_t chat)
{
    switch (table) {
    case PARTICIPANTS:
        return ((const struct participant_record *)row)->chat == chat;
    case FILES:
        return ((const struct file_record *)row)->chat == chat;
    case TICKETS:
        return ((const struct ticket_record *)row)->number == chat;
    case SPENTS:
        return ((const struct spent_record *)row)->chat == chat;
    case RATINGS:
        return ((const struct rating_record *)row)->chat == chat;
    case OWNS:
        return ((const struct own_record *)row)->chat == chat;
    case LINKS:
        return ((const struct link_record *)row)->ticket == chat ||
               ((const struct link_record *)row)->other == chat;
    case MAILS:
        return ((const struct mail_record *)row)->ticket == chat;
    case READ_ROWS:
        return ((const struct read_record *)row)->chat == chat;
    case ENTRIES:
        return ((const struct entry_record *)row)->chat == chat;
    default:
        return false;
    }
}

static bool outbox_is_of_chat(const struct memory *m, const struct outbox_record *r, int64_t chat)
{
    const struct entry_record *e =
        table_get(&m->tables[ENTRIES], &(struct entry_record){.sequence = r->entry});
    char address[40];
    snprintf(address, sizeof address, "ticket-%lld@", (long long)chat);
    return r->chat == chat || (r->entry > 0 && e && e->chat == chat) ||
           (r->entry == 0 && strstr(r->body, address));
}

void memory_erase_chat(struct memory *m, int64_t number)
{
    static const int OWN[] = {PARTICIPANTS, FILES, TICKETS, SPENTS,    RATINGS,
                              OWNS,         LINKS, MAILS,   READ_ROWS, ENTRIES};
    struct table *outbox = &m->tables[OUTBOX];
    const struct chat_record *chat = chat_of(m, number);
    for (size_t i = outbox->count; i-- > 0;) {
        if (outbox_is_of_chat(m, outbox->rows[i], number)) {
            table_drop_at(outbox, i);
        }
    }
    for (size_t t = 0; t < sizeof OWN / sizeof *OWN; t++) {
        struct table *table = &m->tables[OWN[t]];
        for (size_t i = table->count; i-- > 0;) {
            if (row_is_of_chat(OWN[t], table->rows[i], number)) {
                table_drop_at(table, i);
            }
        }
    }
    for (size_t i = 0; i < m->tables[TICKETS].count; i++) {
        struct ticket_record *t = m->tables[TICKETS].rows[i];
        t->merged = t->merged == number ? MERGED_GONE : t->merged;
    }
    if (chat && chat->state == CHAT_CLOSED) {
        table_drop(&m->tables[CHATS], &(struct chat_record){.number = number});
    }
}

void memory_erase_visitor(struct memory *m, const char *id)
{
    static const int OWN[] = {TOKENS, CONTACTS, BLOCKS, OUTBOX, READ_ROWS, SUBSCRIBERS};
    struct table *slots = &m->tables[SLOTS];
    struct table *outbox = &m->tables[OUTBOX];
    for (size_t i = outbox->count; i-- > 0;) {
        const struct outbox_record *row = outbox->rows[i];
        if (row->entry == 0 && strstr(row->body, id)) {
            table_drop_at(outbox, i);
        }
    }
    for (size_t t = 0; t < sizeof OWN / sizeof *OWN; t++) {
        struct table *table = &m->tables[OWN[t]];
        for (size_t i = table->count; i-- > 0;) {
            if (row_is_of(m, OWN[t], table->rows[i], id)) {
                table_drop_at(table, i);
            }
        }
    }
    for (size_t i = 0; i < slots->count; i++) {
        struct slot_record *slot = slots->rows[i];
        if (strcmp(slot->visitor, id) == 0) {
            slot->visitor = "";
            slot->chat = slot->ended = slot->first_notice = 0;
            slot->unread = false;
        }
    }
    if (!has_chats(m, id)) {
        table_drop(&m->tables[VISITORS], &(struct visitor_record){.id = id});
    }
}

void memory_prune_reads(struct memory *m, time_ms before)
{
    struct table *reads = &m->tables[READ_ROWS];
    for (size_t i = reads->count; i-- > 0;) {
        if (((const struct read_record *)reads->rows[i])->at < before) {
            table_drop_at(reads, i);
        }
    }
}
