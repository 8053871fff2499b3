/* tally.h - chats and tickets, counted: of all, of a department, of an hour, … */
#pragma once

#include "report/spread.h"
#include "storage/archive.h"

/* How a chat went, one of these:
 *   ANSWERED   an agent took it while the visitor waited
 *   ABANDONED  before that the visitor ended it, or was gone, or nobody was there any more
 *   MISSED     before that the department closed, or the desk ended it
 *   LEFT       a message was left at once: nobody was there
 *   WAITING    it still waits */
enum outcome {
    OUTCOME_ANSWERED,
    OUTCOME_ABANDONED,
    OUTCOME_MISSED,
    OUTCOME_LEFT,
    OUTCOME_WAITING,
    OUTCOMES
};

enum outcome outcome_of(const struct archive_chat *c);

enum { TALLY_STARS = 5 };

struct tally {
    char *id; /* "" of all, and of those beyond a limit */
    unsigned chats;
    unsigned outcomes[OUTCOMES];
    unsigned left; /* messages, at once or later */
    unsigned tickets;
    unsigned states[TICKET_CLOSED + 1];
    unsigned service[SERVICE_KINDS][SERVICE_BROKEN + 1];
    unsigned stars[TALLY_STARS + 1]; /* ratings with so many */
    unsigned thumbs[2];              /* down, up */
    int64_t spent_s;                 /* less than 0 where more was taken off than was spent */
    struct spread wait;              /* of ANSWERED ones: until an agent took it */
    struct spread answer;            /* of ANSWERED ones: until the first line of an agent */
};

unsigned tally_stars(const struct tally *t); /* how many ratings */
unsigned tally_thumbs(const struct tally *t);
double tally_mean(const struct tally *t); /* of the stars; 0: none */
void tally_init(struct tally *t, const char *id);
void tally_finish(struct tally *t);
void tally_add_chat(struct tally *t, const struct archive_chat *c);
void tally_add_ticket(struct tally *t, const struct archive_ticket *ticket);
