#include "erasure.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "files/files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rosters are given so long to let a contact go; then it goes when they answer. */
enum { SHOWN_MS = 10 * 1000, PARTS_MAX = 32 };

struct erasure {
    struct storage *storage;
    struct files *files;
    const struct erasure_house *house;
    uint64_t request; /* the read under way; 0: none */
    bool is_scrubbing;
    /* ---- the order; done NULL: none ---- */
    enum dossier_act act;
    enum person_by by;
    char *value;
    char *who;
    char *path;
    bool ends;
    dossier_done done;
    void *ctx;
    struct person_part parts[PARTS_MAX]; /* as it was at the first look */
    size_t part_count;
    bool begun; /* it was noted, and memory has forgotten them */
    size_t removed;
    bool archives; /* were asked to forget, too */
    bool unfinished;
    char *visitors[PERSON_VISITORS];
    size_t visitor_count;
    size_t at;
    time_ms shown_until; /* monotonic; 0: contacts are not waited for */
};

struct erasure *erasure_create(struct storage *storage, struct files *files,
                               const struct erasure_house *house)
{
    struct erasure *e = mem_alloc(sizeof *e);

    e->storage = storage;
    e->files = files;
    e->house = house;
    return e;
}

static void clear_visitors(struct erasure *e)
{
    for (size_t i = 0; i < e->visitor_count; i++) {
        free(e->visitors[i]);
    }
    e->visitor_count = 0;
    e->at = 0;
}

void erasure_destroy(struct erasure *e)
{
    if (e == NULL) {
        return;
    }
    if (e->request != 0) {
        storage_cancel(e->storage, e->request);
    }
    clear_visitors(e);
    free(e->value);
    free(e->who);
    free(e->path);
    free(e);
}

/* ---- the end ---- */

static void finish(struct erasure *e, struct dossier_result *r)
{
    dossier_done done = e->done;

    r->act = e->act;
    r->parts = e->parts;
    r->part_count = e->part_count;
    r->files = e->removed;
    r->unfinished = e->unfinished;
    r->path = e->path;
    r->words = r->words != NULL ? r->words : "";
    r->archives = e->archives;
    clear_visitors(e);
    e->done = NULL;
    done(e->ctx, r);
}

static void finish_as(struct erasure *e, enum dossier_outcome outcome)
{
    finish(e, &(struct dossier_result){.outcome = outcome});
}

static void fail(struct erasure *e, const char *words)
{
    log_error("privacy: an erasure did not come to its end: %s", words);
    finish(e, &(struct dossier_result){.outcome = DOSSIER_FAILED, .words = words});
}

static int64_t rows_of(const struct erasure *e, const char *table)
{
    for (size_t i = 0; i < e->part_count; i++) {
        if (text_equal(e->parts[i].table, table)) {
            return e->parts[i].rows;
        }
    }
    return 0;
}

/* Counts, never who it was. */
static void write_audit(struct erasure *e, const char *what)
{
    char *counts = mem_print("visitors %lld, chats %lld, tickets %lld, files %lld",
                             (long long)rows_of(e, "visitors"), (long long)rows_of(e, "chats"),
                             (long long)rows_of(e, "tickets"), (long long)rows_of(e, "files"));

    storage_put_audit(
        e->storage,
        &(struct audit_record){
            .at = clock_utc_ms(), .who = e->who, .what = what, .before = counts, .after = ""});
    free(counts);
}

/* ---- the scrub ---- */

static void on_scrubbed(void *ctx, const char *error)
{
    struct erasure *e = ctx;

    e->is_scrubbing = false;
    if (e->done == NULL) {
        return;
    }
    if (error[0] != '\0') {
        fail(e, error);
        return;
    }
    log_info("privacy: a person was erased visitors=%lld chats=%lld files=%zu",
             (long long)rows_of(e, "visitors"), (long long)rows_of(e, "chats"), e->removed);
    finish_as(e, e->begun ? DOSSIER_DONE : DOSSIER_NOBODY);
}

static void scrub(struct erasure *e)
{
    e->is_scrubbing = true;
    storage_scrub(e->storage, on_scrubbed, e);
}

/* ---- rows ---- */

static void look(struct erasure *e);

static bool drop_chat(struct erasure *e, int64_t number, bool if_unused, size_t *files)
{
    if (e->house != NULL && !e->house->forget_chat(e->house->ctx, number, if_unused)) {
        return false;
    }
    *files += files_forget(e->files, number);
    storage_erase_chat(e->storage, number);
    return true;
}

bool erasure_chat(struct erasure *e, int64_t number, size_t *files)
{
    return drop_chat(e, number, true, files);
}

bool erasure_visitor(struct erasure *e, const char *visitor)
{
    if (e->house != NULL && e->house->is_here(e->house->ctx, visitor)) {
        return false;
    }
    storage_erase_visitor(e->storage, visitor);
    return true;
}

/* Without a daemon: what it left open when it ended. */
static void close_chat(struct erasure *e, const struct chat_record *chat)
{
    struct chat_record closed = *chat;

    closed.state = CHAT_CLOSED;
    closed.closed = clock_utc_ms();
    closed.closed_by = "desk";
    storage_put_chat(e->storage, &closed);
}

static void next_visitor(struct erasure *e);

static void on_chats(void *ctx, const struct chat_record *chats, size_t count)
{
    struct erasure *e = ctx;

    e->request = 0;
    if (count == 0) {
        storage_erase_visitor(e->storage, e->visitors[e->at]);
        e->at++;
        next_visitor(e);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (chats[i].state != CHAT_CLOSED) {
            close_chat(e, &chats[i]);
        }
        if (!drop_chat(e, chats[i].number, false, &e->removed)) {
            fail(e, "a new chat with this person has begun");
            return;
        }
    }
    e->request = storage_chats(e->storage, e->visitors[e->at], on_chats, e);
}

static void next_visitor(struct erasure *e)
{
    if (e->at < e->visitor_count) {
        e->request = storage_chats(e->storage, e->visitors[e->at], on_chats, e);
        return;
    }
    e->shown_until = clock_monotonic_ms() + SHOWN_MS;
    erasure_tick(e);
}

static bool is_shown(const struct erasure *e)
{
    bool any = false;

    for (size_t i = 0; e->house != NULL && i < e->visitor_count; i++) {
        any = e->house->is_shown(e->house->ctx, e->visitors[i]) || any;
    }
    return any;
}

void erasure_tick(struct erasure *e)
{
    if (e->shown_until == 0 || (is_shown(e) && clock_monotonic_ms() < e->shown_until)) {
        return;
    }
    e->shown_until = 0;
    for (size_t i = 0; i < e->visitor_count; i++) {
        storage_erase_visitor(e->storage, e->visitors[i]); /* what the roster's way has written */
    }
    look(e); /* there may be more of them than one look finds */
}

/* ---- finding ---- */

static bool is_open(const struct erasure *e)
{
    for (size_t i = 0; e->house != NULL && i < e->visitor_count; i++) {
        if (e->house->is_talking(e->house->ctx, e->visitors[i])) {
            return true;
        }
    }
    return false;
}

static void keep_visitors(struct erasure *e, const struct person_answer *a)
{
    clear_visitors(e);
    for (size_t i = 0; i < a->visitor_count; i++) {
        e->visitors[e->visitor_count++] = mem_dup(a->visitors[i]);
    }
}

static void erase(struct erasure *e)
{
    if (!e->begun) {
        e->begun = true;
        storage_begin_scrub(e->storage, clock_utc_ms());
        write_audit(e, "erased a person");
    }
    for (size_t i = 0; e->house != NULL && i < e->visitor_count; i++) {
        e->archives = e->house->forget_visitor(e->house->ctx, e->visitors[i]) || e->archives;
    }
    next_visitor(e);
}

static void on_exported(void *ctx, const char *text, const char *error)
{
    struct erasure *e = ctx;

    e->request = 0;
    if (error[0] != '\0') {
        finish(e, &(struct dossier_result){.outcome = DOSSIER_FAILED, .words = error});
        return;
    }
    finish(e, &(struct dossier_result){.outcome = DOSSIER_DONE, .text = text});
}

static void export(struct erasure *e)
{
    write_audit(e, "exported a person");
    for (size_t i = 0; i < e->visitor_count; i++) {
        storage_put_read(e->storage, &(struct read_record){.at = clock_utc_ms(),
                                                           .who = e->who,
                                                           .what = "export",
                                                           .visitor = e->visitors[i]});
    }
    e->request =
        storage_export_person(e->storage, &(struct person_query){.by = e->by, .value = e->value},
                              e->path, on_exported, e);
}

static void act(struct erasure *e, int64_t bytes)
{
    switch (e->act) {
    case DOSSIER_LOOK:
        finish(e, &(struct dossier_result){.outcome = DOSSIER_DONE, .bytes = bytes});
        break;
    case DOSSIER_ERASE:
        if (!e->begun && !e->ends && is_open(e)) {
            finish_as(e, DOSSIER_RUNNING);
        } else {
            erase(e);
        }
        break;
    case DOSSIER_EXPORT:
        export(e);
        break;
    }
}

static void on_person(void *ctx, const struct person_answer *a)
{
    struct erasure *e = ctx;

    e->request = 0;
    keep_visitors(e, a);
    if (!e->begun) {
        e->unfinished = a->unfinished;
        e->part_count = a->part_count < PARTS_MAX ? a->part_count : PARTS_MAX;
        memcpy(e->parts, a->parts, e->part_count * sizeof *e->parts);
    }
    if (a->visitor_count > 0) {
        act(e, a->bytes);
    } else if (e->act == DOSSIER_ERASE && (e->begun || a->unfinished)) {
        scrub(e);
    } else {
        finish_as(e, DOSSIER_NOBODY);
    }
}

static void look(struct erasure *e)
{
    e->request = storage_person(e->storage, &(struct person_query){.by = e->by, .value = e->value},
                                on_person, e);
}

void erasure_order(struct erasure *e, const struct dossier_order *o, dossier_done done, void *ctx)
{
    const struct dossier_result refused = {
        .outcome = e->done != NULL || e->is_scrubbing ? DOSSIER_BUSY : DOSSIER_REFUSING,
        .act = o->act,
        .path = "",
        .words = ""};

    if (e->done != NULL || e->is_scrubbing || storage_is_refusing(e->storage)) {
        done(ctx, &refused);
        return;
    }
    e->act = o->act;
    e->by = o->person.by;
    mem_replace(&e->value, o->person.value);
    mem_replace(&e->who, o->who);
    mem_replace(&e->path, o->path != NULL ? o->path : "");
    e->ends = o->ends;
    e->done = done;
    e->ctx = ctx;
    e->begun = false;
    e->removed = 0;
    e->archives = false;
    e->shown_until = 0;
    look(e);
}
