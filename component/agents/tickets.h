/* tickets.h - commands about a ticket: which one is meant, and reading it first.
 *
 * Under a visitor's contact it is that of the chat there, under a department's that of the number
 * that stands first. It is read from storage, the desk is told (desk_load_ticket), and the command
 * goes on; only then it is known whose it is, so who may do it is asked then. */
#pragma once

#include "agents/call.h"

/* In the command's table: the field of the number, first of all fields. */
#define TICKETS_NUMBER                                                                             \
    {                                                                                              \
        .name = "number", .label = N_("Number of the ticket"), .kind = FIELD_WORD,                 \
        .required = true, .current_dup = tickets_current_dup                                       \
    }

/* For struct command: the number of the chat there, put before what was typed without one. */
char *tickets_typed_dup(const struct command_call *c, const char *arguments);
char *tickets_current_dup(const struct command_call *c);
/* A number of a chat, up to 15 digits; 0: it is none. */
int64_t tickets_number(const char *text);
/* Reads the ticket of that number, and calls then; the command is finished behind it. */
void tickets_read(struct command_call *c, int64_t number,
                  void (*then)(struct command_call *c, const struct ticket_answer *answer));
/* The same with the number in the field of that name; says so if it is none. */
void tickets_act(struct command_call *c,
                 void (*then)(struct command_call *c, const struct ticket_answer *answer));
/* DESK_OK or DESK_REPEATED, or said why not. */
bool tickets_well(struct command_call *c, enum desk_result result);
/* The time there, with its distance from UTC: "2026-12-01 09:00 (UTC+1)". */
enum { TICKETS_DATE_SIZE = 40 };
void tickets_date(const struct agents *a, const char *department, time_ms at,
                  char out[TICKETS_DATE_SIZE]);
const char *tickets_state(enum language language, enum ticket_state state);
