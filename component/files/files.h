/* files.h - the files of chats: Tresen's own copies, in a folder beside the database.
 *
 * A file comes in pieces (files_begin, files_add) under a temporary name. files_keep puts it on
 * disk for good on a thread of its own, then its row into the open batch of the storage, and tells
 * its address: what carries the address is held until that batch is committed, so nobody knows an
 * address before both are durable. What has no row is swept at the start.
 *
 * A file is opened by its address alone: PUBLIC_URL/w/1/file/CAPABILITY/NAME with 260 random bits,
 * of which folder and database have only the hash. Loop thread only. */
#pragma once

#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>

struct files;
struct incoming;

enum { FILES_PER_CHAT_MAX = 1000 }; /* more are not to be configured */

struct files_config {
    const char *directory;  /* made if it is not there, 0700 */
    const char *public_url; /* without a slash at the end; NULL: nothing comes in */
    size_t max_bytes;       /* of a file */
    unsigned max_per_chat;
};

/* Strings of config are borrowed until the next files_configure. NULL and *error (free() it) in
 * words on failure. */
struct files *files_create(const struct files_config *config, struct storage *storage,
                           char **error);
/* The folder stays. */
void files_configure(struct files *f, const struct files_config *config);
/* What is not on disk yet is dropped without an answer. */
void files_destroy(struct files *f);
/* At the start: each row; then what has none is removed from the folder. */
void files_load(struct files *f, const struct file_record *r);
void files_sweep(struct files *f);
int files_fd(const struct files *f); /* readable: call files_dispatch */
void files_dispatch(struct files *f);

size_t files_max_bytes(const struct files *f);
/* May the chat have one more, and so many besides? Those on their way count. */
bool files_has_room(const struct files *f, int64_t chat, size_t besides);
/* Is there a public address, so that files can come in? */
bool files_takes(const struct files *f);
/* Public address, path, and what stands behind it; free() it. Only if files_takes. */
char *files_address_dup(const struct files *f, const char *path, const char *rest);
/* Where a file is opened; free() it. name is a clean one. Only if files_takes. */
char *files_url_dup(const struct files *f, const char *capability, const char *name);

/* ---- in ---- */

enum files_result { FILES_OK, FILES_TOO_LARGE, FILES_DISK, FILES_EMPTY };

/* NULL: the disk or the database fails (logged), or there is no public address. capability: an
 * id_token that the sender knows already, or NULL. */
struct incoming *files_begin(struct files *f, int64_t chat, const char *capability);
/* After anything but FILES_OK only files_drop may follow. */
enum files_result files_add(struct incoming *i, const char *bytes, size_t len);
void files_drop(struct incoming *i); /* NULL is fine */

/* result FILES_OK: file and url are good during the call. */
typedef void (*files_on_kept)(void *ctx, enum files_result result, const struct file_record *file,
                              const char *url);
/* Takes it. name: as the sender calls it; any text. kept is called once, from files_dispatch, or at
 * once for a file without a byte; at the end of the program not at all. */
void files_keep(struct incoming *i, const char *sender, const char *name, files_on_kept kept,
                void *ctx);

/* The chat is erased: what was kept of it is removed from the folder (its rows by who asks), and
 * what is on its way is not kept any more. Returns how many there were. */
size_t files_forget(struct files *f, int64_t chat);

/* ---- out ---- */

/* Of a capability; NULL: there is none. */
const struct file_record *files_find(const struct files *f, const char *capability);
/* Of a text that is a file's address, and nothing else; NULL: it is none. */
const struct file_record *files_find_url(const struct files *f, const char *url);
/* Of a chat, the oldest first, at most most; returns how many. */
size_t files_of_chat(const struct files *f, int64_t chat, const struct file_record **out,
                     size_t most);
/* Its bytes, until files_unmap; NULL and *len 0 for what cannot be read (logged). */
const char *files_map(struct files *f, const struct file_record *file, size_t *len);
void files_unmap(const char *bytes, size_t len);
