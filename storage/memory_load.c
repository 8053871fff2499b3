/* The start: what was going on, out of sorted arrays. */
#include "base/mem.h"
#include "storage/memory.h"

#include <stdlib.h>
#include <string.h>

static int compare_waiting(const void *a, const void *b)
{
    const struct chat_record *const *x = a;
    const struct chat_record *const *y = b;
    if ((*x)->waiting_since != (*y)->waiting_since) {
        return (*x)->waiting_since < (*y)->waiting_since ? -1 : 1;
    }
    return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

static void load_counters(const struct memory *m, const struct storage_loader *loader)
{
    int64_t number = m->last_number > 0 ? m->last_number : FIRST_NUMBER - 1;
    loader->counters(loader->ctx, number, m->last_sequence, m->last_outbox);
}

static void load_entries(const struct memory *m, const struct storage_loader *loader, int64_t chat)
{
    size_t from = m->tables[ENTRIES].count;
    for (unsigned found = 0; from > 0 && found < LOAD_ENTRIES; from--) {
        found += memory_entry_at(m, from - 1)->chat == chat;
    }
    for (; from < m->tables[ENTRIES].count; from++) {
        if (memory_entry_at(m, from)->chat == chat) {
            loader->entry(loader->ctx, memory_entry_at(m, from));
        }
    }
}

/* The chats that are not closed, in the order of the line; free() the array. */
static const struct chat_record **open_chats(const struct memory *m, size_t *count)
{
    const struct table *chats = &m->tables[CHATS];
    const struct chat_record **open = mem_array(chats->count, sizeof(struct chat_record *));
    *count = 0;
    for (size_t i = 0; i < chats->count; i++) {
        const struct chat_record *chat = chats->rows[i];
        if (chat->state != CHAT_CLOSED) {
            open[(*count)++] = chat;
        }
    }
    qsort(open, *count, sizeof(struct chat_record *), compare_waiting);
    return open;
}

static void load_participants(const struct memory *m, const struct storage_loader *loader)
{
    const struct table *participants = &m->tables[PARTICIPANTS];
    for (size_t i = 0; i < participants->count; i++) {
        const struct participant_record *r = participants->rows[i];
        const struct chat_record *chat = memory_chat(m, r->chat);
        if (chat->state != CHAT_CLOSED) {
            loader->participant(loader->ctx, r);
        }
    }
}

static void load_chats(const struct memory *m, const struct storage_loader *loader)
{
    size_t count;
    const struct chat_record **open = open_chats(m, &count);
    const struct table *visitors = &m->tables[VISITORS];
    for (size_t i = 0; loader->visitor && i < visitors->count; i++) {
        const struct visitor_record *visitor = visitors->rows[i];
        bool has_chat = false;
        for (size_t k = 0; k < count; k++) {
            has_chat = has_chat || strcmp(open[k]->visitor, visitor->id) == 0;
        }
        if (has_chat) {
            loader->visitor(loader->ctx, visitor);
        }
    }
    for (size_t i = 0; loader->chat && i < count; i++) {
        loader->chat(loader->ctx, open[i]);
    }
    if (loader->participant) {
        load_participants(m, loader);
    }
    for (size_t i = 0; loader->entry && i < count; i++) {
        load_entries(m, loader, open[i]->number);
    }
    free(open);
}

static int compare_due(const void *a, const void *b)
{
    const struct mail_record *const *x = a;
    const struct mail_record *const *y = b;
    if ((*x)->due != (*y)->due) {
        return (*x)->due < (*y)->due ? -1 : 1;
    }
    if ((*x)->ticket != (*y)->ticket) {
        return (*x)->ticket < (*y)->ticket ? -1 : 1;
    }
    return ((*x)->first > (*y)->first) - ((*x)->first < (*y)->first);
}

static void load_mails(const struct memory *m, const struct storage_loader *loader)
{
    const struct table *mails = &m->tables[MAILS];
    const struct mail_record **rows = mem_array(mails->count, sizeof(struct mail_record *));
    for (size_t i = 0; i < mails->count; i++) {
        rows[i] = mails->rows[i];
    }
    qsort(rows, mails->count, sizeof(struct mail_record *), compare_due);
    for (size_t i = 0; i < mails->count; i++) {
        loader->mail(loader->ctx, rows[i]);
    }
    free(rows);
}

static void load_own(const struct memory *m, const struct storage_loader *loader)
{
    const struct table *owns = &m->tables[OWNS];
    for (size_t i = 0; i < owns->count; i++) {
        const struct own_record *r = owns->rows[i];
        if (memory_chat(m, r->chat)->state != CHAT_CLOSED) {
            loader->own(loader->ctx, r);
        }
    }
}

bool memory_load(const struct memory *m, const struct storage_loader *loader)
{
    if (loader->counters) {
        load_counters(m, loader);
    }
    load_chats(m, loader);
    if (loader->own) {
        load_own(m, loader);
    }
    for (size_t i = 0; loader->outbox && i < m->tables[OUTBOX].count; i++) {
        loader->outbox(loader->ctx, m->tables[OUTBOX].rows[i]);
    }
    for (size_t i = 0; loader->contact && i < m->tables[CONTACTS].count; i++) {
        loader->contact(loader->ctx, m->tables[CONTACTS].rows[i]);
    }
    for (size_t i = 0; loader->slot && i < m->tables[SLOTS].count; i++) {
        loader->slot(loader->ctx, m->tables[SLOTS].rows[i]);
    }
    for (size_t i = 0; loader->subscriber && i < m->tables[SUBSCRIBERS].count; i++) {
        loader->subscriber(loader->ctx, m->tables[SUBSCRIBERS].rows[i]);
    }
    for (size_t i = 0; loader->duty && i < m->tables[DUTIES].count; i++) {
        loader->duty(loader->ctx, m->tables[DUTIES].rows[i]);
    }
    for (size_t i = 0; loader->news && i < m->tables[NEWSES].count; i++) {
        loader->news(loader->ctx, m->tables[NEWSES].rows[i]);
    }
    for (size_t i = 0; loader->canned && i < m->tables[CANNED].count; i++) {
        loader->canned(loader->ctx, m->tables[CANNED].rows[i]);
    }
    for (size_t i = 0; loader->saved && i < m->tables[SAVED].count; i++) {
        loader->saved(loader->ctx, m->tables[SAVED].rows[i]);
    }
    for (size_t i = 0; loader->setting && i < m->tables[SETTINGS].count; i++) {
        loader->setting(loader->ctx, m->tables[SETTINGS].rows[i]);
    }
    for (size_t i = 0; loader->file && i < m->tables[FILES].count; i++) {
        loader->file(loader->ctx, m->tables[FILES].rows[i]);
    }
    for (size_t i = 0; loader->block && i < m->tables[BLOCKS].count; i++) {
        loader->block(loader->ctx, m->tables[BLOCKS].rows[i]);
    }
    for (size_t i = 0; loader->bulletin && i < m->tables[BULLETINS].count; i++) {
        loader->bulletin(loader->ctx, m->tables[BULLETINS].rows[i]);
    }
    if (loader->mail) {
        load_mails(m, loader);
    }
    return true;
}
