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
    [NEWSES] = {PUT_NEWS, 2},
    [CANNED] = {PUT_CANNED, 3},
    [SAVED] = {PUT_SAVED, 2},
    [PARTICIPANTS] = {PUT_PARTICIPANT, 2},
    [SETTINGS] = {PUT_SETTING, 3},
    [AUDITS] = {PUT_AUDIT, 1},
    [FILES] = {PUT_FILE, 1},
    [BLOCKS] = {PUT_BLOCK, 1},
    [BULLETINS] = {PUT_BULLETIN, 2},
    [TICKETS] = {PUT_TICKET, 1},
    [SPENTS] = {PUT_SPENT, 1},
    [RATINGS] = {PUT_RATING, 1},
    [OWNS] = {PUT_OWN, 2},
    [LINKS] = {PUT_LINK, 2},
    [MAILS] = {PUT_MAIL, 2},
    [READ_ROWS] = {PUT_READ, 1},
};

static struct memory *memory_of(struct backend *b)
{
    return (struct memory *)(void *)b;
}

/* ---- writing ---- */

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
            memory_write(m, write);
        }
    }
    list_for_each (struct batch, batch, &m->sealed, link) {
        list_for_each (struct write, write, &batch->writes, link) {
            memory_check_references(m, write);
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

static void find(struct memory *m, struct request *request)
{
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
    case PASSAGE:
        memory_find_passage(m, request);
        break;
    case TICKET:
        memory_find_ticket(m, request);
        break;
    case WAKE:
        memory_find_wake(m, request);
        break;
    case LIST:
        memory_find_list(m, request);
        break;
    case NEWS:
        memory_find_news(m, request);
        break;
    case AUDIT:
        memory_find_audit(m, request);
        break;
    case READS:
        memory_find_reads(m, request);
        break;
    case PERSON:
        memory_find_person(m, request);
        break;
    case EXPIRED:
        memory_find_expired(m, request);
        break;
    case SCRUB:
        m->unfinished = false;
        break;
    case EXPORT:
        request->error = mem_dup("what is only in memory is not exported");
        break;
    case BACKUP:
        request->error = mem_dup("what is only in memory has no backup");
        break;
    }
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
        find(m, request);
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
