/* told.h - how far each agent was told a chat.
 *
 * A chat may be put to the same agent more than once (an offer that ended, a chat that came back),
 * and then its lines are told from the start. Those that the agent may have seen are told as such,
 * so that no repeat is taken for something new. What was told to whom before a restart is not
 * known: of a chat that had been put to anybody, each line of that time may be a repeat. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct map;

struct told {
    struct map *agents; /* bare JID -> sequence of the last line that was told */
    int64_t last_run;   /* sequence: lines up to it are older than this run */
};

/* last_run: 0 for a chat that was put to nobody yet. */
void told_init(struct told *t, int64_t last_run);
void told_finish(struct told *t);
/* That line is told to that agent, in the order of sequences. True: perhaps not for the first time.
 */
bool told_again(struct told *t, const char *agent, int64_t sequence);
