/* news.h - which NEW tickets, that nobody has, an agent was told of.
 *
 * An agent who comes (to presence or on duty) is told once, of each of their departments, how many
 * there are that they were not told of; who is there while one is made is told then, but not more
 * often than each NEWS_MS. What there is stands in storage: the port asks an edge to look
 * (desk_agent_ports.news), which says with desk_agent_heard_news how far it has told it. That is
 * stored, by the time of conversion: no ticket is made at an earlier one than was told. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct agent;

enum { NEWS_MS = 5 * 60 * 1000 };

/* What an agent heard of one department. */
struct news {
    struct list link; /* agent::news */
    char *department;
    time_ms told;  /* the last conversion that they heard of */
    time_ms since; /* steady: when they were told last; 0: not yet */
    bool is_due;   /* there may be more */
    bool is_asked; /* an edge looks */
};

/* The agent has come. */
void news_come(const struct desk *d, struct agent *a);
/* A ticket was made that nobody has. */
void news_made(const struct desk *d, const char *department);
/* When the ticket that is being made was converted: now, or just behind the one before, and behind
 * all that was told. */
time_ms news_next(struct desk *d, time_ms now);
void news_tick(const struct desk *d);
void news_forget(struct agent *a); /* of memory alone */
