/* sqlite.h - the parts of the SQLite backend: private to storage/sqlite*.c and migrate.c.
 *
 *   sqlite.c          the backend: file, lock, start and end of the threads
 *   sqlite_connect.c  connections, statements, errors in words
 *   sqlite_write.c    the writer thread: one transaction for all that waits, checkpoints
 *   sqlite_read.c     the reader thread: visitors, history
 *   sqlite_backup.c   a thread while a backup runs
 *   sqlite_load.c     the start
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
/* Why something failed, for people; free() it. */
char *sqlite_words(sqlite3 *db, const char *name, int code);
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
/* Steps a statement without rows and resets it. SQLITE_OK or the error. */
int sqlite_step_done(sqlite3_stmt *statement);
void sqlite_bind_record(sqlite3_stmt *statement, const struct shape *shape, const void *record);
void sqlite_bind_text(sqlite3_stmt *statement, int at, const char *text);
/* The columns from first on; texts are good until the next step. */
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

/* ---- the reader ---- */

struct sqlite_reader;

struct sqlite_reader *sqlite_reader_start(sqlite3 *db, const char *name, int wake_fd, char **error);
void sqlite_reader_stop(struct sqlite_reader *r); /* interrupts, destroys open requests */
void sqlite_reader_read(struct sqlite_reader *r, struct request *request);
/* Appends what is answered. */
void sqlite_reader_collect(struct sqlite_reader *r, struct list *answered);

/* ---- backups: one at a time ---- */

struct sqlite_backup;

struct sqlite_backup *sqlite_backup_start(const char *source, int wake_fd, struct request *request);
/* The request, answered, if it has ended (b is destroyed then), else NULL. stop: end it now. */
struct request *sqlite_backup_collect(struct sqlite_backup *b, bool stop);

/* ---- start ---- */

bool sqlite_load(const char *path, const struct storage_loader *loader);
/* Settings alone, from a database of any version. SQLITE_OK or the error. */
int sqlite_load_settings(sqlite3 *db, const struct storage_loader *loader);
