/* welcome.h - what a visitor who has checked in is told (docs/PROTOCOL.md section 2): who they are,
 * who is there, their chat and tickets, what they may send, what all are told and what is asked. */
#pragma once

struct claim;

/* Held until the commit; nothing where nobody asked (claim::iq_id), or the department is gone.
 * token: a new one. */
void welcome_answer(const struct claim *c, const char *visitor, const char *token);
