/* agent.h - somebody who answers: availability, duty, seats, offers, chats. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "desk/desk.h"

struct agent {
    char *jid;
    char *name;
    unsigned capacity;
    unsigned level;
    char **skills;
    size_t skill_count;
    char **languages;
    size_t language_count;
    enum availability sensed;       /* by presence */
    enum availability availability; /* that, if they are on duty (duty.h) */
    bool on_duty;
    enum duty_state duty; /* as they said it last; 0: never */
    time_ms since;        /* UTC: when they came on duty; 0 */
    time_ms until;        /* UTC: of a pause; 0 */
    bool says_on;
    const struct calendar *days; /* borrowed from the configuration; NULL: UTC */
    unsigned missed;             /* offers that were over unanswered, one after the other */
    bool told_idle;
    bool shows_status;
    char *status;               /* "" unless it is to be shown */
    struct list chats;          /* chat::owner_link: ACTIVE and lingering ones */
    unsigned active;            /* of them, ACTIVE */
    struct list offers;         /* offer::agent_link */
    struct list participations; /* participant::agent_link */
    struct list news;           /* news::link */
    struct map *contacts;       /* visitor id -> struct visitor: contacts that were told */
    size_t room;                /* so many more contacts can be told */
    unsigned reserved;          /* seats that routing has promised in this round */
    struct list seated;         /* chat::seat_link: the chats of those seats */
    unsigned visited;           /* routing's mark: the search that looked here last */
    unsigned promised;          /* routing: chats that are offered to this agent alone */
    uint64_t turn;              /* routing: when it was this agent's turn last, a counter */
};

/* So many offers in a row that were over unanswered: nobody is at the client. */
enum { AGENT_MISSED_MAX = 2 };

/* GONE until heard of. */
struct agent *agent_create(const struct desk_agent_config *config);
void agent_destroy(struct agent *a); /* without chats, offers and contacts */
/* Another name, capacity, skills; the address is the agent. */
void agent_configure(struct agent *a, const struct desk_agent_config *config);
/* Seats not taken by an ACTIVE chat, whatever the availability. */
unsigned agent_free_seats(const struct agent *a);
/* Of the free seats, those that have a contact or room for one. */
size_t agent_open_seats(const struct agent *a);
/* An offer is over and this agent has not reacted, while somebody waited. */
void agent_missed_offer(struct agent *a);
/* The agent said, took or declined something. */
void agent_reacted(struct agent *a);
bool agent_is_idle(const struct agent *a);
bool agent_has_skill(const struct agent *a, const char *skill);
/* A language of the agent's is that one, or one that it is a kind of, or the other way round: who
 * speaks de is asked for de-AT, who speaks de-AT for de. */
bool agent_speaks(const struct agent *a, const char *language);
bool agent_is_there(const struct agent *a); /* FREE or AWAY: may be offered chats */
bool agent_is_lost(
    const struct agent *a); /* GONE or DOUBTFUL: chats of theirs, after a while, too */
