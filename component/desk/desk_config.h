/* desk_config.h - what the desk is told at the start, and again when it changes (desk_configure).
 */
#pragma once

#include "base/clock.h"
#include "storage/storage.h"

#include <stdbool.h>
#include <stddef.h>

enum form_field { FORM_OFF, FORM_OPTIONAL, FORM_REQUIRED };

struct desk_agent_config {
    const char *jid;   /* bare, prepared */
    const char *name;  /* shown to visitors */
    unsigned capacity; /* chats at once */
    bool says_on;      /* offered nothing until they say so (duty.h), on each day */
    bool shows_status; /* the line about themselves in their presence is for visitors, too */
    unsigned level;    /* 1 to 3 */
    const char *const *skills;
    size_t skill_count;
    const char *const *languages; /* small letters: de, de-at */
    size_t language_count;
};

/* What a rule asks of an agent; NULL and 0: nothing. */
struct desk_demand {
    const char *skill;
    const char *language; /* "visitor": the visitor's own */
    unsigned level;       /* at least */
};

/* What a department does with the chats of some visitors. A condition that is NULL fits all. */
struct desk_rule {
    const char *language; /* the visitor's: "de" is de-at, too */
    const char *email;    /* domain of the address that the visitor gave; those below it, too */
    const char *page;     /* how the page's address begins, or, from "/", its path */
    const char *field;    /* what is known of the visitor, and what it must be, in any case */
    const char *is;
    struct desk_demand require;  /* who does not meet it is not asked */
    struct desk_demand prefer;   /* who does not meet it is asked if nobody else has a seat */
    enum chat_priority priority; /* 0: as it is */
};

/* More rules a department has no use for. */
enum { DESK_RULES = 50 };

/* To whom of those who could take it a chat is offered: all of them, or one after the other. */
enum desk_routing {
    ROUTING_ALL,
    ROUTING_ROUND_ROBIN, /* whose last offer is the longest ago */
    ROUTING_LEAST_BUSY,  /* who has the fewest chats */
    ROUTING_LAST_AGENT   /* whom the visitor talked to last; else the least busy */
};

/* Which of its chats a department makes tickets of: all, those of which an agent says so, none. */
enum desk_tickets { TICKETS_ASK, TICKETS_ALWAYS, TICKETS_NEVER };

/* How soon a ticket is to be answered and solved (target.h). */
enum ticket_target { TARGET_FIRST_ANSWER, TARGET_NEXT_ANSWER, TARGET_SOLUTION, TARGET_COUNT };

/* Within how much opening time of the department; 0: there is no such target. */
struct desk_service_level {
    enum chat_priority priority; /* whose tickets; 0: of those that have no level of their own */
    time_ms within[TARGET_COUNT];
};

struct desk_department_config {
    const char *id;
    const char *name;
    const char *const *agents; /* bare JIDs, all listed in desk_config.agents */
    size_t agent_count;
    enum form_field form_name;
    enum form_field form_email;
    const struct calendar *hours; /* when chats are offered; NULL: always */
    /* A visitor who has waited so long: agents who are not there are told. 0: never. */
    time_ms call_ms;
    enum desk_routing routing;
    const struct desk_rule *rules; /* all that fit are applied; the highest priority counts */
    size_t rule_count;
    bool takes_no_files; /* of visitors */
    size_t max_queue;    /* 0: that of the desk */
    unsigned capacity;   /* chats at once, whoever has them; 0: as many as the agents have seats */
    time_ms overflow_ms; /* who waits for so long is offered to another department, too */
    const char *overflow_to; /* its id; NULL: to none */
    enum desk_tickets tickets;
    const struct desk_service_level *service_levels; /* at most one of a priority */
    size_t service_level_count;
    time_ms close_solved_ms;  /* a SOLVED ticket is CLOSED after this time; 0: never */
    bool keeps_no_transcript; /* of chats that begin here nothing that is said is stored */
    time_ms reopen_ms;   /* what the requester says to a CLOSED ticket opens it again for so long */
    bool left_is_ticket; /* a message that is left (left.h); else it waits in the line */
    const char
        *prechat; /* what a visitor is asked before (prechat.h): of question_print; or NULL */
    const char *consent;      /* what a visitor must agree to before a chat begins; NULL: nothing */
    enum rating_scale rating; /* what visitors are asked when a chat has ended (rating.h) */
    size_t max_browsing;      /* browsing visitors that its agents see at once (browsing.h) */
    const struct own_field *own_fields; /* of its tickets (own_field.h) */
    size_t own_field_count;
};

/* What somebody may do; each step of a command looks it up again. A dispatcher takes chats without
 * a department and moves any, a supervisor watches and takes over, an administrator changes the
 * configuration, data protection reads and erases. */
enum role {
    ROLE_AGENT, /* of any department: named there, not in desk_config.people */
    ROLE_DISPATCHER,
    ROLE_SUPERVISOR,
    ROLE_ADMINISTRATOR,
    ROLE_DATA_PROTECTION,
    ROLE_COUNT
};

/* Bare JIDs, of agents or of others. */
struct desk_people {
    const char *const *jids;
    size_t count;
};

/* A form that agents may send. */
struct desk_form {
    const char *id;
    const char *title;
    const char *text;               /* all of it: question.h */
    const char *const *departments; /* whose chats it is for; none: all */
    size_t department_count;
};

/* Mails to visitors: what goes, and when, is mail.h. */
struct desk_mail_config {
    bool is_on;
    time_ms unseen_ms;  /* what an agent says on a ticket and no page has shown for so long */
    time_ms give_up_ms; /* what could not be sent for so long */
    size_t max_waiting;
    unsigned receipts_per_hour;
    unsigned receipts_per_address; /* in an hour */
};

struct desk_config {
    const struct desk_agent_config *agents;
    size_t agent_count;
    const struct desk_department_config *departments;
    size_t department_count;
    const struct desk_form *forms;
    size_t form_count;
    const char *const *masks; /* base/mask.h: what is said is stored and told so */
    size_t mask_count;
    time_ms agent_grace_ms;   /* an agent lost in the middle of a chat may come back in this time */
    time_ms leave_ms;         /* a visitor without a stream has left after this time: a page change
                               * closes one and opens another */
    time_ms visitor_grace_ms; /* a waiting visitor who went away: after this time the chat is a
                                 message that was left */
    time_ms transfer_ms;      /* a chat that is handed over comes back after this time */
    time_ms linger_ms;        /* a closed chat's contact stays with its agent this long */
    /* An active chat without a line, its visitor away, is closed after this time. */
    time_ms idle_ms;
    /* A visitor's line that nobody has answered: after this time there is a reminder, after the
     * same again supervisors are told. 0: never. */
    time_ms answer_ms;
    time_ms offer_ms; /* an offer that nobody answers goes on to others after this time; 0: never */
    struct desk_people people[ROLE_COUNT];
    const struct calendar *days; /* which day it is where no department has hours; NULL: UTC */
    struct desk_mail_config mail;
    bool watch_silently; /* nobody is told that a supervisor reads a chat */
    size_t max_queue;    /* a department: who waits, and, apart from it, messages that were left */
    size_t max_visitors; /* visitors in memory; DESK_FULL beyond */
};
