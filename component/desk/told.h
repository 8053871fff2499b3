/* told.h - how far each agent was told a chat.
 *
 * A chat may be put to the same agent more than once (an offer that ended, a chat that came back),
 * and then its lines are told from the start. Those that the agent may have seen are told as such,
 * so that no repeat is taken for something new. After a restart, whoever had the visitor's contact
 * may have been told everything. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct map;

struct told {
    struct map *agents; /* bare JID -> sequence of the last line that was told */
};

void told_init(struct told *t);
void told_finish(struct told *t);
/* That agent has heard the lines up to that sequence. */
void told_note(struct told *t, const char *agent, int64_t sequence);
/* That line is told to that agent, in the order of sequences. True: perhaps not for the first time.
 */
bool told_again(struct told *t, const char *agent, int64_t sequence);
