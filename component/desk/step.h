/* step.h - what a visitor may know of a ticket of theirs: received, taken, waiting for them,
 * solved.
 *
 * Each change that is another step is a notice to the requester, in their language, without a name:
 * ticket-received, ticket-taken, ticket-waiting, ticket-solved. Only of tickets that they know of:
 * those that were left, and those in which somebody has spoken behind the chat's end. That of a
 * ticket that was left says so where a mail with its receipt is on its way (mail_receipt). */
#pragma once

#include "desk/desk.h"

struct ticket;

enum step { STEP_NONE, STEP_RECEIVED, STEP_TAKEN, STEP_WAITING, STEP_SOLVED };

enum step step_of(const struct ticket_record *r);
/* The record has changed, and is stored. */
void step_follow(struct desk *d, time_ms now, struct ticket *t);
