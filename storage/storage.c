/* Common to all backends: the open batch, limits, requests, completions. Loop thread only. */
#include "storage/storage.h"

#include "base/log.h"
#include "base/mem.h"
#include "storage/storage_state.h"
#include "storage/storage_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { WAITING_WRITES_MAX = 20000, WAITING_BYTES_MAX = 16 << 20, REQUESTS_MAX = 4096 };

/* Of commits: from what a good disk takes to what makes people wait. */
static const time_ms COMMIT_BOUNDS[] = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10000};

static const struct backend_kind *const backends[] = {&sqlite_backend, &memory_backend};

/* ---- open, close ---- */

static const struct backend_kind *find_backend(const char *uri, const char **path, char **error)
{
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        size_t len = strlen(backends[i]->scheme);
        if (strncmp(uri, backends[i]->scheme, len) == 0) {
            *path = uri + len;
            return backends[i];
        }
    }
    *error = mem_print("unknown kind of storage '%s': it begins with sqlite:", uri);
    return NULL;
}

void backend_wake(int fd)
{
    uint64_t one = 1;
    while (write(fd, &one, sizeof one) < 0) {
        if (errno == EAGAIN) {
            return; /* the counter is at its end: readable anyway */
        }
        if (errno != EINTR) {
            BUG("eventfd cannot be written errno=%d", errno);
        }
    }
}

struct storage *storage_open(const char *uri, const struct storage_calls *calls, char **error)
{
    const char *path;
    const struct backend_kind *kind = find_backend(uri, &path, error);
    if (!kind) {
        return NULL;
    }
    int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
        *error = mem_print("no eventfd: %s", strerror(errno));
        return NULL;
    }
    struct backend *backend = kind->open(path, fd, error);
    if (!backend) {
        close(fd);
        return NULL;
    }
    struct storage *s = mem_alloc(sizeof *s);
    s->backend = backend;
    s->calls = *calls;
    s->fd = fd;
    s->batch = batch_create();
    histogram_init(&s->commits, COMMIT_BOUNDS, sizeof COMMIT_BOUNDS / sizeof *COMMIT_BOUNDS);
    list_init(&s->waiting);
    list_init(&s->requests);
    return s;
}

void storage_close(struct storage *s)
{
    if (!s) {
        return;
    }
    storage_seal(s);
    list_for_each_safe (struct request, request, &s->waiting, link) {
        list_remove(&request->link);
        request_destroy(request);
    }
    s->backend->kind->close(s->backend);
    batch_destroy(s->batch);
    close(s->fd);
    free(s);
}

int storage_fd(const struct storage *s)
{
    return s->fd;
}

/* ---- writing ---- */

static void update_full(struct storage *s)
{
    if (s->waiting_writes >= WAITING_WRITES_MAX || s->waiting_bytes >= WAITING_BYTES_MAX) {
        if (!s->is_full) {
            s->is_full = true;
            backend_wake(s->fd); /* on_refusing is told from storage_dispatch */
        }
    } else if (s->waiting_writes <= WAITING_WRITES_MAX / 2 &&
               s->waiting_bytes <= WAITING_BYTES_MAX / 2) {
        s->is_full = false;
    }
}

void storage_write(struct storage *s, enum write_kind kind, const void *record)
{
    const struct shape *shape = record_shape(kind);
    size_t size = sizeof(struct write) + record_text_size(shape, record);
    struct write *write = mem_alloc(size);
    write->kind = kind;
    write->size = size;
    record_copy(shape, record, &write->record, (char *)(write + 1));
    list_append(&s->batch->writes, &write->link);
    s->batch->count++;
    s->batch->bytes += size;
    s->waiting_writes++;
    s->waiting_bytes += size;
    update_full(s);
}

uint64_t storage_seal(struct storage *s)
{
    if (s->batch->count > 0) {
        struct batch *batch = s->batch;
        s->batch = batch_create();
        batch->number = ++s->sealed;
        batch->sealed_at = clock_monotonic_ms();
        s->backend->kind->commit(s->backend, batch);
    }
    return s->sealed;
}

uint64_t storage_committed(const struct storage *s)
{
    return s->committed;
}

bool storage_is_refusing(const struct storage *s)
{
    return s->in_trouble || s->is_full || s->request_count >= REQUESTS_MAX;
}

const struct histogram *storage_commit_times(const struct storage *s)
{
    return &s->commits;
}

size_t storage_waiting_writes(const struct storage *s)
{
    return s->waiting_writes;
}

/* ---- reading ---- */

/* Hands over those whose batch is committed. */
static bool release_requests(struct storage *s)
{
    bool any = false;
    list_for_each_safe (struct request, request, &s->waiting, link) {
        if (request->after > s->committed) {
            break;
        }
        list_remove(&request->link);
        s->backend->kind->read(s->backend, request);
        any = true;
    }
    return any;
}

/* What was written in this turn is sealed at its end: the read waits for that. */
static struct request *create_request(struct storage *s, enum request_kind kind, void *ctx)
{
    struct request *request = mem_alloc(sizeof *request);
    request->kind = kind;
    request->ctx = ctx;
    request->id = ++s->last_request;
    request->after = s->sealed + (s->batch->count > 0 ? 1 : 0);
    return request;
}

static uint64_t ask(struct storage *s, struct request *request)
{
    list_append(&s->requests, &request->open);
    list_append(&s->waiting, &request->link);
    if (++s->request_count == REQUESTS_MAX) {
        backend_wake(s->fd);
    }
    release_requests(s);
    return request->id;
}

uint64_t storage_find_visitor(struct storage *s, const char *site, const char *token_hash,
                              const char *jid, storage_on_visitor answer, void *ctx)
{
    struct request *request = create_request(s, FIND_VISITOR, ctx);
    request->call.on_visitor = answer;
    request->site = mem_dup(site);
    request->token_hash = mem_dup(token_hash);
    request->jid = mem_dup(token_hash || !jid ? "" : jid);
    return ask(s, request);
}

uint64_t storage_find_subject(struct storage *s, const char *site, const char *subject,
                              storage_on_visitor answer, void *ctx)
{
    struct request *request = create_request(s, FIND_VISITOR, ctx);
    request->call.on_visitor = answer;
    request->site = mem_dup(site);
    request->subject = mem_dup(subject);
    return ask(s, request);
}

uint64_t storage_history(struct storage *s, const struct history_query *q,
                         storage_on_history answer, void *ctx)
{
    struct request *request = create_request(s, HISTORY, ctx);
    request->call.on_history = answer;
    request->visitor = mem_dup(q->visitor);
    request->department = mem_dup(q->department);
    request->query = *q;
    request->query.visitor = request->visitor;
    request->query.department = request->department;
    request->query.max = q->max < HISTORY_MAX ? q->max : HISTORY_MAX;
    return ask(s, request);
}

uint64_t storage_chats(struct storage *s, const char *visitor, storage_on_chats answer, void *ctx)
{
    struct request *request = create_request(s, VISITOR_CHATS, ctx);
    request->call.on_chats = answer;
    request->visitor = mem_dup(visitor);
    return ask(s, request);
}

uint64_t storage_transcript(struct storage *s, int64_t chat, unsigned skip, unsigned max,
                            storage_on_transcript answer, void *ctx)
{
    struct request *request = create_request(s, TRANSCRIPT, ctx);
    request->call.on_transcript = answer;
    request->chat = chat;
    request->skip = skip;
    request->query.max = max < HISTORY_MAX ? max : HISTORY_MAX;
    return ask(s, request);
}

uint64_t storage_passage(struct storage *s, const struct passage_query *q,
                         storage_on_passage answer, void *ctx)
{
    struct request *request = create_request(s, PASSAGE, ctx);
    request->call.on_passage = answer;
    request->passage = request_copy_passage(q);
    return ask(s, request);
}

uint64_t storage_ticket(struct storage *s, int64_t number, storage_on_ticket answer, void *ctx)
{
    struct request *request = create_request(s, TICKET, ctx);
    request->call.on_ticket = answer;
    request->chat = number;
    return ask(s, request);
}

uint64_t storage_wake(struct storage *s, const struct wake_query *q, storage_on_wake answer,
                      void *ctx)
{
    struct request *request = create_request(s, WAKE, ctx);
    request->call.on_wake = answer;
    request->query.before = q->before;
    request->query.after = q->after;
    request->query.max = q->max < WAKE_MAX ? q->max : WAKE_MAX;
    return ask(s, request);
}

uint64_t storage_tickets(struct storage *s, const struct ticket_query *q, storage_on_tickets answer,
                         void *ctx)
{
    struct request *request = create_request(s, LIST, ctx);
    request->call.on_tickets = answer;
    request->list = request_copy_list(q);
    return ask(s, request);
}

uint64_t storage_news(struct storage *s, const char *department, time_ms after,
                      storage_on_news answer, void *ctx)
{
    struct request *request = create_request(s, NEWS, ctx);
    request->call.on_news = answer;
    request->department = mem_dup(department);
    request->converted_after = after;
    return ask(s, request);
}

uint64_t storage_audit(struct storage *s, unsigned max, storage_on_audit answer, void *ctx)
{
    struct request *request = create_request(s, AUDIT, ctx);
    request->call.on_audit = answer;
    request->query.max = max < AUDIT_MAX ? max : AUDIT_MAX;
    return ask(s, request);
}

uint64_t storage_reads(struct storage *s, const char *visitor, unsigned max,
                       storage_on_reads answer, void *ctx)
{
    struct request *request = create_request(s, READS, ctx);
    request->call.on_reads = answer;
    request->visitor = mem_dup(visitor);
    request->query.max = max < READS_MAX ? max : READS_MAX;
    return ask(s, request);
}

uint64_t storage_person(struct storage *s, const struct person_query *q, storage_on_person answer,
                        void *ctx)
{
    struct request *request = create_request(s, PERSON, ctx);
    request->call.on_person = answer;
    request->by = q->by;
    request->visitor = mem_dup(q->value);
    return ask(s, request);
}

uint64_t storage_export_person(struct storage *s, const struct person_query *q, const char *path,
                               storage_on_export answer, void *ctx)
{
    struct request *request = create_request(s, EXPORT, ctx);
    request->call.on_export = answer;
    request->by = q->by;
    request->visitor = mem_dup(q->value);
    request->path = mem_dup(path);
    return ask(s, request);
}

uint64_t storage_expired(struct storage *s, const struct expired_query *q,
                         storage_on_expired answer, void *ctx)
{
    struct request *request = create_request(s, EXPIRED, ctx);
    request->call.on_expired = answer;
    request->expired = *q;
    request->department = mem_dup(q->department);
    request->visitor = mem_dup(q->after);
    request->expired.max = q->max < HISTORY_MAX ? q->max : HISTORY_MAX;
    return ask(s, request);
}

void storage_scrub(struct storage *s, storage_on_scrub answer, void *ctx)
{
    struct request *request = create_request(s, SCRUB, ctx);
    request->call.on_backup = answer;
    ask(s, request);
}

void storage_backup(struct storage *s, const char *path, storage_on_backup answer, void *ctx)
{
    struct request *request = create_request(s, BACKUP, ctx);
    request->call.on_backup = answer;
    request->path = mem_dup(path);
    ask(s, request);
}

void storage_cancel(struct storage *s, uint64_t id)
{
    list_for_each (struct request, request, &s->requests, open) {
        if (request->id == id) {
            request->is_cancelled = true;
            return;
        }
    }
}

/* ---- completions ---- */

static void finish_batches(struct storage *s, struct list *committed)
{
    uint64_t last = 0;
    time_ms now = list_is_empty(committed) ? 0 : clock_monotonic_ms();
    list_for_each_safe (struct batch, batch, committed, link) {
        last = batch->number;
        histogram_add(&s->commits, now - batch->sealed_at);
        s->waiting_writes -= batch->count;
        s->waiting_bytes -= batch->bytes;
        list_remove(&batch->link);
        batch_destroy(batch);
    }
    if (last > 0) {
        s->committed = last;
        update_full(s);
        if (s->calls.on_commit) {
            s->calls.on_commit(s->calls.ctx, last);
        }
    }
}

static void finish_requests(struct storage *s, struct list *answered)
{
    list_for_each_safe (struct request, request, answered, link) {
        list_remove(&request->link);
        list_remove(&request->open);
        s->request_count--;
        if (!request->is_cancelled) {
            request_answer(request);
        }
        request_destroy(request);
    }
}

static void tell_refusing(struct storage *s)
{
    bool refusing = storage_is_refusing(s);
    if (refusing != s->was_refusing) {
        s->was_refusing = refusing;
        if (s->calls.on_refusing) {
            s->calls.on_refusing(s->calls.ctx, refusing);
        }
    }
}

static void note_trouble(struct storage *s, const struct report *report)
{
    if (report->trouble) {
        log_error("storage: cannot commit: %s; trying again every second", report->trouble);
    } else if (s->in_trouble && !report->in_trouble) {
        log_warn("storage: commits work again");
    }
    s->in_trouble = report->in_trouble;
}

void storage_dispatch(struct storage *s)
{
    uint64_t count;
    while (read(s->fd, &count, sizeof count) < 0 && errno == EINTR) {
    }
    bool more = true;
    while (more) {
        struct report report = {.trouble = NULL};
        list_init(&report.committed);
        list_init(&report.answered);
        s->backend->kind->collect(s->backend, &report);
        note_trouble(s, &report);
        free(report.trouble);
        finish_batches(s, &report.committed);
        finish_requests(s, &report.answered);
        tell_refusing(s);
        more = release_requests(s);
    }
}

/* ---- start, inspection, tests ---- */

bool storage_load(struct storage *s, const struct storage_loader *loader)
{
    return s->backend->kind->load(s->backend, loader);
}

char *storage_inspect(const char *uri)
{
    const char *path;
    char *error = NULL;
    const struct backend_kind *kind = find_backend(uri, &path, &error);
    return kind ? kind->inspect(path) : error;
}

char *storage_peek_settings(const char *uri, void (*setting)(void *, const struct setting_record *),
                            void *ctx)
{
    const char *path;
    char *error = NULL;
    const struct backend_kind *kind = find_backend(uri, &path, &error);
    return kind ? kind->peek(path, &(struct storage_loader){.ctx = ctx, .setting = setting})
                : error;
}

bool storage_is_damaged(const char *uri)
{
    const char *path;
    char *error = NULL;
    const struct backend_kind *kind = find_backend(uri, &path, &error);
    free(error);
    return kind && kind->is_damaged(path);
}

void storage_test_hold(struct storage *s, bool held)
{
    s->backend->kind->hold(s->backend, held);
}

void storage_test_fail(struct storage *s, int code)
{
    s->backend->kind->fail(s->backend, code);
}
