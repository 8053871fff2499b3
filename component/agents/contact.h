/* contact.h - one contact in one agent's roster. Files: contact.c (what becomes of it), face.c
 * (what it looks like); contacts.c has them all.
 *
 * Each one is pursued step by step: ledger → roster → presence; and back: unavailable → roster
 * remove → out of the ledger. The ledger is written before the step, so that after a crash
 * everything that may be on a screen is known. */
#pragma once

#include "agents/agents_state.h"

struct contact {
    struct agents *agents;
    char *key;
    char *agent; /* bare JID */
    char *local;
    char *name;  /* as the roster has it */
    char *group; /* so, too; NULL: not known */
    char *shown; /* the presence that was sent last, NULL: none */
    bool department;
    bool slot; /* else, if it is no department, a visitor's own */
    bool wanted;
    bool in_roster; /* may be in the roster */
    bool attempted; /* the roster has answered since the link came up */
    bool renamed;   /* the roster has another name or group */
    bool busy;      /* an operation is under way */
    bool removed;   /* by the agent, in the client */
    bool asked;     /* on this link, for an ordinary subscription */
    bool stale;     /* presence has changed and waits for its time */
    bool passed;    /* the server has answered behind the last that was sent of it */
    unsigned link;  /* agents::links when the operation began */
    /* All monotonic. */
    time_ms shown_at;
    time_ms retry_at;    /* 0: nothing to try again */
    time_ms echo_until;  /* until then the server may still report our own removal */
    time_ms return_pace; /* pace_take: a department's contact that the agent deletes comes back */
};

enum { CONTACT_RETRY_MS = 60 * 1000 }; /* after a roster that said no, or nothing */

/* Among those of contacts.c from now on; not wanted yet, and nothing is written. */
struct contact *contact_create(struct agents *a, const char *agent, const char *local);
void contact_destroy(struct contact *c); /* the memory only */
/* It is wanted, whatever became of it before. */
void contact_begin_anew(struct contact *c);
void contact_store(const struct contact *c); /* in the ledger */
/* The next step. It may be the last one: c may be gone afterwards. */
void contact_pursue(struct contact *c);
/* Into the roster, or there under another name. */
void contact_put(struct contact *c);

/* What the contact is called in the roster; free() it. */
char *face_name_dup(const struct contact *c);
const char *face_group(const struct contact *c);
/* Presence to the agent: sent if it differs from what was sent last, at most once a second
 * (face_tick). */
void face_show(struct contact *c);
void face_tick(struct contact *c);
void face_hide(struct contact *c, enum post_when when);
/* The same presence once more, to a full JID that asked. */
void face_answer(struct contact *c, const char *to);
