/* desk_view.h - what one may look at; all borrowed until the next call into the desk. */
#pragma once

#include "desk/desk_config.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* DOUBTFUL: there by their presence, but no client of theirs gives a sign of life. */
enum availability {
    AVAILABILITY_GONE,
    AVAILABILITY_DOUBTFUL,
    AVAILABILITY_BUSY,
    AVAILABILITY_AWAY,
    AVAILABILITY_FREE
};

/* What a department says of itself (architecture section 6). */
enum department_state { DEPARTMENT_NOBODY, DEPARTMENT_FULL, DEPARTMENT_AWAY, DEPARTMENT_OPEN };

struct department_view {
    const char *id;
    const char *name;
    enum department_state state;
    size_t waiting; /* chats QUEUED or OFFERED */
    size_t left;    /* of them, messages that were left */
    size_t active;
    size_t free_seats; /* of agents who are there, and could be shown who sits down */
    bool is_closed;    /* it is not its time, whoever is there */
    bool takes_no_files;
    enum form_field form_name;
    enum form_field form_email;
    const char *consent; /* what a visitor must agree to; NULL: nothing */
    bool left_is_ticket;
};

struct duty_view {
    enum duty_state state;
    time_ms until;  /* of a pause that ends by itself */
    bool says_on;   /* as configured */
    bool is_idle;   /* offers went unanswered: counts as away until they say something */
    bool is_online; /* by their presence */
};

struct visitor_view {
    const struct visitor_record *record;
    bool online;
    int64_t chat;           /* number of the open or lingering chat; 0 = none */
    const char *invitation; /* what they were invited with (invited.h); "" nothing */
    const char *network;    /* a shortened address, in memory only; "" unknown */
    const char *browses;    /* department whose agents see them, without a chat; "": none's */
    time_ms browses_since;
};

/* A page that the visitor was on; in memory only. */
struct page_view {
    const char *url;
    const char *title;
    time_ms left;
};

struct chat_view {
    int64_t number;
    const char *visitor;
    const char *department; /* who serves it */
    const char *address;    /* department that was written to first: the conversation's address */
    enum chat_state state;
    bool left;
    size_t position;        /* 1 = next, in QUEUED and OFFERED; 0 otherwise */
    const char *owner;      /* bare JID or "" */
    const char *owner_name; /* name shown to visitors or "" */
    int64_t last_entry;     /* sequence, 0 = none */
    time_ms created;
    time_ms waiting_since; /* its place in the line */
    time_ms claimed;
    time_ms asked;      /* since when a line waits for an answer; 0: none does */
    time_ms held_until; /* desk_agent_hold; 0: not on hold */
    const char *closed_by;
    enum chat_priority priority;
    const char *tags;         /* words, a blank between two */
    bool unrecorded;          /* nothing that is said in it is stored */
    enum rating_scale rating; /* of a CLOSED one: its visitor is to be asked for it; NONE: not */
};

struct agent_view {
    const char *name;
    enum availability availability;
    unsigned active;
    unsigned capacity;
};

/* A ticket of a visitor who is in memory. */
struct requested_view {
    const struct ticket_record *record;
    const char *subject; /* or what stands for it; "": not known */
    bool waits;          /* the visitor's answer is awaited: their next line is of this ticket */
    int64_t merged;      /* the ticket of the visitor's in which it goes on; 0: none */
    const char *step;    /* desk_step of that one, or of its own */
};
