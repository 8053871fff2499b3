/* tickets.h - commands about a ticket: which one is meant, and reading it first.
 *
 * Under a visitor's contact it is that of the chat there, under a department's that of the number
 * that stands first, and at a ticket's address that one. It is read from storage, the desk is told
 * (desk_load_ticket), and the command goes on; only then it is known whose it is, so who may do it
 * is asked then. */
#pragma once

#include "agents/call.h"

/* In the command's table: the field of the number, first of all fields. */
#define TICKETS_NUMBER                                                                             \
    {                                                                                              \
        .name = "number", .label = N_("Number of the ticket"), .kind = FIELD_WORD,                 \
        .required = true, .current_dup = tickets_current_dup                                       \
    }

/* Of the ticket's address where the command was given; 0: it is none. */
int64_t tickets_here(const struct command_call *c);
/* For struct command: the number of the chat there, put before what was typed without one. */
char *tickets_typed_dup(const struct command_call *c, const char *arguments);
/* The same where what is typed may itself begin with a number: under a visitor's contact and at a
 * ticket's address none is looked for. */
char *tickets_typed_here_dup(const struct command_call *c, const char *arguments);
char *tickets_current_dup(const struct command_call *c);
/* A number of a chat, up to 15 digits; 0: it is none. */
int64_t tickets_number(const char *text);
/* Reads the ticket of that number, and calls then; the command is finished behind it. */
void tickets_read(struct command_call *c, int64_t number,
                  void (*then)(struct command_call *c, const struct ticket_answer *answer));
/* The number in the field of that name; 0: said why it is none. */
int64_t tickets_given(struct command_call *c);
/* The same with the number in the field of that name; says so if it is none. */
void tickets_act(struct command_call *c,
                 void (*then)(struct command_call *c, const struct ticket_answer *answer));
/* The same of a command about two: the field of that name is the other one, with or without a !
 * behind it. Both are in memory then. */
void tickets_act_two(struct command_call *c, const char *field,
                     void (*then)(struct command_call *c, const struct ticket_answer *answer));
/* For struct command: "1042" alone is the other one, "1041 1042" are both. */
char *tickets_typed_two_dup(const struct command_call *c, const char *arguments);
/* All that was said, and that there is such a ticket. */
bool tickets_may_read(const struct agents *a, const char *who, const struct ticket_answer *answer);
/* The same of a chat whose ticket, if it has one, was read before. */
bool tickets_may_read_chat(const struct agents *a, const char *who, const struct chat_record *chat);
bool tickets_may_see(const struct agents *a, const char *who, const struct ticket_answer *answer);
/* On one line, cut at so many letters; free() it. What who may not read the chat sees of it is what
 * agents named it: may be "". */
char *tickets_subject_dup(const struct ticket_answer *answer, bool may_read, size_t points);
/* "1042, 1050" */
void tickets_write_numbers(struct buf *out, const int64_t *numbers, size_t count);
/* The state, and where it went: "closed (part of ticket 1042)". */
void tickets_write_state(struct buf *out, enum language language, const struct ticket_record *t);
/* DESK_OK or DESK_REPEATED, or said why not. */
bool tickets_well(struct command_call *c, enum desk_result result);
/* The time there, with its distance from UTC: "2026-12-01 09:00 (UTC+1)". */
enum { TICKETS_DATE_SIZE = 40 };
void tickets_date(const struct agents *a, const char *department, time_ms at,
                  char out[TICKETS_DATE_SIZE]);
/* One of the calls from CALL_TICKET on, for that agent. number: from CALL_TICKET_DUE on, of what
 * time has done, that of a ticket that is in memory. */
void tickets_write_call(const struct agents *a, struct buf *out, const char *agent,
                        enum agent_call call, const char *number);
const char *tickets_state(enum language language, enum ticket_state state);
