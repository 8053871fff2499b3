/* agent.h - somebody who answers: availability as it is sensed, seats, offers, chats. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "desk/desk.h"

struct agent {
    char *jid;
    char *name;
    unsigned capacity;
    enum availability availability;
    struct list chats;    /* chat::owner_link: ACTIVE and lingering ones */
    unsigned active;      /* of them, ACTIVE */
    struct list offers;   /* offer::agent_link */
    struct map *contacts; /* visitor id -> struct visitor: contacts that were told */
    size_t room;          /* so many more contacts can be told */
    unsigned reserved;    /* seats that routing has promised in this round */
    struct list seated;   /* chat::seat_link: the chats of those seats */
    unsigned visited;     /* routing's mark: the search that looked here last */
};

/* GONE until heard of. */
struct agent *agent_create(const struct desk_agent_config *config);
void agent_destroy(struct agent *a); /* without chats, offers and contacts */
/* Another name, another capacity; the address is the agent. */
void agent_configure(struct agent *a, const struct desk_agent_config *config);
/* Seats not taken by an ACTIVE chat, whatever the availability. */
unsigned agent_free_seats(const struct agent *a);
/* Of the free seats, those that have a contact or room for one. */
size_t agent_open_seats(const struct agent *a);
bool agent_is_there(const struct agent *a); /* FREE or AWAY: may be offered chats */
bool agent_is_lost(
    const struct agent *a); /* GONE or DOUBTFUL: chats of theirs, after a while, too */
