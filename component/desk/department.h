/* department.h - a team: who belongs to it, and what it says of itself. */
#pragma once

#include "desk/agent.h"
#include "desk/census.h"
#include "desk/consent.h"
#include "desk/desk.h"
#include "desk/own_field.h"
#include "desk/prechat.h"
#include "desk/rule.h"

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
    enum desk_routing routing;
    struct rule *rules;
    size_t rule_count;
    bool takes_no_files;
    size_t max_queue;
    unsigned capacity; /* 0: no bound of its own */
    time_ms overflow_ms;
    enum desk_tickets tickets;
    struct desk_service_level *service_levels;
    size_t service_level_count;
    time_ms close_solved_ms;
    bool keeps_no_transcript;
    time_ms reopen_ms;
    bool left_is_ticket;
    enum rating_scale rating;
    struct own_fields *own_fields;
    struct question *prechat;                   /* prechat.h; NULL: nothing is asked */
    char *consent;                              /* what a visitor must agree to; NULL: nothing */
    char consent_version[CONSENT_VERSION_SIZE]; /* of that text; "" without */
    struct department *overflow; /* whose agents are asked, too, after that time; or NULL */
    size_t waiting;              /* QUEUED and OFFERED chats */
    size_t left;                 /* of them, messages that were left */
    size_t max_browsing;         /* browsing.h; 0: nobody is shown */
    size_t browsing;
    size_t just_left; /* messages that were left, became tickets, and linger */
    size_t active;
    size_t counted;              /* desk_settle's: positions given so far */
    size_t seated;               /* routing's: chats that have a seat in this round */
    struct department_view told; /* what the ports heard last */
    struct census_counts counts;
};

/* Without members; department_configure gives it the rest. */
struct department *department_create(const char *id);
void department_destroy(struct department *p); /* without chats */
/* Name, form, members, rules, but for overflow: the other department may not be there yet. agents:
 * the desk's, in which the members are looked up by JID. */
void department_configure(struct department *p, const struct desk_department_config *config,
                          const struct map *agents);
/* By the hours. True: that is another than before. */
bool department_follow_hours(struct department *p, time_ms now);
bool department_has(const struct department *p, const struct agent *a);
/* Whether it may have another chat at once, beside seats that are taken or promised. */
bool department_has_room(const struct department *p, size_t promised);
/* How a department's rules, those of which are bits, see that agent for that visitor. */
bool department_may_ask(const struct department *p, uint64_t rules, const struct agent *a,
                        const struct visitor_record *v);
/* Somebody is there who may be asked, with a free seat or without. */
bool department_somebody(const struct department *p, uint64_t rules,
                         const struct visitor_record *v);
bool department_prefers(const struct department *p, uint64_t rules, const struct agent *a,
                        const struct visitor_record *v);
/* Nobody, full, only away, open: architecture section 6. */
enum department_state department_state(const struct department *p);
void department_view(const struct department *p, struct department_view *out);
