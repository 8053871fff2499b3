#include "retention.h"

#include "base/log.h"
#include "base/mem.h"
#include "config.h"
#include "erasure.h"
#include "storage/storage.h"

#include <stdlib.h>

enum { STEP = 50, PAGE = 100, INTERVAL_MS = 60 * 60 * 1000, FIRST_MS = 10 * 1000 };
static const time_ms DAY_MS = 24LL * 60 * 60 * 1000;

/* CHATS and TICKETS of each department, then VISITORS, then READS, then REST until the next. */
enum stage { REST, CHATS, TICKETS, VISITORS, READS };

struct retention {
    struct storage *storage;
    struct erasure *erasure;
    time_ms (*steady)(void);
    uint64_t request; /* the read under way; 0: none */
    enum stage stage;
    size_t department;
    bool more;      /* of this stage */
    char *after;    /* VISITORS: the last key that was looked at */
    time_ms next;   /* steady: of REST */
    size_t skipped; /* in memory */
    size_t chats;
    size_t tickets;
    size_t visitors;
    size_t files;
};

struct retention *retention_create(struct storage *storage, struct erasure *erasure,
                                   time_ms (*steady)(void))
{
    struct retention *r = mem_alloc(sizeof *r);

    r->storage = storage;
    r->erasure = erasure;
    r->steady = steady;
    r->after = mem_dup("");
    r->next = r->steady() + FIRST_MS;
    return r;
}

void retention_destroy(struct retention *r)
{
    if (r == NULL) {
        return;
    }
    if (r->request != 0) {
        storage_cancel(r->storage, r->request);
    }
    free(r->after);
    free(r);
}

/* ---- what was found ---- */

static void on_numbers(void *ctx, const char *const *keys, const bool *due, size_t count)
{
    struct retention *r = ctx;
    size_t erased = 0;

    (void)due;
    r->request = 0;
    for (size_t i = 0; i < count; i++) {
        erased += erasure_chat(r->erasure, strtoll(keys[i], NULL, 10), &r->files);
    }
    *(r->stage == CHATS ? &r->chats : &r->tickets) += erased;
    r->skipped += count - erased;
    /* What is in memory would be found again: then the rest waits for the next sweep. */
    r->more = count == STEP && erased > 0;
}

static void on_visitors(void *ctx, const char *const *keys, const bool *due, size_t count)
{
    struct retention *r = ctx;

    r->request = 0;
    for (size_t i = 0; i < count; i++) {
        if (due[i] && erasure_visitor(r->erasure, keys[i])) {
            r->visitors++;
        }
    }
    if (count > 0) {
        mem_replace(&r->after, keys[count - 1]);
    }
    r->more = count == PAGE;
}

/* ---- steps ---- */

static void ask(struct retention *r, enum expired_kind kind, const char *department, unsigned days,
                time_ms now)
{
    const struct expired_query q = {.kind = kind,
                                    .department = department,
                                    .before = now - (time_ms)days * DAY_MS,
                                    .after = r->after,
                                    .max = kind == EXPIRED_VISITORS ? PAGE : STEP};

    r->request =
        storage_expired(r->storage, &q, kind == EXPIRED_VISITORS ? on_visitors : on_numbers, r);
}

/* Of each department in turn: those that are configured. True: a read is under way. */
static bool step_departments(struct retention *r, const struct config *c, time_ms now)
{
    for (; r->department < c->department_count; r->department++, r->more = true) {
        const struct config_department *p = &c->departments[r->department];
        unsigned days = r->stage == CHATS ? p->keep_chats_days : p->keep_tickets_days;
        if (r->more && days > 0) {
            ask(r, r->stage == CHATS ? EXPIRED_CHATS : EXPIRED_TICKETS, p->id, days, now);
            return true;
        }
    }
    return false;
}

static void enter(struct retention *r, enum stage stage)
{
    r->stage = stage;
    r->department = 0;
    r->more = true;
    mem_replace(&r->after, "");
}

static void rest(struct retention *r)
{
    if (r->chats + r->tickets + r->visitors > 0) {
        log_info("privacy: kept long enough and erased: chats=%zu tickets=%zu visitors=%zu "
                 "files=%zu",
                 r->chats, r->tickets, r->visitors, r->files);
    }
    if (r->skipped > 0) {
        log_info("privacy: old enough, but in use: chats=%zu; with the next sweep", r->skipped);
    }
    r->chats = r->tickets = r->visitors = r->files = r->skipped = 0;
    r->next = r->steady() + INTERVAL_MS;
    r->stage = REST;
}

static void step(struct retention *r, const struct config *c, time_ms now)
{
    switch (r->stage) {
    case REST:
        if (r->steady() >= r->next) {
            enter(r, CHATS);
        }
        break;
    case CHATS:
    case TICKETS:
        if (!step_departments(r, c, now)) {
            enter(r, r->stage == CHATS ? TICKETS : VISITORS);
        }
        break;
    case VISITORS:
        if (r->more && c->keep_visitors_days > 0) {
            ask(r, EXPIRED_VISITORS, "", c->keep_visitors_days, now);
        } else {
            enter(r, READS);
        }
        break;
    case READS:
        if (c->keep_reads_days > 0) {
            storage_prune_reads(r->storage, now - (time_ms)c->keep_reads_days * DAY_MS);
        }
        rest(r);
        break;
    }
}

void retention_tick(struct retention *r, const struct config *config, time_ms now)
{
    enum stage before;

    if (storage_is_refusing(r->storage)) {
        return;
    }
    do {
        before = r->stage;
        if (r->request == 0) {
            step(r, config, now);
        }
    } while (r->request == 0 && r->stage != before && r->stage != REST);
}
