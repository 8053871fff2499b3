/* story_walk.h - a desk that is driven by bytes: for a seeded random walk (test_walk.c) and for the
 * fuzz target (tests/fuzz/fuzz_desk.c).
 *
 * Four agents in three departments, eight visitors, a memory store, short times. Each step is one
 * call of the desk, or time, or a restart, or another configuration; behind each desk_verify runs,
 * and a small model of its own watches the ports: contacts toggle, agents hear only of contacts
 * they have, a line is stored once however often it is repeated. A violation aborts. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { WALK_STEP = 4 /* bytes */ };

struct walk;

struct walk *walk_create(uint8_t shape); /* capacities and limits */
void walk_destroy(struct walk *w);
void walk_step(struct walk *w, const uint8_t bytes[WALK_STEP]);
/* What happened, for a test that the walk gets everywhere. */
struct walk_counts {
    unsigned claims;
    unsigned losses;
    unsigned left;
    unsigned closed;
    unsigned withdrawn;
    unsigned went_on;
    unsigned overflows; /* chats that an agent of another department took */
    unsigned repeats;
    unsigned refusals;
    unsigned restarts;
    unsigned reminders;
    unsigned reports;
    unsigned configurations;
    unsigned dismissed;
    unsigned calls;
    unsigned taken;
    unsigned closing;
    unsigned takes;
    unsigned released;
    unsigned held;
    unsigned resumed;
    unsigned transfers;
    unsigned handed;
    unsigned returned;
    unsigned escalations;
    unsigned not_escalated;
    unsigned joins;
    unsigned files;
    unsigned forms;   /* that were answered or declined */
    unsigned tickets; /* that were made by an agent's word */
    unsigned ticket_steps;
    unsigned ticket_calls;     /* of their dates and targets */
    unsigned ticket_lines;     /* that owners were told */
    unsigned steps_told;       /* of tickets, to visitors */
    unsigned news;             /* that agents heard */
    unsigned tickets_related;  /* linked, merged, split off, moved */
    unsigned erased;           /* persons */
    unsigned mails;            /* that went out */
    unsigned ratings;          /* that visitors gave */
    unsigned tickets_compared; /* with what is stored */
};
const struct walk_counts *walk_counts(const struct walk *w);
