/* census.h - how many are where, for whoever watches the desk, and what was counted since it was
 * made (docs/OPERATIONS.md, "Figures to watch"). Times are those of the steady clock.
 *
 * What is so now is counted when it is asked for, in one walk over what is in memory; what happens
 * is one increment where it happens, of the department that had the chat then. Visits of
 * `tresen-agent --probe` are in what is so now, and in nothing that was counted. */
#pragma once

#include "base/histogram.h"
#include "desk/desk.h"

struct chat;
struct department;

/* Of a department, since it was made. */
struct census_counts {
    uint64_t begun;         /* chats of visitors */
    uint64_t left;          /* of them, those that became messages that were left */
    uint64_t abandoned;     /* and those that ended while they waited for an agent */
    struct histogram waits; /* of those that an agent took: for how long somebody had waited, since
                               the start; again if the agent was lost */
};

struct census_department {
    size_t queued, offered, active; /* chats */
    size_t left;                    /* that wait as messages that were left; in none of these */
    time_ms longest_wait;           /* of queued and offered ones; 0: none waits */
    size_t agents[AVAILABILITY_FREE + 1]; /* by availability */
    const struct census_counts *counts;   /* good until the next configuration */
};

struct census_visitors {
    size_t online;
    size_t chatting; /* of them, with an open chat */
};

/* False: there is no such department. */
bool census_department(const struct desk *d, const char *department, struct census_department *out);
void census_visitors(const struct desk *d, struct census_visitors *out);

/* ---- for the files of desk/ ---- */

void census_init(struct census_counts *counts);
/* A new chat of a visitor's. */
void census_begun(struct chat *c);
/* Before a waiting one becomes a message that was left. */
void census_left(struct chat *c);
/* Before it enters that state. */
void census_enters(const struct desk *d, struct chat *c, enum chat_state to);
