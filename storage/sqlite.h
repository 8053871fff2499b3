/* sqlite.h - the parts of the SQLite backend: private to storage/sqlite*.c and migrate.c.
 *
 *   sqlite.c          the backend: file, lock, start and end of the threads
 *   sqlite_connect.c  connections, statements, errors in words
 *   sqlite_write.c    the writer thread: commits what waits, checkpoints, takes care of the index
 *   sqlite_apply.c    its transaction: each write by its statement
 *   sqlite_read.c     the reader thread
 *   sqlite_queries.c  what it answers: visitors, history, what is to be done
 *   sqlite_tickets.c  of it: one ticket, lists, what a search finds
 *   sqlite_fits.c     which of the candidates are asked for
 *   sqlite_fold.c     the words of a text, as they are searched for
 *   sqlite_index.c    where these words stand: kept with the rows that they are of
 *   sqlite_mend.c     the writer's: an index that is damaged is made again
 *   sqlite_person.c   the same for data protection: persons, who looked, what is old
 *   sqlite_erase.c    the writer's: erasing
 *   sqlite_scrub.c    and that nothing of it is left in the file
 *   sqlite_backup.c   a thread while a backup runs
 *   sqlite_load.c     the start
 *   sqlite_archive.c  what subcommands read beside the daemon (archive.h)
 *
 * A connection is used by one thread at a time and has no mutex of its own. */
#pragma once

#include "storage/backend.h"

#include <pthread.h>
#include <sqlite3.h>

/* ---- connections ---- */

/* An existing file with our settings for every connection. flags: SQLITE_OPEN_READONLY or
 * _READWRITE, and SQLITE_OPEN_URI if path is one. SQLite's code; close *db in any case. */
int sqlite_try(const char *path, int flags, sqlite3 **db);
/* The same for who wants words: NULL and *error on failure. name: the path for people. */
sqlite3 *sqlite_connect(const char *path, const char *name, int flags, char **error);
/* For SQLITE_OPEN_URI and reading. Without a WAL nobody has it open, and immutable keeps SQLite
 * from making one beside it. free() it. */
char *sqlite_uri_dup(const char *path);
/* Why something failed, for people; free() it. */
char *sqlite_words(sqlite3 *db, const char *name, int code);
/* Whether that code tells of damage: not of a read that failed. */
bool sqlite_is_damage(sqlite3 *db, int code);
/* Kept for the life of the connection. The SQL is ours: an error is a BUG, except where the file
 * cannot be read (NULL). */
sqlite3_stmt *sqlite_prepare(sqlite3 *db, const char *sql);
/* Runs statements without answers, one after the other. SQLITE_OK or the error. */
int sqlite_run(sqlite3 *db, const char *script);
/* The first column of the first row. SQLITE_OK or the error. */
int sqlite_number(sqlite3 *db, const char *sql, int64_t *number);
/* Those of PUT_ENTRY's shape. */
#define SQLITE_ENTRY_COLUMNS                                                                       \
    "sequence, chat, kind, by, at, agent, name, sender_id, event, body, seen, about, fate, shown," \
    " visitor_reactions, agent_reactions, form"
/* Those of a visitor v, of a ticket and of a chat, by the shapes of PUT_VISITOR, PUT_TICKET,
 * PUT_CHAT. */
#define SQLITE_VISITOR_COLUMNS                                                                     \
    "v.id, v.site, v.jid, v.name, v.email, v.language, v.zone, v.browser, v.page_url,"             \
    " v.page_title, v.referrer, v.only_agent, v.last_agent, v.first_seen, v.last_seen, v.phone,"   \
    " v.fields, v.consent, v.subject, v.claims, v.verified"
#define SQLITE_CHAT_COLUMNS                                                                        \
    "number, visitor, department, state, owner, was_left, created, waiting_since, claimed, "       \
    "closed, closed_by, offered, priority, tags, address, handed_to, unrecorded"
#define SQLITE_TICKET_COLUMNS                                                                      \
    "number, department, state, owner, subject, due, level, converted, converted_by, changed,"     \
    " wake, overdue, priority, awaits, answer_since, answer_spent, solution_since,"                \
    " solution_spent, answered, solved, told, measured, missed, visitor, address, last, last_by, " \
    "was_left, watchers, merged, unreached"
/* Steps a statement without rows and resets it. SQLITE_OK or the error. */
int sqlite_step_done(sqlite3_stmt *statement);
void sqlite_bind_record(sqlite3_stmt *statement, const struct shape *shape, const void *record);
void sqlite_bind_text(sqlite3_stmt *statement, int at, const char *text);
/* The columns from first on, what is in none of them zero; texts are good until the next step. */
void sqlite_read_record(sqlite3_stmt *statement, int first, const struct shape *shape,
                        void *record);
/* BUG if the error is ours (constraint, wrong SQL, no memory) and not the world's. */
void sqlite_check_bug(sqlite3 *db, int code);

/* A condition variable whose timed waits use the clock of clock_monotonic_ms. */
void sqlite_cond_init(pthread_cond_t *cond);
/* Until a signal or that time; 0: no time. */
void sqlite_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock, time_ms until);
/* A thread that takes no signals. */
void sqlite_thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

/* ---- the writer ---- */

struct sqlite_writer;

/* db is borrowed. NULL and *error in words if the schema cannot be read. */
struct sqlite_writer *sqlite_writer_start(sqlite3 *db, const char *name, int wake_fd, char **error);
/* Tries to commit what waits for at most 5 s, ends the thread. */
void sqlite_writer_stop(struct sqlite_writer *w);
void sqlite_writer_commit(struct sqlite_writer *w, struct batch *batch);
void sqlite_writer_collect(struct sqlite_writer *w, struct report *report);
void sqlite_writer_hold(struct sqlite_writer *w, bool held);
void sqlite_writer_fail(struct sqlite_writer *w, int code);
/* The reader has found the index damaged. */
void sqlite_writer_mend(struct sqlite_writer *w);
/* Whenever nothing waits to be committed; takes the request until it is collected. */
void sqlite_writer_scrub(struct sqlite_writer *w, struct request *request);

/* ---- its transaction ---- */

struct sqlite_applier;

/* After sqlite_index_keep; db is borrowed. NULL: the error is the connection's. */
struct sqlite_applier *sqlite_applier_create(sqlite3 *db);
void sqlite_applier_destroy(struct sqlite_applier *a); /* NULL is fine */
/* Commits all batches (batch::link) or none. keeps_index: the index's triggers are there. failure:
 * instead of committing it ends with that code, see storage_test_fail; else 0. SQLITE_OK or the
 * error: then a transaction may still be open, and sqlite_roll_back comes next. */
int sqlite_apply(struct sqlite_applier *a, const struct list *batches, bool keeps_index,
                 int failure);
/* If one is open. */
void sqlite_roll_back(struct sqlite_applier *a);

/* ---- erasing: within the writer's transaction ---- */

struct sqlite_eraser;

/* NULL: the schema cannot be read. */
struct sqlite_eraser *sqlite_eraser_create(sqlite3 *db);
void sqlite_eraser_destroy(struct sqlite_eraser *e); /* NULL is fine */
/* SQLITE_OK or the error. */
int sqlite_erase_chat(struct sqlite_eraser *e, int64_t number);
int sqlite_erase_visitor(struct sqlite_eraser *e, const char *id);

/* ---- the scrub behind it ---- */

struct sqlite_scrub;

struct sqlite_scrub *sqlite_scrub_create(sqlite3 *db);
void sqlite_scrub_destroy(struct sqlite_scrub *s); /* NULL is fine */
/* Outside of a transaction. A bounded step, which may be repeated if it fails; SQLITE_BUSY: a
 * reader is waited for. SQLITE_OK or the error. */
int sqlite_scrub_step(struct sqlite_scrub *s, bool *is_done);

/* ---- the reader ---- */

struct sqlite_reader;

struct sqlite_reader *sqlite_reader_start(sqlite3 *db, const char *name, int wake_fd, char **error);
void sqlite_reader_stop(struct sqlite_reader *r); /* interrupts, destroys open requests */
void sqlite_reader_read(struct sqlite_reader *r, struct request *request);
/* Appends what is answered. */
void sqlite_reader_collect(struct sqlite_reader *r, struct list *answered);

/* ---- what it answers ---- */

struct sqlite_queries;

/* db is borrowed. NULL: the error is the connection's. */
struct sqlite_queries *sqlite_queries_create(sqlite3 *db);
void sqlite_queries_destroy(struct sqlite_queries *s); /* NULL is fine */
/* All but BACKUP and SCRUB, in one transaction, so that page and total belong together. SQLITE_OK,
 * or the error and a half-filled answer. */
int sqlite_queries_answer(struct sqlite_queries *s, struct request *request);

/* ---- tickets: of the queries ---- */

struct sqlite_tickets;

/* NULL: the schema cannot be read. */
struct sqlite_tickets *sqlite_tickets_create(sqlite3 *db);
void sqlite_tickets_destroy(struct sqlite_tickets *t);
/* TICKET and LIST. SQLITE_OK, or the error and a half-filled answer. */
int sqlite_tickets_find(struct sqlite_tickets *t, struct request *request);

/* One row of SQLITE_FITS, of the chat ?1. */
#define SQLITE_FITS                                                                                \
    "SELECT coalesce(t.department, c.department), c.state, c.owner, coalesce(t.priority, "         \
    "c.priority), c.tags,"                                                                         \
    " coalesce(t.state, 0), coalesce(t.owner, ''), coalesce(t.due, 0), v.only_agent,"              \
    " coalesce(t.overdue, 0) FROM chats c"                                                         \
    " JOIN visitors v ON v.id = c.visitor LEFT JOIN tickets t ON t.number = c.number"              \
    " WHERE c.number = ?1"
/* What belongs to the ticket ?1, at most ?2. */
#define SQLITE_LINKS                                                                               \
    "SELECT ticket FROM links WHERE other = ?1 UNION ALL"                                          \
    " SELECT other FROM links WHERE ticket = ?1 ORDER BY 1 LIMIT ?2"
#define SQLITE_MERGED                                                                              \
    "SELECT number FROM tickets WHERE merged = ?1 AND merged <> 0 ORDER BY number LIMIT ?2"
/* Reads them, and resets it. SQLITE_OK or the error. */
int sqlite_read_numbers(sqlite3_stmt *statement, int64_t ticket, int64_t *numbers, size_t *count);
/* The same of own fields. */
#define SQLITE_OWN "SELECT chat, field, value FROM own_fields WHERE chat = ?1 ORDER BY field"
int sqlite_read_own(sqlite3_stmt *statement, int64_t chat, struct own_records *all);
bool sqlite_ticket_fits(const struct ticket_query *q, sqlite3_stmt *row);

/* ---- words ----
 *
 * What FTS5's tokenizer unicode61 takes for words, in small letters and without accents; ss for the
 * sharp s; of scripts that are written without blanks (Chinese, Japanese, Korean) each letter and
 * each pair of letters. Cut at SEARCH_WORD_BYTES. */

struct sqlite_fold;

/* NULL: SQLite was built without FTS5 (logged). */
struct sqlite_fold *sqlite_fold_create(sqlite3 *db);
void sqlite_fold_destroy(struct sqlite_fold *f);
/* With a blank between two; free() it. is_query: of such scripts the pairs alone, where there are
 * any. */
char *sqlite_fold_dup(const struct sqlite_fold *f, const char *text, bool is_query);

/* ---- the index ----
 *
 * search is an FTS5 table without content of its own: what it knows is which words stand in the
 * row INDEX_ROWS * number + part. A word that is put there twice is there once, so that an entry is
 * added to its chat's row as it comes; and where a text goes, what else is of the row is put there
 * again. */
enum { INDEX_SAID, INDEX_NAMES, INDEX_FIELDS, INDEX_ROWS = 4 };

/* The function search_words(text), which migrations and triggers use. */
int sqlite_index_register(sqlite3 *db);
/* The triggers that keep it. They are of this connection, not of the file: whoever writes entries,
 * chats, visitors or tickets through another one calls this first, and sqlite_settle before each
 * commit. SQLITE_OK or the error. */
int sqlite_index_keep(sqlite3 *db);
/* Without them, until they are there again: nothing of the index is touched by what is written. */
int sqlite_index_pause(sqlite3 *db);
int sqlite_index_resume(sqlite3 *db);

/* What they add waits, in memory, to be put there at the end of the transaction: FTS5 writes a
 * segment at each savepoint, and each statement with a trigger has one. What takes words away puts
 * there first what waits. */
struct sqlite_settler;

/* After sqlite_index_keep; db is borrowed. NULL: the error is the connection's. */
struct sqlite_settler *sqlite_settler_create(sqlite3 *db);
void sqlite_settler_destroy(struct sqlite_settler *s);
/* Within the transaction, unless the index is paused; searches find it from the commit on.
 * SQLITE_OK or the error. */
int sqlite_settle(struct sqlite_settler *s);

/* ---- a damaged index ----
 *
 * It has nothing that is not elsewhere. So it is thrown away, an empty one is kept from then on,
 * and the words of the chats there are are added to it in steps, the latest first. That this is
 * under way is a row of upkeep: searches say so instead of finding half, and it goes on after a
 * restart. All: SQLITE_OK or the error. */

/* The state of it, which the writer's thread keeps. */
enum index_state {
    INDEX_WHOLE,
    INDEX_DAMAGED, /* nothing is written to it; it is to be thrown away */
    INDEX_FILLING,
    INDEX_LOST /* what it is made of is damaged, too: until the next start there is none */
};

/* Whether it is being made again. */
int sqlite_mend_is_due(sqlite3 *db, bool *is_due);
/* Outside of a transaction, while the triggers are paused. */
int sqlite_mend_begin(sqlite3 *db);
/* A step, in a transaction of its own. */
int sqlite_mend_step(sqlite3 *db, bool *is_done);
/* Once, where it is found out. */
void sqlite_mend_log(const char *name);
/* pragma: quick_check or integrity_check, which has found something in the file. What: one of the
 * index's tables, and no other; or, the tables being whole, pages of an index that was thrown away.
 */
enum damage { DAMAGE_NONE, DAMAGE_ELSEWHERE, DAMAGE_INDEX, DAMAGE_RESTS };
enum damage sqlite_mend_look(sqlite3 *db, const char *pragma);

/* ---- data protection: SQLITE_OK, or the error and a half-filled answer ---- */

int sqlite_person_find(sqlite3 *db, struct request *request);
int sqlite_person_export(sqlite3 *db, struct request *request);
int sqlite_passage_find(sqlite3 *db, struct request *request);
int sqlite_person_reads(sqlite3 *db, struct request *request);
int sqlite_person_expired(sqlite3 *db, struct request *request);
/* Whether rows of that table are counted, exported and erased with a person. */
bool sqlite_person_has(const char *table);

/* ---- backups: one at a time ---- */

struct sqlite_backup;

struct sqlite_backup *sqlite_backup_start(const char *source, int wake_fd, struct request *request);
/* The request, answered, if it has ended (b is destroyed then), else NULL. stop: end it now. */
struct request *sqlite_backup_collect(struct sqlite_backup *b, bool stop);

/* ---- start ---- */

bool sqlite_load(const char *path, const struct storage_loader *loader);
/* Settings alone, from a database of any version. SQLITE_OK or the error. */
int sqlite_load_settings(sqlite3 *db, const struct storage_loader *loader);
