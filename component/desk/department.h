/* department.h - a team: who belongs to it, and what it says of itself. */
#pragma once

#include "desk/agent.h"
#include "desk/desk.h"

struct department {
    char *id;
    char *name;
    struct agent **agents;
    size_t agent_count;
    enum form_field form_name;
    enum form_field form_email;
    const struct calendar *hours; /* borrowed from the configuration; NULL: always open */
    bool is_open;                 /* desk_tick's */
    time_ms call_ms;
    size_t waiting; /* QUEUED and OFFERED chats */
    size_t left;    /* of them, messages that were left */
    size_t active;
    size_t counted;              /* desk_settle's: positions given so far */
    bool nobody;                 /* desk_tick's: nobody is there, since nobody_since */
    time_ms nobody_since;        /* steady */
    struct department_view told; /* what the ports heard last */
};

/* Without members; department_configure gives it the rest. */
struct department *department_create(const char *id);
void department_destroy(struct department *p); /* without chats */
/* Name, form, members. agents: the desk's, in which the members are looked up by JID. */
void department_configure(struct department *p, const struct desk_department_config *config,
                          const struct map *agents);
/* By the hours. True: that is another than before. */
bool department_follow_hours(struct department *p, time_ms now);
bool department_has(const struct department *p, const struct agent *a);
/* Nobody, full, only away, open: architecture section 6. */
enum department_state department_state(const struct department *p);
void department_view(const struct department *p, struct department_view *out);
