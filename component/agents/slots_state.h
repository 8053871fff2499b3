/* slots_state.h - what slots.c (who has how many, time) and slots_visit.c (visitors come and go,
 * lines there) share. */
#pragma once

#include "agents/slots.h"

struct slot {
    unsigned number;
    char *local;
    bool open;     /* a contact that the agent has; else it ends when it is free */
    bool approved; /* by the agent, who was asked by subscription */
    bool used;     /* by another visitor before this one */
    time_ms freed; /* monotonic */
    /* While there is a visitor, or who was there last and may still be meant. */
    char *visitor; /* NULL: free */
    int64_t chat;
    bool wanted;          /* by the desk */
    bool resting;         /* the chat or offer is over */
    time_ms ended;        /* UTC: since then */
    time_ms rest_since;   /* monotonic: the same, or the last sign of the agent since */
    bool greeted;         /* the line that says who is there was told */
    bool parted;          /* and the one that says it is over */
    bool unread;          /* since the last sign something was sent */
    char *last_id;        /* of what was sent last */
    int64_t first_notice; /* of this visit: outbox ids behind it */
    bool fresh;           /* nothing says yet that the agent knows who is there now */
    time_ms fresh_since;  /* monotonic: the line that says it left; 0: not yet */
};

struct pool {
    char *agent;
    enum contacts_choice choice;
    unsigned size;      /* as configured */
    bool in_use;        /* new visitors come into slots */
    bool sends_marks;   /* receipts or markers were heard of this agent */
    struct slot *slots; /* [i] is slot-(i+1) */
    size_t count;
};

struct slot *slots_by_local(const struct pool *p, const char *local);
struct slot *slots_by_visitor(const struct pool *p, const char *visitor);
/* Of those that are free the one that has rested longest; NULL: none. */
struct slot *slots_find_free(const struct pool *p);
void slots_store(struct agents *a, const struct pool *p, const struct slot *s);
/* The chat or offer is over: the agent is told, if that is not done. */
void slots_rest(struct agents *a, const struct pool *p, struct slot *s);
