/* Erasing: rows of a chat and of a visitor, in the writer's transactions. What is left of them in
 * the file goes behind it (sqlite_scrub.c). */
#include "base/mem.h"
#include "storage/sqlite.h"

#include <stdlib.h>

/* In order of the references: what refers goes first. ?1: the chat's number. News of a department
 * name a ticket with its address, and its subject and requester beside it. */
static const char *const CHAT[] = {
    "DELETE FROM outbox WHERE chat = ?1"
    " OR (entry > 0 AND entry IN (SELECT sequence FROM entries WHERE chat = ?1))"
    " OR (entry = 0 AND instr(body, 'ticket-' || ?1 || '@') > 0)",
    "DELETE FROM participants WHERE chat = ?1",
    "DELETE FROM files WHERE chat = ?1",
    "DELETE FROM tickets WHERE number = ?1",
    "DELETE FROM spent WHERE chat = ?1",
    "DELETE FROM reads WHERE chat = ?1",
    "DELETE FROM ratings WHERE chat = ?1",
    "DELETE FROM own_fields WHERE chat = ?1",
    "DELETE FROM links WHERE ticket = ?1 OR other = ?1",
    "UPDATE tickets SET merged = -1 WHERE merged = ?1 AND merged <> 0",
    "DELETE FROM mails WHERE ticket = ?1",
    "DELETE FROM entries WHERE chat = ?1",
    "DELETE FROM chats WHERE number = ?1 AND state = 4",
};

/* ?1: the visitor's id. Notices of departments name it with the visitor's address. */
static const char *const VISITOR[] = {
    "DELETE FROM tokens WHERE visitor = ?1",
    "DELETE FROM contacts WHERE contact = ?1",
    "DELETE FROM blocks WHERE visitor = ?1",
    "DELETE FROM outbox WHERE sender = ?1 OR visitor = ?1 OR (entry = 0 AND instr(body, ?1) > 0)",
    "UPDATE slots SET visitor = '', chat = 0, ended = 0, unread = 0, first_notice = 0"
    " WHERE visitor = ?1",
    "DELETE FROM reads WHERE visitor = ?1",
    "DELETE FROM subscribers WHERE jid IN (SELECT jid FROM visitors WHERE id = ?1 AND jid <> '')",
    "DELETE FROM visitors WHERE id = ?1"
    " AND NOT EXISTS (SELECT 1 FROM chats WHERE visitor = ?1)",
};

enum { CHAT_STEPS = sizeof CHAT / sizeof *CHAT, VISITOR_STEPS = sizeof VISITOR / sizeof *VISITOR };

struct sqlite_eraser {
    sqlite3_stmt *chat[CHAT_STEPS];
    sqlite3_stmt *visitor[VISITOR_STEPS];
};

static bool prepare(sqlite3 *db, const char *const *script, sqlite3_stmt **out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = sqlite_prepare(db, script[i]);
        if (!out[i]) {
            return false;
        }
    }
    return true;
}

struct sqlite_eraser *sqlite_eraser_create(sqlite3 *db)
{
    struct sqlite_eraser *e = mem_alloc(sizeof *e);
    if (!prepare(db, CHAT, e->chat, CHAT_STEPS) ||
        !prepare(db, VISITOR, e->visitor, VISITOR_STEPS)) {
        sqlite_eraser_destroy(e);
        return NULL;
    }
    return e;
}

void sqlite_eraser_destroy(struct sqlite_eraser *e)
{
    if (!e) {
        return;
    }
    for (size_t i = 0; i < CHAT_STEPS; i++) {
        sqlite3_finalize(e->chat[i]);
    }
    for (size_t i = 0; i < VISITOR_STEPS; i++) {
        sqlite3_finalize(e->visitor[i]);
    }
    free(e);
}

int sqlite_erase_chat(struct sqlite_eraser *e, int64_t number)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < CHAT_STEPS && code == SQLITE_OK; i++) {
        sqlite3_bind_int64(e->chat[i], 1, number);
        code = sqlite_step_done(e->chat[i]);
    }
    return code;
}

int sqlite_erase_visitor(struct sqlite_eraser *e, const char *id)
{
    int code = SQLITE_OK;
    for (size_t i = 0; i < VISITOR_STEPS && code == SQLITE_OK; i++) {
        sqlite_bind_text(e->visitor[i], 1, id);
        code = sqlite_step_done(e->visitor[i]);
        sqlite3_clear_bindings(e->visitor[i]);
    }
    return code;
}
