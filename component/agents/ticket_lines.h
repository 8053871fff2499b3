/* ticket_lines.h - what agents and requesters write to each other at ticket-N@D.
 *
 * There may be a million of them, so the address says nothing by itself: each line reads the ticket
 * first (tickets.h does so for commands), and only then it is known whether it is there for who
 * wrote. What is not, is as if it were not there. Reads are answered in the order in which they
 * were asked, so lines and commands keep theirs. */
#pragma once

#include "agents/agents_state.h"

/* Of a local part; 0: it is none of a ticket. */
int64_t ticket_lines_number(const char *local);
/* Where a ticket is written to; as agents_address. */
const char *ticket_lines_address(const struct agents *a, int64_t number);
/* A line for the requester, which may be stored; the receipt, or why not in words. */
void ticket_lines_say(struct agents *a, const struct stanza *s, const char *body);
/* The agent's client has shown the line with that sequence. */
void ticket_lines_mark(struct agents *a, const struct stanza *s, int64_t sequence);
/* Before something is said to the requester. A customer's account is written to wherever they are;
 * who has a page open is in memory, and who has not reads it at the next visit. */
void ticket_lines_remember(const struct agents *a, const struct visitor_record *requester);
void ticket_lines_free(struct agents *a);
/* Ports of the desk. */
void ticket_lines_to_agent(void *ctx, const char *agent, const struct ticket_record *ticket,
                           const struct entry_record *e, bool begins);
void ticket_lines_seen(void *ctx, const char *agent, int64_t ticket, const char *sender_id,
                       enum entry_seen seen);
