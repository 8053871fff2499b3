/* desk_state.h - what the desk holds, for the files of desk/ only.
 *
 * desk.c: life, and what follows from every change · desk_visitor.c, desk_agent.c,
 * desk_taking.c: what they do ·
 * desk_change.c: what both do to lines that were said · desk_page.c: pages that are offered ·
 * desk_ask.c: forms that are sent · desk_handing.c: what agents do with a chat that another one has
 * or is to have · desk_block.c: who may not write here · desk_ticket.c: what becomes of tickets ·
 * desk_by_hand.c: tickets without a chat · spent.c: the time that agents spend ·
 * watcher.c: who watches tickets ·
 * related.c: tickets that belong together, and to whom they go ·
 * desk_forget.c: persons who are erased ·
 * browsing.c: visitors who only look at pages · census.c: how many are where ·
 * ticket_talk.c: what is said to them · left.c: messages that are left ·
 * desk_tick.c: what time does · desk_load.c: the start · desk_configure.c: another configuration ·
 * desk_look.c, desk_verify.c: nothing changes there.
 *
 * Two clocks: now is UTC and may jump, it is only stored and shown; whatever waits for a time to
 * pass is measured on the steady clock, which desk_pass moves. */
#pragma once

#include "base/list.h"
#include "base/map.h"
#include "desk/agent.h"
#include "desk/block.h"
#include "desk/browsing.h"
#include "desk/bulletin.h"
#include "desk/canned.h"
#include "desk/chat.h"
#include "desk/department.h"
#include "desk/desk.h"
#include "desk/mail.h"
#include "desk/offer.h"
#include "desk/role.h"
#include "desk/saved.h"
#include "desk/ticket.h"
#include "desk/transcript.h"
#include "desk/visitor.h"

enum {
    /* desk_tick comes every second: more than this between two calls is a jump of the clock. */
    DESK_JUMP_MS = 60 * 1000,
    /* Ids of who was erased last: so many checks-in at most were under way then. */
    DESK_FORGOTTEN = 256,
    DESK_MASKED = 4
};

/* A form of the configuration, for chats of those departments; none: all. */
struct asked_form {
    char *id;
    char *title;
    char *text;
    char **departments;
    size_t department_count;
};

struct desk {
    struct desk_config config; /* only the numbers; the lists became agents and departments */
    struct storage *storage;
    const struct desk_agent_ports *agent_ports;
    const struct desk_visitor_ports *visitor_ports;
    struct agent **agents;
    size_t agent_count;
    struct department **departments;
    size_t department_count;
    struct asked_form *forms;
    size_t form_count;
    struct roles roles;
    struct canned canned;
    struct saved saved;
    struct blocks blocks;
    struct bulletins bulletins;
    const char *operator; /* who runs the daemon and acts right now (desk_operate); NULL: nobody */
    struct mails mails;
    struct list tickets;       /* ticket::link: those that somebody acts on */
    uint64_t ticket_writes;    /* how many there were */
    uint64_t ticket_forgotten; /* the last of them to a ticket that is not in memory any more */
    struct map *visitors;      /* id -> struct visitor */
    struct map *agent_by_jid;
    struct list chats;    /* chat::link: open and lingering */
    struct list browsing; /* visitor::browsing_link, who came first first */
    struct list waiting;  /* chat::waiting_link: QUEUED and OFFERED of all departments, first in
                             line first */
    struct chat *loading; /* desk_load_entry's last */
    int64_t last_number;
    int64_t last_sequence;
    time_ms last_waiting; /* greatest waiting_since */
    time_ms last_now;
    time_ms steady;
    time_ms agents_expected; /* left_expect_agents; steady */
    time_ms converted;       /* news_next */
    unsigned searches;       /* routing's: how many there were */
    uint64_t turns;          /* routing's: how many offers were made to one agent alone */
    char **masks;
    size_t mask_count;
    char *masked[DESK_MASKED]; /* desk_mask's last answers */
    size_t masked_at;
    char *forgotten[DESK_FORGOTTEN]; /* desk_forget.c */
    size_t forgotten_at;
    bool unsettled; /* seats or the line changed: desk_settle has work */
};

struct agent *desk_find_agent(const struct desk *d, const char *jid);
struct department *desk_find_department(const struct desk *d, const char *id);
struct chat *desk_find_chat(const struct desk *d, int64_t number); /* open or lingering */
struct visitor *desk_find_visitor(const struct desk *d, const char *id);
/* First in every call that is told the time. */
void desk_pass(struct desk *d, time_ms now);
void forgotten_finish(struct desk *d);
/* Instead of those before; copied. */
void desk_install_masks(struct desk *d, const char *const *masks, size_t count);
/* The text as it is to be stored and told; good until the fourth call from here. */
const char *desk_mask(struct desk *d, const char *text);
/* After every call that may have changed seats or the line: offers, positions, departments' states.
 */
void desk_settle(struct desk *d, time_ms now);
/* Whether that agent is to have that visitor's contact follows from offers and ownership; tells a
 * change. */
void desk_settle_contact(struct desk *d, struct agent *a, struct visitor *v);
void desk_tell_card(struct desk *d, const struct visitor *v);
/* A line of an agent who speaks in the ACTIVE chat: stored, and told to the visitor and to the
 * other agents. */
void desk_say_to_visitor(struct desk *d, time_ms now, struct chat *c,
                         const struct entry_record *line, int64_t *sequence);
/* Instead of those before; copied. */
void desk_install_forms(struct desk *d, const struct desk_form *forms, size_t count);
/* What the department asks for before a chat was answered and agreed to. */
bool desk_is_answered(const struct department *p, const struct visitor *v);
/* May keep things of that chat: notes, tags, fields (keeping.c). */
bool desk_keeps(const struct desk *d, const char *who, const struct chat *c);
/* The form that waits for the visitor's answer; NULL: none. */
const struct entry_record *ask_find_open(struct transcript *t);
/* BUG if two wait, or something became of one twice. */
void ask_verify(struct chat *c);
/* The owner is told once an absence that lines are kept for the visitor's return. */
void desk_tell_absent(struct desk *d, struct chat *c);
/* Offers end, and it is CLOSED; nobody else is told yet. by: as below; why: for who was offered it.
 */
void desk_shut_chat(struct desk *d, time_ms now, struct chat *c, const char *by, const char *why);
/* by: "visitor", "agent" or "desk", a constant. */
void desk_close_chat(struct desk *d, time_ms now, struct chat *c, const char *by);
/* An ACTIVE chat is another agent's, who has its contact; the visitor is told. */
void desk_change_owner(struct desk *d, time_ms now, struct chat *c, struct agent *a);
/* An agent comes in, to speak to the visitor; who had been invited, or not. */
void desk_join(struct desk *d, time_ms now, struct chat *c, struct agent *a);
/* Who had that visitor's chat last, for a department's way; a probe's visits are not kept. */
void desk_remember_agent(struct desk *d, struct visitor *v, const struct agent *a);
/* The owner leaves: who has joined the chat is the owner, and is told; the visitor, too. False:
 * nobody has, and nothing has changed but that it is not handed over any more. The contact of who
 * leaves stays: desk_settle_contact afterwards. */
bool desk_leave_to_heir(struct desk *d, time_ms now, struct chat *c);
/* The owner is lost: who has joined it is the owner, else ACTIVE → QUEUED, first in line. The
 * visitor is told, and the agent by that notice. */
void desk_lose_owner(struct desk *d, time_ms now, struct chat *c, enum agent_notice notice);
/* A closed chat leaves memory; its ids stay with the visitor, so that late repeats are still
 * recognised. Its owner's contact stays as it is: desk_settle_contact afterwards. */
void desk_retire(struct desk *d, struct chat *c);
/* Forgets a visitor who is neither online nor has a chat. True: v is freed. */
bool desk_drop_if_idle(struct desk *d, struct visitor *v);
/* What one side was shown: that line, and with SEEN_DISPLAYED those before it. lines: what is new
 * of it, in order; returns how many. */
size_t desk_mark_seen(struct desk *d, struct chat *c, enum entry_by by, int64_t sequence,
                      enum entry_seen seen, const struct entry_record *lines[TRANSCRIPT_LINES]);
