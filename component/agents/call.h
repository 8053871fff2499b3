/* call.h - one command that was given, from its arguments to its answer.
 *
 * A command's function looks at agent, local, place and its fields, does the thing through the
 * desk, and says what came of it; when it returns, the answer is sent (after the commit), and the
 * call is gone. One that must read storage first says command_defer, and later, from the completion
 * of its read, command_finish; should the daemon end before, the call is freed with the rest. */
#pragma once

#include "agents/commands.h"
#include "base/buf.h"
#include "base/list.h"

enum { CALL_FACTS = 64, CALL_ANSWER_BYTES = 60 * 1024, CALL_COLUMNS = 12, CALL_ROWS = 50 };

/* A column of a table in an answer. The last has no name. */
struct command_column {
    const char *name;
    const char *label; /* N_() */
    bool is_figure;    /* as text its label stands before the value */
};

struct command_fact {
    const char *label; /* translated, a constant */
    char *value;
};

struct command_call {
    struct agents *agents;
    const struct command *command;
    enum command_place place;
    enum language language; /* of who gave it */
    char *agent;            /* bare JID; not always an agent's */
    char *local;            /* visitor's or department's local part, "" for the service */
    /* ---- how it came; for call.c and adhoc.c ---- */
    char *sender;                    /* full JID */
    char *address;                   /* ours, with the resource that was written to */
    char *id;                        /* of the iq; NULL: as text */
    char *session;                   /* of the form (XEP-0050 3.4) */
    const struct element *submitted; /* the form, held; or NULL */
    bool asks;                       /* the form is the answer, again or for the first time */
    char *values[COMMAND_FIELDS];
    bool failed;
    bool deferred;
    bool running;   /* its function has not returned */
    int64_t ticket; /* that is read first (tickets.h) */
    int64_t other;  /* a second one, read before it, or 0 */
    void (*on_ticket)(struct command_call *c, const struct ticket_answer *answer);
    struct command_call *whole; /* that this is a step of (macro.h), or NULL */
    char *steps;                /* that are still to be done */
    struct buf said;
    struct command_fact facts[CALL_FACTS];
    size_t fact_count;
    const struct command_column *columns; /* command_row */
    char *rows[CALL_ROWS][CALL_COLUMNS];
    size_t row_count;
    void *kept; /* command_keep */
    void (*kept_destroy)(void *kept);
    struct list link; /* agents::calls */
};

struct command_call *call_create(struct agents *a, const struct stanza *s,
                                 const struct command *command, enum command_place place);
/* A step of that one, given by the same person at the same contact. */
struct command_call *call_create_step(struct command_call *whole, const struct command *command,
                                      enum command_place place);
void call_destroy(struct command_call *c);
/* What was typed behind the word. False: it does not fit the fields; said why. */
bool call_fill_text(struct command_call *c, const char *arguments);
/* What was submitted. False: as before. */
bool call_fill_form(struct command_call *c, const struct element *form);
/* adhoc.c: the answer to a form; the form, with what was wrong with it the last time. */
void adhoc_complete(struct command_call *c);
void adhoc_ask(struct command_call *c);
/* Runs it, and answers unless it is deferred. */
void call_run(struct command_call *c);
/* Writes the form's answer into a <command/> that is open: notes and facts (XEP-0050 3.4). */
void call_write_answer(const struct command_call *c, struct writer *w);
/* The same as lines. */
void call_write_text(const struct command_call *c, struct buf *text);

/* ---- for commands ---- */

/* "" if it was left out. Of a choice its value, whatever was typed. */
const char *command_value(const struct command_call *c, const char *field);
/* Another value, from then on. */
void command_put(struct command_call *c, const char *field, const char *value);
/* A line of the answer; format is translated. */
void command_say(struct command_call *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* The same; and it did not work. */
void command_fail(struct command_call *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "Label: value", or a field of the form's result; label is translated, format is not. Nothing if
 * the value is empty. */
void command_tell(struct command_call *c, const char *label, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A line of a table, of a form an item (XEP-0004 3.4); values: one a column, of which columns are
 * the same in each call. As text, and in a form of its own before the table's, those that are not
 * empty, with commas between. */
void command_row(struct command_call *c, const struct command_column *columns,
                 const char *const *values);
/* A line as it is. */
void command_add(struct command_call *c, const char *line);
void command_defer(struct command_call *c);
/* What a deferred command needs from one read to the next; destroyed with the call. */
void command_keep(struct command_call *c, void *kept, void (*destroy)(void *kept));
void command_finish(struct command_call *c);
