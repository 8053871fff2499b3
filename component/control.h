/* control.h - the daemon's unix socket, and how subcommands ask through it.
 *
 * While the daemon runs, every subcommand goes through here: there is one writer and one link. A
 * connection is one question and one answer, a line of JSON each:
 *
 *     {"command":"backup","argument":"/var/backups/tresen.db"}
 *     {"ok":true,"result":{…}}     or     {"ok":false,"error":"in words"}
 *
 * The socket is 0600, and only its owner and root are answered (SO_PEERCRED). A question has at
 * most CONTROL_QUESTION bytes and ten seconds, an answer at most CONTROL_ANSWER bytes; at most
 * CONTROL_CONNECTIONS at once. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { CONTROL_QUESTION = 8 * 1024, CONTROL_ANSWER = 1024 * 1024, CONTROL_CONNECTIONS = 16 };

struct event_base;
struct control;

/* An open question. It is answered exactly once, in the call or later; not after control_destroy.
 */
struct control_question;

struct control_command {
    const char *name; /* NULL ends the table */
    /* argument: "" without; borrowed for the call. */
    void (*run)(void *ctx, struct control_question *question, const char *argument);
};

/* result: the text of a JSON value. If who asked has gone, the answer is dropped. */
void control_answer(struct control_question *question, const char *result);
void control_refuse(struct control_question *question, const char *words);

/* The user whose program asks; in the call of its command. */
unsigned control_user(const struct control_question *question);

/* Listens at once. A socket file on which nobody answers is replaced; NULL and *error (free() it)
 * if a daemon answers, or if path is something else. commands is borrowed. */
struct control *control_create(struct event_base *loop, const char *path,
                               const struct control_command *commands, void *ctx, char **error);
/* NULL is fine. Open questions end with it; the socket file is removed. */
void control_destroy(struct control *c);

/* ---- asking: blocks; for subcommands, never in the daemon ---- */

enum control_outcome {
    CONTROL_ANSWERED, /* *text: the result's JSON */
    CONTROL_REFUSED,  /* *text: why, in words */
    CONTROL_NOBODY    /* no daemon listens there; *text: NULL */
};

/* free(*text). timeout_s: without any answer for so long, CONTROL_REFUSED. */
enum control_outcome control_ask(const char *path, const char *command, const char *argument,
                                 int timeout_s, char **text);
