/* lint: long because each kind of write and read has its call here, and little else. */
/* Common to all backends: the open batch, numbers, limits, requests, completions. Loop thread only.
 */
#include "storage/storage.h"

#include "base/log.h"
#include "base/mem.h"
#include "storage/backend.h"
#include "storage/storage_test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A token that was replaced is remembered so long, to notice when somebody still uses it. */
enum { TOKEN_KEPT_MS = 7 * 24 * 3600 * 1000 };
enum { WAITING_WRITES_MAX = 20000, WAITING_BYTES_MAX = 16 << 20, REQUESTS_MAX = 4096 };

struct storage {
    struct backend *backend;
    struct storage_calls calls;
    int fd;
    struct batch *batch; /* the open one */
    uint64_t sealed;
    uint64_t committed;
    size_t waiting_writes; /* open or sealed, not committed */
    size_t waiting_bytes;
    struct list waiting;  /* request::link: those that wait for a commit, in order */
    struct list requests; /* request::open: all that are not answered */
    size_t request_count;
    uint64_t last_request;
    bool in_trouble;
    bool is_full;
    bool was_refusing; /* as on_refusing was told */
};

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

static struct batch *batch_create(void)
{
    struct batch *batch = mem_alloc(sizeof *batch);
    list_init(&batch->link);
    list_init(&batch->writes);
    return batch;
}

void batch_destroy(struct batch *batch)
{
    if (!batch) {
        return;
    }
    list_for_each_safe (struct write, write, &batch->writes, link) {
        list_remove(&write->link);
        free(write);
    }
    free(batch);
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

static void add_write(struct storage *s, enum write_kind kind, const void *record)
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

void storage_put_visitor(struct storage *s, const struct visitor_record *r)
{
    add_write(s, PUT_VISITOR, r);
}

void storage_put_token(struct storage *s, const struct token_record *r)
{
    add_write(s, PUT_TOKEN, r);
}

void storage_drop_token(struct storage *s, const char *hash)
{
    add_write(s, DROP_TOKEN, &(struct token_record){.hash = hash});
}

void storage_age_tokens(struct storage *s, const char *visitor, time_ms at)
{
    add_write(s, AGE_TOKENS, &(struct token_record){.visitor = visitor, .at = at});
    add_write(s, PRUNE_TOKENS,
              &(struct token_record){.visitor = visitor, .at = at - TOKEN_KEPT_MS});
}

void storage_drop_tokens_of(struct storage *s, const char *visitor)
{
    add_write(s, DROP_TOKENS_OF, &(struct token_record){.visitor = visitor});
}

void storage_put_chat(struct storage *s, const struct chat_record *r)
{
    add_write(s, PUT_CHAT, r);
}

void storage_put_participant(struct storage *s, const struct participant_record *r)
{
    add_write(s, PUT_PARTICIPANT, r);
}

void storage_drop_participant(struct storage *s, int64_t chat, const char *agent)
{
    add_write(s, DROP_PARTICIPANT, &(struct participant_record){.chat = chat, .agent = agent});
}

void storage_put_entry(struct storage *s, const struct entry_record *r)
{
    struct entry_record new = *r;

    new.fate = FATE_AS_SAID;
    new.shown = new.visitor_reactions = new.agent_reactions = "";
    new.form = new.form != NULL ? new.form : "";
    add_write(s, PUT_ENTRY, &new);
}

void storage_change_entry(struct storage *s, const struct entry_record *r)
{
    add_write(s, CHANGE_ENTRY, r);
}

void storage_mark_entry(struct storage *s, int64_t sequence, enum entry_seen seen)
{
    add_write(s, MARK_ENTRY, &(struct entry_record){.sequence = sequence, .seen = seen});
}

void storage_put_outbox(struct storage *s, const struct outbox_record *r)
{
    add_write(s, PUT_OUTBOX, r);
}

void storage_drop_outbox(struct storage *s, int64_t id)
{
    add_write(s, DROP_OUTBOX, &(struct outbox_record){.id = id});
}

void storage_put_contact(struct storage *s, const struct contact_record *r)
{
    add_write(s, PUT_CONTACT, r);
}

void storage_drop_contact(struct storage *s, const char *agent, const char *contact)
{
    add_write(s, DROP_CONTACT, &(struct contact_record){.agent = agent, .contact = contact});
}

void storage_put_slot(struct storage *s, const struct slot_record *r)
{
    add_write(s, PUT_SLOT, r);
}

void storage_drop_slot(struct storage *s, const char *agent, unsigned number)
{
    add_write(s, DROP_SLOT, &(struct slot_record){.agent = agent, .number = number});
}

void storage_put_subscriber(struct storage *s, const struct subscriber_record *r)
{
    add_write(s, PUT_SUBSCRIBER, r);
}

void storage_drop_subscriber(struct storage *s, const char *jid, const char *department)
{
    add_write(s, DROP_SUBSCRIBER,
              &(struct subscriber_record){.jid = jid, .department = department});
}

void storage_put_duty(struct storage *s, const struct duty_record *r)
{
    add_write(s, PUT_DUTY, r);
}

void storage_drop_duty(struct storage *s, const char *agent)
{
    add_write(s, DROP_DUTY, &(struct duty_record){.agent = agent});
}

void storage_put_canned(struct storage *s, const struct canned_record *r)
{
    add_write(s, PUT_CANNED, r);
}

void storage_drop_canned(struct storage *s, enum canned_scope scope, const char *owner,
                         const char *word)
{
    add_write(s, DROP_CANNED,
              &(struct canned_record){.scope = scope, .owner = owner, .word = word});
}

void storage_put_setting(struct storage *s, const struct setting_record *r)
{
    add_write(s, PUT_SETTING, r);
}

void storage_drop_setting(struct storage *s, enum setting_kind kind, const char *id,
                          const char *field)
{
    add_write(s, DROP_SETTING, &(struct setting_record){.kind = kind, .id = id, .field = field});
}

void storage_put_audit(struct storage *s, const struct audit_record *r)
{
    add_write(s, PUT_AUDIT, r);
}

void storage_put_file(struct storage *s, const struct file_record *r)
{
    add_write(s, PUT_FILE, r);
}

void storage_put_block(struct storage *s, const struct block_record *r)
{
    add_write(s, PUT_BLOCK, r);
}

void storage_drop_block(struct storage *s, int64_t number)
{
    add_write(s, DROP_BLOCK, &(struct block_record){.number = number});
}

void storage_put_ticket(struct storage *s, const struct ticket_record *r)
{
    add_write(s, PUT_TICKET, r);
}

uint64_t storage_seal(struct storage *s)
{
    if (s->batch->count > 0) {
        struct batch *batch = s->batch;
        s->batch = batch_create();
        batch->number = ++s->sealed;
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
    if (q->max > HISTORY_MAX) {
        request->query.max = HISTORY_MAX;
    }
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

uint64_t storage_ticket(struct storage *s, int64_t number, storage_on_ticket answer, void *ctx)
{
    struct request *request = create_request(s, TICKET, ctx);
    request->call.on_ticket = answer;
    request->chat = number;
    return ask(s, request);
}

uint64_t storage_audit(struct storage *s, unsigned max, storage_on_audit answer, void *ctx)
{
    struct request *request = create_request(s, AUDIT, ctx);
    request->call.on_audit = answer;
    request->query.max = max < AUDIT_MAX ? max : AUDIT_MAX;
    return ask(s, request);
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
    list_for_each_safe (struct batch, batch, committed, link) {
        last = batch->number;
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
