/* lookups.h - who is looked up in the database, and who waits for it: when a network or the daemon
 * comes back, all visitors return at a time.
 *
 * LOOKUPS_MAX are under way at most; the others are looked up in the order in which they came, and
 * nobody is refused for their number: each endpoint has one, so that endpoints bound them. */
#pragma once

enum { LOOKUPS_MAX = 512 };

struct claim;
struct visitors;

/* Now (checkin_look_up), or when it is its turn. */
void lookups_add(struct claim *c);
/* One that was under way was answered: the next begins. */
void lookups_done(struct visitors *v);
/* Its endpoint is gone: it is not looked up any more. */
void lookups_cancel(struct claim *c);
