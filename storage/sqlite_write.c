/* lint: long because each write has its statement here, in one table. */
/* The writer thread: takes all that waits, commits it in one transaction, hands it back;
 * checkpoints when idle. */
#include "base/log.h"
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

enum {
    RETRY_MS = 1000,
    CLOSE_MS = 5000,
    SCRUB_TRIES = 10,     /* so long readers are waited for */
    IDLE_MS = 2000,       /* then the WAL is brought into the database */
    WAL_PAGES = 4096,     /* 16 MiB: then at once */
    WAL_PAGES_MORE = 1024 /* when a reader keeps the WAL from starting again */
};

static const char *const statements[WRITE_KINDS] = {
    [PUT_VISITOR] =
        "INSERT INTO visitors (id, site, jid, name, email, language, zone, browser, page_url,"
        " page_title, referrer, only_agent, last_agent, first_seen, last_seen, phone, fields,"
        " consent, subject, claims, verified)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET site = excluded.site, jid = excluded.jid,"
        " name = excluded.name, email = excluded.email, language = excluded.language,"
        " zone = excluded.zone, browser = excluded.browser, page_url = excluded.page_url,"
        " page_title = excluded.page_title, referrer = excluded.referrer,"
        " only_agent = excluded.only_agent, last_agent = excluded.last_agent,"
        " first_seen = CASE WHEN excluded.first_seen = 0 THEN first_seen"
        " WHEN first_seen = 0 THEN excluded.first_seen"
        " ELSE min(first_seen, excluded.first_seen) END,"
        " last_seen = excluded.last_seen, phone = excluded.phone, fields = excluded.fields,"
        " consent = excluded.consent, subject = excluded.subject, claims = excluded.claims,"
        " verified = excluded.verified",
    [PUT_TOKEN] = "INSERT INTO tokens (hash, visitor, state, at) VALUES (?, ?, ?, ?)"
                  " ON CONFLICT (hash) DO UPDATE SET visitor = excluded.visitor,"
                  " state = excluded.state, at = excluded.at",
    [DROP_TOKEN] = "DELETE FROM tokens WHERE hash = ?",
    [DROP_TOKENS_OF] = "DELETE FROM tokens WHERE visitor = ?",
    [AGE_TOKENS] = "UPDATE tokens SET state = 3, at = ?2 WHERE visitor = ?1 AND state = 2",
    [PRUNE_TOKENS] = "DELETE FROM tokens WHERE visitor = ?1 AND state <> 2 AND at < ?2",
    [PUT_CHAT] = "INSERT INTO chats (number, visitor, department, state, owner, was_left, created,"
                 " waiting_since, claimed, closed, closed_by, offered, priority, tags, address,"
                 " handed_to, unrecorded)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (number) DO UPDATE SET visitor = excluded.visitor,"
                 " department = excluded.department, state = excluded.state,"
                 " owner = excluded.owner, was_left = excluded.was_left,"
                 " created = excluded.created, waiting_since = excluded.waiting_since,"
                 " claimed = excluded.claimed, closed = excluded.closed,"
                 " closed_by = excluded.closed_by, offered = excluded.offered,"
                 " priority = excluded.priority, tags = excluded.tags,"
                 " address = excluded.address, handed_to = excluded.handed_to,"
                 " unrecorded = excluded.unrecorded",
    [CHANGE_CHAT] = "UPDATE chats SET priority = ?2, tags = ?3 WHERE number = ?1",
    [PUT_PARTICIPANT] = "INSERT INTO participants (chat, agent, part) VALUES (?, ?, ?)"
                        " ON CONFLICT (chat, agent) DO UPDATE SET part = excluded.part",
    [DROP_PARTICIPANT] = "DELETE FROM participants WHERE chat = ? AND agent = ?",
    [PUT_ENTRY] =
        "INSERT INTO entries (sequence, chat, kind, by, at, agent, name, sender_id,"
        " event, body, seen, about, fate, shown, visitor_reactions, agent_reactions, form)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [CHANGE_ENTRY] = "UPDATE entries SET fate = ?2, shown = ?3, visitor_reactions = ?4,"
                     " agent_reactions = ?5 WHERE sequence = ?1",
    [MARK_ENTRY] = "UPDATE entries SET seen = ?2 WHERE sequence = ?1 AND seen < ?2",
    [PUT_OUTBOX] = "INSERT INTO outbox (id, side, recipient, sender, message_id, body, entry,"
                   " handed, attempts, at, visitor, chat, by, name, event, knows_ids, act, target,"
                   " payload)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (id) DO UPDATE SET side = excluded.side,"
                   " recipient = excluded.recipient, sender = excluded.sender,"
                   " message_id = excluded.message_id, body = excluded.body,"
                   " entry = excluded.entry, handed = excluded.handed,"
                   " attempts = excluded.attempts, at = excluded.at, visitor = excluded.visitor,"
                   " chat = excluded.chat, by = excluded.by, name = excluded.name,"
                   " event = excluded.event, knows_ids = excluded.knows_ids,"
                   " act = excluded.act, target = excluded.target, payload = excluded.payload",
    [DROP_OUTBOX] = "DELETE FROM outbox WHERE id = ?",
    [PUT_CONTACT] = "INSERT INTO contacts (agent, contact, name, in_roster, present)"
                    " VALUES (?, ?, ?, ?, ?)"
                    " ON CONFLICT (agent, contact) DO UPDATE SET name = excluded.name,"
                    " in_roster = excluded.in_roster, present = excluded.present",
    [DROP_CONTACT] = "DELETE FROM contacts WHERE agent = ? AND contact = ?",
    [PUT_SLOT] = "INSERT INTO slots (agent, number, visitor, chat, ended, unread, first_notice,"
                 " approved) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (agent, number) DO UPDATE SET visitor = excluded.visitor,"
                 " chat = excluded.chat, ended = excluded.ended, unread = excluded.unread,"
                 " first_notice = excluded.first_notice, approved = excluded.approved",
    [DROP_SLOT] = "DELETE FROM slots WHERE agent = ? AND number = ?",
    [PUT_SUBSCRIBER] = "INSERT INTO subscribers (jid, department) VALUES (?, ?)"
                       " ON CONFLICT DO NOTHING",
    [DROP_SUBSCRIBER] = "DELETE FROM subscribers WHERE jid = ? AND department = ?",
    [PUT_DUTY] = "INSERT INTO duty (agent, state, since, until) VALUES (?, ?, ?, ?)"
                 " ON CONFLICT (agent) DO UPDATE SET state = excluded.state,"
                 " since = excluded.since, until = excluded.until",
    [DROP_DUTY] = "DELETE FROM duty WHERE agent = ?",
    [PUT_NEWS] = "INSERT INTO news (agent, department, told) VALUES (?, ?, ?)"
                 " ON CONFLICT (agent, department) DO UPDATE SET told = excluded.told",
    [PUT_CANNED] = "INSERT INTO canned (scope, owner, word, text, author, changed)"
                   " VALUES (?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (scope, owner, word) DO UPDATE SET text = excluded.text,"
                   " author = excluded.author, changed = excluded.changed",
    [DROP_CANNED] = "DELETE FROM canned WHERE scope = ? AND owner = ? AND word = ?",
    [PUT_SAVED] = "INSERT INTO saved (agent, name, words) VALUES (?, ?, ?)"
                  " ON CONFLICT (agent, name) DO UPDATE SET words = excluded.words",
    [DROP_SAVED] = "DELETE FROM saved WHERE agent = ? AND name = ?",
    [PUT_SETTING] = "INSERT INTO settings (kind, id, field, value) VALUES (?, ?, ?, ?)"
                    " ON CONFLICT (kind, id, field) DO UPDATE SET value = excluded.value",
    [DROP_SETTING] = "DELETE FROM settings WHERE kind = ? AND id = ? AND field = ?",
    [PUT_SPENT] = "INSERT INTO spent (number, chat, agent, began, lasted, by_hand)"
                  " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PUT_AUDIT] = "INSERT INTO audit (number, at, who, what, before, after)"
                  " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PUT_FILE] = "INSERT INTO files (id, chat, sender, name, type, size, sha256, at)"
                 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [PUT_BLOCK] = "INSERT OR REPLACE INTO blocks (number, visitor, origin, chat, department,"
                  " agent, reason, at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [DROP_BLOCK] = "DELETE FROM blocks WHERE number = ?",
    [PUT_BULLETIN] = "INSERT OR REPLACE INTO bulletins (scope, place, text, agent, at, until)"
                     " VALUES (?, ?, ?, ?, ?, ?)",
    [DROP_BULLETIN] = "DELETE FROM bulletins WHERE scope = ? AND place = ?",
    [PUT_TICKET] =
        "INSERT INTO tickets (number, department, state, owner, subject, due, level,"
        " converted, converted_by, changed, wake, overdue, priority, awaits,"
        " answer_since, answer_spent, solution_since, solution_spent, answered, solved,"
        " told, measured, missed, visitor, address, last, last_by, was_left, watchers, merged,"
        " unreached)"
        " VALUES (?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
        " ?, ?, ?)"
        " ON CONFLICT (number) DO UPDATE SET department = excluded.department,"
        " state = excluded.state, owner = excluded.owner, subject = excluded.subject,"
        " due = excluded.due, level = excluded.level, converted = excluded.converted,"
        " converted_by = excluded.converted_by, changed = excluded.changed,"
        " wake = excluded.wake, overdue = excluded.overdue,"
        " priority = excluded.priority, awaits = excluded.awaits,"
        " answer_since = excluded.answer_since, answer_spent = excluded.answer_spent,"
        " solution_since = excluded.solution_since,"
        " solution_spent = excluded.solution_spent, answered = excluded.answered,"
        " solved = excluded.solved, told = excluded.told,"
        " measured = excluded.measured, missed = excluded.missed,"
        " visitor = excluded.visitor, address = excluded.address,"
        " last = excluded.last, last_by = excluded.last_by,"
        " was_left = excluded.was_left,"
        " watchers = excluded.watchers, merged = excluded.merged,"
        " unreached = excluded.unreached",
    [PUT_RATING] = "INSERT INTO ratings (chat, scale, value, text, at, changed)"
                   " VALUES (?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (chat) DO UPDATE SET scale = excluded.scale,"
                   " value = excluded.value, text = excluded.text, at = excluded.at,"
                   " changed = excluded.changed",
    [PUT_OWN] = "INSERT INTO own_fields (chat, field, value) VALUES (?, ?, ?)"
                " ON CONFLICT (chat, field) DO UPDATE SET value = excluded.value",
    [DROP_OWN] = "DELETE FROM own_fields WHERE chat = ? AND field = ?",
    [PUT_LINK] = "INSERT INTO links (ticket, other) VALUES (?, ?) ON CONFLICT DO NOTHING",
    [DROP_LINK] = "DELETE FROM links WHERE ticket = ? AND other = ?",
    [PUT_MAIL] = "INSERT INTO mails (ticket, first, last, at, due, tries)"
                 " VALUES (?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT (ticket, first) DO UPDATE SET last = excluded.last,"
                 " at = excluded.at, due = excluded.due, tries = excluded.tries",
    [DROP_MAIL] = "DELETE FROM mails WHERE ticket = ? AND first = ?",
    [PASS_ENTRY] = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'entries' AND seq < ?1",
    [PUT_READ] = "INSERT INTO reads (number, at, who, what, visitor, chat)"
                 " VALUES (nullif(?, 0), ?, ?, ?, ?, ?)",
    [PRUNE_READS] = "DELETE FROM reads WHERE number IN (SELECT number FROM reads"
                    " ORDER BY number LIMIT 500) AND at < ?",
    [BEGIN_SCRUB] = "INSERT INTO upkeep (work, since) VALUES ('scrub', ?) ON CONFLICT DO NOTHING",
};

struct sqlite_writer {
    sqlite3 *db;
    char *name;
    int wake_fd;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows up to the line */
    pthread_cond_t cond;
    struct list sealed;    /* batch::link, in order */
    struct list committed; /* batch::link, not collected */
    struct list scrubs;    /* request::link */
    struct list scrubbed;  /* request::link, not collected */
    bool is_suspect;       /* the reader has found the index damaged */
    bool is_held;
    int failure;
    bool in_trouble;
    char *trouble;    /* not collected */
    time_ms close_at; /* 0 until the end is wanted */
    /* ---- the thread's own ---- */
    sqlite3_stmt *writes[WRITE_KINDS];
    struct sqlite_eraser *eraser;
    sqlite3_stmt *begin;
    sqlite3_stmt *commit;
    sqlite3_stmt *rollback;
    int last_failure;
    time_ms retry_at;
    time_ms checkpoint_at; /* 0: nothing to do */
    int wal_pages;
    int wal_pages_max; /* then a checkpoint, idle or not */
    enum index_state index;
    time_ms mend_at;            /* the next try */
    struct sqlite_scrub *scrub; /* the one under way, or NULL */
    time_ms scrub_at;
    unsigned scrub_failures;
};

/* ---- one transaction ---- */

static int apply_write(struct sqlite_writer *w, const struct write *write)
{
    sqlite3_stmt *statement = w->writes[write->kind];
    switch (write->kind) {
    case ERASE_CHAT:
        return sqlite_erase_chat(w->eraser, write->record.chat.number);
    case ERASE_VISITOR:
        return sqlite_erase_visitor(w->eraser, write->record.visitor.id);
    default:
        sqlite_bind_record(statement, record_shape(write->kind), &write->record);
        return sqlite_step_done(statement);
    }
}

static int apply(struct sqlite_writer *w, const struct batch *batch)
{
    list_for_each (const struct write, write, &batch->writes, link) {
        int code = apply_write(w, write);
        if (code != SQLITE_OK) {
            return code;
        }
    }
    return SQLITE_OK;
}

/* A file that was replaced would take our writes with it. */
static int check_place(struct sqlite_writer *w)
{
    int moved = 0;
    sqlite3_file_control(w->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved ? SQLITE_READONLY_DBMOVED : SQLITE_OK;
}

/* failure: see storage_test_fail. */
static int transact(struct sqlite_writer *w, const struct list *batches, int failure)
{
    int code = check_place(w);
    if (code == SQLITE_OK) {
        code = sqlite_step_done(w->begin);
    }
    list_for_each (const struct batch, batch, batches, link) {
        if (code == SQLITE_OK) {
            code = apply(w, batch);
        }
    }
    if (code == SQLITE_OK && failure == 0) {
        code = sqlite_step_done(w->commit);
    }
    return code == SQLITE_OK ? failure : code;
}

/* ---- the index ---- */

static void roll_back(struct sqlite_writer *w)
{
    if (!sqlite3_get_autocommit(w->db)) {
        sqlite_step_done(w->rollback);
    }
}

static void note_damage(struct sqlite_writer *w)
{
    w->index = INDEX_DAMAGED;
    sqlite_mend_log(w->name);
}

/* Later, unless more than the index is damaged. */
static void fail_to_mend(struct sqlite_writer *w, int code)
{
    if (sqlite_is_damage(w->db, code)) {
        char *words = sqlite_words(w->db, w->name, code);
        log_error("storage: the index of searches cannot be made: %s", words);
        free(words);
        sqlite_index_pause(w->db);
        w->index = INDEX_LOST;
    }
    w->mend_at = clock_monotonic_ms() + RETRY_MS;
}

static void begin_mending(struct sqlite_writer *w)
{
    int code = sqlite_mend_begin(w->db);
    if (code == SQLITE_OK) {
        code = sqlite_index_resume(w->db);
    }
    if (code == SQLITE_OK) {
        w->index = INDEX_FILLING;
    } else {
        fail_to_mend(w, code);
    }
}

/* What FTS5 takes its own tables for, if they are damaged: it may be numbers given twice. */
static bool may_be_index(struct sqlite_writer *w, int code)
{
    return (sqlite_is_damage(w->db, code) || (code & 0xFF) == SQLITE_CONSTRAINT) &&
           (w->index == INDEX_WHOLE || w->index == INDEX_FILLING);
}

/* What is damaged may be the index, of which nothing is needed here: whether it is shows when all
 * is done without it. */
static int transact_anyhow(struct sqlite_writer *w, const struct list *batches, int failure)
{
    int code = transact(w, batches, failure);
    bool is_suspect = code != failure && may_be_index(w, code);
    if (is_suspect) {
        roll_back(w);
        is_suspect = sqlite_index_pause(w->db) == SQLITE_OK;
    }
    if (is_suspect) {
        code = transact(w, batches, failure);
    }
    if (code != failure) {
        sqlite_check_bug(w->db, code);
    }
    if (is_suspect && code == SQLITE_OK) {
        note_damage(w);
        begin_mending(w); /* before anybody is told: or a search would find what is left of it */
    } else if (is_suspect) {
        roll_back(w);
        sqlite_index_resume(w->db);
    }
    return code;
}

/* One step of what is to be done with it. */
static void mend(struct sqlite_writer *w)
{
    bool is_done = false;
    int code = SQLITE_OK;
    if (w->index == INDEX_WHOLE) { /* searches say that it is not */
        code = sqlite_index_pause(w->db);
        note_damage(w);
    } else if (w->index == INDEX_DAMAGED) {
        begin_mending(w);
    } else {
        code = sqlite_mend_step(w->db, &is_done);
    }
    if (code != SQLITE_OK) {
        fail_to_mend(w, code);
    } else if (is_done) {
        log_warn("storage: the index of searches is made again");
        w->index = INDEX_WHOLE;
    }
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
}

/* What failed is first in line again. words: why, if that is new. */
static char *note_failure(struct sqlite_writer *w, int code)
{
    char *words = code != w->last_failure ? sqlite_words(w->db, w->name, code) : NULL;
    w->last_failure = code;
    w->retry_at = clock_monotonic_ms() + RETRY_MS;
    roll_back(w);
    return words;
}

/* ---- checkpoints ---- */

static int on_wal(void *ctx, sqlite3 *db, const char *schema, int pages)
{
    struct sqlite_writer *w = ctx;
    (void)db;
    (void)schema;
    if (pages < w->wal_pages) {
        w->wal_pages_max = WAL_PAGES; /* it started again */
    }
    w->wal_pages = pages;
    return SQLITE_OK;
}

/* Never waits for readers. If it fails, a later one will do it, or commits fail and say so. */
static void checkpoint(struct sqlite_writer *w)
{
    sqlite3_wal_checkpoint_v2(w->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    w->wal_pages_max = w->wal_pages < WAL_PAGES ? WAL_PAGES : w->wal_pages + WAL_PAGES_MORE;
    w->checkpoint_at = 0;
}

/* ---- the thread ---- */

/* Called and left with the lock held. After a failure only the first batch is tried: it may fit
 * where all do not, and what the checkpoint brings home makes room in the WAL. */
static void commit_waiting(struct sqlite_writer *w)
{
    struct list taken;
    list_init(&taken);
    if (w->in_trouble) {
        struct list *first = w->sealed.next;
        list_remove(first);
        list_append(&taken, first);
    } else {
        list_move(&taken, &w->sealed);
    }
    int failure = w->failure;
    bool was_in_trouble = w->in_trouble;
    pthread_mutex_unlock(&w->lock);

    if (was_in_trouble) {
        checkpoint(w);
    }
    char *words = NULL;
    int code = transact_anyhow(w, &taken, failure);
    if (code != SQLITE_OK) {
        words = note_failure(w, code);
    } else {
        w->last_failure = SQLITE_OK;
        w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    }

    pthread_mutex_lock(&w->lock);
    w->in_trouble = code != SQLITE_OK;
    if (w->in_trouble) {
        list_move(&taken, &w->sealed);
        list_move(&w->sealed, &taken);
    } else {
        list_move(&w->committed, &taken);
    }
    if (words) {
        free(w->trouble);
        w->trouble = words;
    }
    if (words || !w->in_trouble) {
        backend_wake(w->wake_fd);
    }
}

static time_ms earlier(time_ms a, time_ms b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static void checkpoint_unlocked(struct sqlite_writer *w)
{
    pthread_mutex_unlock(&w->lock);
    checkpoint(w);
    pthread_mutex_lock(&w->lock);
}

/* Damage of the index is no end: it is made again, and without what went. */
static bool is_to_go_on(struct sqlite_writer *w, int code)
{
    if (code != SQLITE_OK) {
        w->scrub_at = clock_monotonic_ms() + RETRY_MS;
        w->scrub_failures++;
    }
    if (sqlite_is_damage(w->db, code) && w->index == INDEX_WHOLE) {
        sqlite_index_pause(w->db);
        note_damage(w);
        return true;
    }
    return code == SQLITE_OK || ((code & 0xFF) == SQLITE_BUSY && w->scrub_failures < SCRUB_TRIES);
}

/* Called and left with the lock held. A step for the first who asked. */
static void scrub(struct sqlite_writer *w)
{
    bool is_done = false;
    pthread_mutex_unlock(&w->lock);
    if (w->scrub == NULL) {
        w->scrub = sqlite_scrub_create(w->db);
        w->scrub_failures = 0;
    }
    int code = sqlite_scrub_step(w->scrub, &is_done);
    bool goes_on = is_to_go_on(w, code) && !is_done;
    char *words = goes_on || is_done ? NULL : sqlite_words(w->db, w->name, code);
    if (!goes_on) {
        sqlite_scrub_destroy(w->scrub);
        w->scrub = NULL;
    }
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    pthread_mutex_lock(&w->lock);
    if (!goes_on) {
        struct request *request = LIST_OF(struct request, w->scrubs.next, link);
        list_remove(&request->link);
        request->error = words;
        list_append(&w->scrubbed, &request->link);
        backend_wake(w->wake_fd);
    }
}

/* Called with the lock held. */
static bool is_mending(struct sqlite_writer *w)
{
    bool is_suspect = w->is_suspect && w->index == INDEX_WHOLE;
    w->is_suspect = false;
    return is_suspect || w->index == INDEX_DAMAGED || w->index == INDEX_FILLING;
}

/* Called and left with the lock held. */
static void mend_unlocked(struct sqlite_writer *w)
{
    pthread_mutex_unlock(&w->lock);
    mend(w);
    if (w->wal_pages >= w->wal_pages_max) {
        checkpoint(w);
    }
    pthread_mutex_lock(&w->lock);
}

/* Does what is due, or waits until something is. False: the end. */
static bool turn(struct sqlite_writer *w)
{
    time_ms now = clock_monotonic_ms();
    bool is_waiting = !list_is_empty(&w->sealed);
    if (w->close_at != 0 && (!is_waiting || now >= w->close_at)) {
        return false;
    }
    bool may_commit = is_waiting && (!w->is_held || w->close_at != 0);
    bool may_mend = !is_waiting && is_mending(w);
    bool may_scrub = !is_waiting && !may_mend && !list_is_empty(&w->scrubs);
    if (may_commit && (!w->in_trouble || now >= w->retry_at)) {
        commit_waiting(w);
        if (w->wal_pages >= w->wal_pages_max) {
            checkpoint_unlocked(w);
        }
    } else if (may_mend && now >= w->mend_at) {
        mend_unlocked(w);
    } else if (may_scrub && now >= w->scrub_at) {
        scrub(w);
    } else if (!may_commit && w->checkpoint_at != 0 && now >= w->checkpoint_at) {
        checkpoint_unlocked(w);
    } else {
        time_ms next = may_commit ? w->retry_at : w->checkpoint_at;
        next = may_mend ? earlier(next, w->mend_at) : next;
        next = may_scrub ? earlier(next, w->scrub_at) : next;
        sqlite_cond_wait(&w->cond, &w->lock, earlier(next, w->close_at));
    }
    return true;
}

static void *run(void *arg)
{
    struct sqlite_writer *w = arg;
    pthread_mutex_lock(&w->lock);
    while (turn(w)) {
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* ---- the loop thread's side ---- */

static void finish_statements(struct sqlite_writer *w)
{
    for (size_t i = 0; i < WRITE_KINDS; i++) {
        sqlite3_finalize(w->writes[i]);
    }
    sqlite_eraser_destroy(w->eraser);
    sqlite_scrub_destroy(w->scrub);
    sqlite3_finalize(w->begin);
    sqlite3_finalize(w->commit);
    sqlite3_finalize(w->rollback);
}

static bool prepare_statements(struct sqlite_writer *w)
{
    w->begin = sqlite_prepare(w->db, "BEGIN IMMEDIATE");
    w->commit = sqlite_prepare(w->db, "COMMIT");
    w->rollback = sqlite_prepare(w->db, "ROLLBACK");
    w->eraser = sqlite_eraser_create(w->db);
    bool done = w->begin && w->commit && w->rollback && w->eraser;
    for (size_t i = 0; i < WRITE_KINDS && done; i++) {
        w->writes[i] = statements[i] ? sqlite_prepare(w->db, statements[i]) : NULL;
        done = w->writes[i] != NULL || !statements[i];
    }
    return done;
}

struct sqlite_writer *sqlite_writer_start(sqlite3 *db, const char *name, int wake_fd, char **error)
{
    struct sqlite_writer *w = mem_alloc(sizeof *w);
    bool is_due = false;
    w->db = db;
    w->wake_fd = wake_fd;
    if (sqlite_mend_is_due(db, &is_due) != SQLITE_OK || !prepare_statements(w)) {
        *error = sqlite_words(db, name, sqlite3_extended_errcode(db));
        finish_statements(w);
        free(w);
        return NULL;
    }
    w->name = mem_dup(name);
    w->index = is_due ? INDEX_FILLING : INDEX_WHOLE;
    w->wal_pages_max = WAL_PAGES;
    w->checkpoint_at = clock_monotonic_ms() + IDLE_MS;
    list_init(&w->sealed);
    list_init(&w->committed);
    list_init(&w->scrubs);
    list_init(&w->scrubbed);
    sqlite3_wal_hook(db, on_wal, w);
    pthread_mutex_init(&w->lock, NULL);
    sqlite_cond_init(&w->cond);
    sqlite_thread_start(&w->thread, run, w);
    return w;
}

static size_t destroy_batches(struct list *batches)
{
    size_t count = 0;
    list_for_each_safe (struct batch, batch, batches, link) {
        list_remove(&batch->link);
        batch_destroy(batch);
        count++;
    }
    return count;
}

static void destroy_requests(struct list *requests)
{
    list_for_each_safe (struct request, request, requests, link) {
        list_remove(&request->link);
        request_destroy(request);
    }
}

void sqlite_writer_stop(struct sqlite_writer *w)
{
    if (!w) {
        return;
    }
    pthread_mutex_lock(&w->lock);
    w->close_at = clock_monotonic_ms() + CLOSE_MS;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    destroy_batches(&w->committed);
    destroy_requests(&w->scrubs);
    destroy_requests(&w->scrubbed);
    size_t lost = destroy_batches(&w->sealed);
    if (lost > 0) {
        log_error("storage: closed without committing batches=%zu: %s", lost,
                  w->trouble ? w->trouble : "see above");
    }
    finish_statements(w);
    sqlite3_wal_hook(w->db, NULL, NULL);
    pthread_cond_destroy(&w->cond);
    pthread_mutex_destroy(&w->lock);
    free(w->trouble);
    free(w->name);
    free(w);
}

void sqlite_writer_commit(struct sqlite_writer *w, struct batch *batch)
{
    pthread_mutex_lock(&w->lock);
    list_append(&w->sealed, &batch->link);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_collect(struct sqlite_writer *w, struct report *report)
{
    pthread_mutex_lock(&w->lock);
    list_move(&report->committed, &w->committed);
    list_move(&report->answered, &w->scrubbed);
    report->in_trouble = w->in_trouble;
    report->trouble = w->trouble;
    w->trouble = NULL;
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_mend(struct sqlite_writer *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_suspect = true;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_scrub(struct sqlite_writer *w, struct request *request)
{
    pthread_mutex_lock(&w->lock);
    list_append(&w->scrubs, &request->link);
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_hold(struct sqlite_writer *w, bool held)
{
    pthread_mutex_lock(&w->lock);
    w->is_held = held;
    pthread_cond_signal(&w->cond);
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_fail(struct sqlite_writer *w, int code)
{
    pthread_mutex_lock(&w->lock);
    w->failure = code;
    pthread_mutex_unlock(&w->lock);
}
