/* story_walk_state.h - what the files of the walk share (story_walk.h). */
#pragma once

#include "story_walk.h"

#include "base/map.h"
#include "desk/desk.h"
#include "desk/own_field.h"

enum { AGENTS = 4, DEPARTMENTS = 3, VISITORS = 8, IDS = 32, COMMIT_STEPS = 16 };
enum { TICKET_ACTS = 4 * COMMIT_STEPS, COMPARE_STEPS = 64 * COMMIT_STEPS };

extern const char *const walk_agents[AGENTS];
extern const char *const walk_supervisors[2];
extern const char *const walk_departments[DEPARTMENTS];
extern const char *const walk_tags[3]; /* languages of visitors */
extern const char *const walk_pages[2];
extern const struct own_field walk_own_fields[3];

/* What an agent does to a ticket when it has been read. */
struct ticket_act {
    struct walk *walk;
    const char *agent;
    uint8_t which;
    uint8_t how;
    int64_t number;
};

/* The last IDS lines of a visitor: id number n is at n % IDS. */
struct said {
    unsigned next;
    unsigned known_from; /* ids before are not remembered by us: a restart came between */
    int64_t sequences[IDS];
};

struct walk {
    struct desk *desk;
    struct storage *storage;
    struct desk_agent_ports agent_ports;
    struct desk_visitor_ports visitor_ports;
    struct desk_config config;
    struct desk_agent_config agents[AGENTS];
    struct desk_department_config departments[DEPARTMENTS];
    const char *members[DEPARTMENTS][AGENTS];
    struct calendar *hours;
    struct map *contacts; /* "agent visitor" */
    struct map *told;     /* by ticket: whether the last step that was told is that it is solved */
    struct said said[VISITORS];
    char ids[VISITORS][24];
    unsigned agent_lines;
    struct ticket_act ticket_acts[TICKET_ACTS]; /* those that wait for an answer, and older ones */
    unsigned next_ticket_act;
    char looks[40]; /* the last agent who is to hear news; "" nobody */
    char looked_at[20];
    struct mail_record mail; /* the one under way, if is_mailing */
    bool is_mailing;
    int64_t last_sequence;
    time_ms now;
    unsigned steps;
    struct walk_counts counts;
};

void walk_commit(struct walk *w); /* and takes what storage has answered */
/* story_walk_ports.c: what the desk tells, and what must be true of it. */
void walk_listen(struct walk *w);
bool walk_has_contact(const struct walk *w, const char *agent, const char *visitor);
/* story_walk_visitor.c, story_walk_agent.c: a step of theirs. */
void walk_visitor_step(struct walk *w, const uint8_t bytes[WALK_STEP]);
void walk_agent_step(struct walk *w, const uint8_t bytes[WALK_STEP]);
/* story_walk_person.c */
void walk_erase(struct walk *w, unsigned v, bool ends);
/* story_walk_ticket.c */
void walk_works_on_ticket(struct walk *w, const char *agent, uint8_t which, uint8_t how);
void walk_compare_tickets(struct walk *w); /* with what is stored */
void walk_mail(struct walk *w, uint8_t which);
