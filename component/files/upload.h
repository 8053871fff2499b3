/* upload.h - files that visitors send, before they are files: the slots of XEP-0363. (What agents
 * know as a slot, agents/slots.h, is something else.)
 *
 * A slot is for one file of one chat, of exactly so many bytes. Its token lets the bytes come in
 * once, within ten minutes; its address is where the file is opened afterwards, with 260 bits of
 * its own. Slots are in memory only: after a restart there are none. A visitor has two at most; a
 * third takes the place of the older one of which no bytes come.
 *
 * What was cut off, or could not be written, is dropped, and the token is good again. Whoever shows
 * it while bytes still come has lost that connection: then the newer one counts. Loop thread only.
 */
#pragma once

#include "base/clock.h"
#include "files/files.h"

struct uploads;
struct upload;

enum { UPLOAD_MS = 10 * 60 * 1000, UPLOADS_OF_VISITOR = 2, UPLOADS_MAX = 20000 };

enum upload_result {
    UPLOAD_OK,
    UPLOAD_NOWHERE,    /* there is no public address: none are taken */
    UPLOAD_TOO_LARGE,  /* than files.max_bytes, or than was asked for */
    UPLOAD_TOO_MANY,   /* files of the chat */
    UPLOAD_BUSY,       /* bytes come for all the visitor may have; or there are too many slots */
    UPLOAD_UNKNOWN,    /* no such token (any more) */
    UPLOAD_WRONG_SIZE, /* less than was asked for */
    UPLOAD_DISK,       /* cannot be kept (logged) */
    UPLOAD_ELSEWHERE   /* the same comes on a newer connection */
};

struct uploads *uploads_create(struct files *files);
/* Before files, and when nobody speaks of an upload any more. NULL is fine. */
void uploads_destroy(struct uploads *u);
/* The most bytes that a file may have; 0: none are taken. */
size_t uploads_max_bytes(const struct uploads *u);

/* A file whose address that text is (files_find_url). */
const struct file_record *uploads_find_url(const struct uploads *u, const char *url);

struct upload_wish {
    const char *visitor;
    int64_t chat;
    const char *name; /* any text */
    size_t size;      /* at least 1 */
};

/* On UPLOAD_OK *put and *get are the addresses (free() them). now is monotonic. */
enum upload_result uploads_ask(struct uploads *u, const struct upload_wish *wish, time_ms now,
                               char **put, char **get);

/* Whose slot it is. False: there is none. */
bool uploads_whose(const struct uploads *u, const char *token, time_ms now, int64_t *chat);
/* Bytes are to come. On UPLOAD_OK *out is to be ended by upload_drop or upload_keep. */
enum upload_result uploads_begin(struct uploads *u, const char *token, size_t size, time_ms now,
                                 struct upload **out);
/* After anything but UPLOAD_OK only upload_drop may follow. */
enum upload_result upload_add(struct upload *up, const char *bytes, size_t len);
void upload_drop(struct upload *up); /* NULL is fine */
/* All of it came. kept is called once: UPLOAD_OK when it is on disk and its row in the open batch;
 * at the end of the program not at all. Takes it. */
void upload_keep(struct upload *up, void (*kept)(void *ctx, enum upload_result result), void *ctx);
