/* story.h - a desk with a memory store, a fake clock and ports that write down what was told.
 *
 *     struct story *s = story_create();
 *     has_agent(s, "bob", 1);
 *     has_department(s, "sales", "bob");
 *     story_begins(s);
 *     agent_is(s, "bob", AVAILABILITY_FREE);
 *     visitor_says(s, "ann", "hello?");
 *     expect_offer(s, "bob", "ann");
 *
 * Short names: agent "bob" is bob@example.org, shown as Bob; visitor "ann" is visitor-ann, a new
 * one checks in and is online. After every step desk_verify runs, the writes are committed and what
 * is stored is compared with what the desk holds.
 *
 * What was told waits in order until an expectation takes it out; the first that fits is taken. An
 * expectation that fails prints all that waits. */
#pragma once

#include "desk/desk.h"
#include "desk/desk_questions.h"
#include "desk/own_field.h"

struct story;

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
enum {
    AGENT_GRACE = MINUTE,
    TRANSFER = MINUTE,
    LEAVE = 10 * SECOND,
    VISITOR_GRACE = 2 * MINUTE,
    LINGER = 10 * MINUTE,
    IDLE = 30 * MINUTE,
    ANSWER = 2 * MINUTE, /* if there is an answer time */
    OFFER = MINUTE       /* if there is an offer time */
};

/* ---- before it begins ---- */
struct story *story_create(void);
void has_agent(struct story *s, const char *agent, unsigned capacity);
void has_department(struct story *s, const char *id, const char *agents);    /* "bob eve" */
void asks_for(struct story *s, enum form_field name, enum form_field email); /* of the last one */
/* Of the last department. */
void has_hours(struct story *s, const char *zone, const char *hours);
void has_holiday(struct story *s, const char *days);
void calls_absent_agents(struct story *s, time_ms after);
/* Of the last agent. */
void says_on(struct story *s);
void has_offer_time(struct story *s, time_ms ms);
void shows_status(struct story *s);
void has_limits(struct story *s, size_t max_queue, size_t max_visitors);
/* "eve boss"; "": nobody. Again: others instead, from the next configuration or start. */
void has_role(struct story *s, enum role role, const char *who);
void has_answer_time(struct story *s, const char *supervisors); /* "eve boss"; "": none */
/* Of the last department. rules and levels are borrowed. */
void routes(struct story *s, enum desk_routing routing);
void has_rules(struct story *s, const struct desk_rule *rules, size_t count);
void has_bounds(struct story *s, size_t max_queue, unsigned capacity);
void overflows(struct story *s, time_ms after, const char *to);
void keeps_tickets(struct story *s, enum desk_tickets tickets);
void has_service_levels(struct story *s, const struct desk_service_level *levels, size_t count);
void has_own_fields(struct story *s, const struct own_field *fields, size_t count);
void closes_solved(struct story *s, time_ms after);
void sends_mail(struct story *s, const struct desk_mail_config *mail); /* of the whole desk */
void reopens_tickets(struct story *s, time_ms within);
void leaves_tickets(struct story *s);
void shows_browsing(struct story *s, size_t max);
void asks_rating(struct story *s, enum rating_scale scale);
void asks_consent(struct story *s, const char *text); /* borrowed */
void asks_before(struct story *s, const char *form);  /* of question_print, borrowed */
/* Of the last agent; one skill and one language, borrowed, or NULL. */
void knows(struct story *s, unsigned level, const char *skill, const char *language);
/* Borrowed; later: for desk_is_configured. */
void has_forms(struct story *s, const struct desk_form *forms, size_t count);
void story_begins(struct story *s);
/* The one of most stories: sales with bob and eve, a seat each, nobody there yet. */
struct story *story_of_sales(void);
/* The same; bob is there and has a chat with ann. */
struct story *story_of_a_chat(void);
/* Behind story_begins: the agent is there, and has a chat with that visitor; all is forgotten. */
void chat_goes_on(struct story *s, const char *agent, const char *visitor);
void story_ends(struct story *s); /* nothing may wait untaken but cards and departments */

struct desk *desk_of(struct story *s);
struct storage *storage_of(struct story *s);
time_ms now_of(const struct story *s);
/* Behind calls that the story has no words for: verifies, commits, compares. */
void story_turn(struct story *s);

/* ---- what happens ---- */
void pass_time(struct story *s, time_ms ms); /* desk_tick every second */
void clock_jumps(struct story *s, time_ms ms);
/* The daemon ends and starts again on the same storage: nobody is there. */
void desk_restarts(struct story *s);
/* For the next start. */
void configuration_loses_the_last_agent_and_department(struct story *s);

/* Another configuration while the desk goes on: what changes, then that it is in force. Members are
 * named as in has_department, which adds a department; a new agent is has_agent. */
void loses_agent(struct story *s, const char *agent); /* of all departments */
void loses_department(struct story *s, const char *id);
void changes_agent(struct story *s, const char *agent, const char *name, unsigned capacity);
void changes_level(struct story *s, const char *agent, unsigned level);
void changes_routing(struct story *s, const char *id, enum desk_routing routing);
void changes_rules(struct story *s, const char *id, const struct desk_rule *rules, size_t count);
void changes_bounds(struct story *s, const char *id, size_t max_queue, unsigned capacity);
void changes_browsing(struct story *s, const char *id, size_t max);
void changes_overflow(struct story *s, const char *id, time_ms after, const char *to);
void has_dispatcher(struct story *s, const char *agent); /* one of the agents, and no other */
void changes_members(struct story *s, const char *id, const char *agents);
void desk_is_configured(struct story *s);
bool desk_could_be_configured(struct story *s, const char *but_for); /* a department, or NULL */

void agent_duty(struct story *s, const char *agent, enum duty_state state, time_ms pause);
void agent_is_heard(struct story *s, const char *agent);
void agent_misses_an_offer(struct story *s, const char *agent);
void agent_is(struct story *s, const char *agent, enum availability availability);
enum desk_result agent_tries(struct story *s, const char *agent, const char *visitor,
                             const char *id, const char *text);
void agent_says(struct story *s, const char *agent, const char *visitor, const char *text);
void prioritises(struct story *s, const char *agent, const char *visitor,
                 enum chat_priority priority);
void agent_declines(struct story *s, const char *agent, const char *visitor);
void agent_ends(struct story *s, const char *agent, const char *visitor);

void visitor_arrives(struct story *s, const char *visitor);
/* One with a language, an e-mail address and a page; NULL: as others have it. */
void visitor_comes_from(struct story *s, const char *visitor, const char *language,
                        const char *email, const char *page);
void visitor_leaves(struct story *s, const char *visitor);
/* As an edge does it: loaded from storage if the desk has forgotten. */
void visitor_returns(struct story *s, const char *visitor);
enum desk_result visitor_tries(struct story *s, const char *visitor, const char *department,
                               const char *id, const char *text);
void visitor_says(struct story *s, const char *visitor, const char *text); /* to the first one */
void visitor_says_to(struct story *s, const char *department, const char *visitor,
                     const char *text);
void visitor_ends(struct story *s, const char *visitor);
/* Sequence of the last entry of the visitor's chat. */
int64_t last_entry(struct story *s, const char *visitor);

/* ---- what must have been told: to agents ---- */
/* The contact appears, the notice comes, and the lines that were said. */
void expect_offer(struct story *s, const char *agent, const char *visitor);
void expect_no_offer(struct story *s, const char *agent, const char *visitor);
/* So long after the line that waits for an answer. */
void expect_reminded(struct story *s, const char *agent, const char *visitor, time_ms waited);
void expect_report(struct story *s, const char *supervisor, const char *visitor, time_ms waited);
void expect_withdrawn(struct story *s, const char *agent, const char *visitor);
void expect_went_on(struct story *s, const char *agent, const char *visitor);
void expect_taken_by(struct story *s, const char *agent, const char *visitor, const char *owner);
void expect_agent_told(struct story *s, const char *agent, const char *visitor,
                       enum agent_notice notice, const char *text);
void expect_agent_hears(struct story *s, const char *agent, const char *visitor, const char *text);
/* It may have been told before. */
void expect_agent_hears_again(struct story *s, const char *agent, const char *visitor,
                              const char *text);
/* A line of an agent, shown with the offer. */
void expect_agent_shown(struct story *s, const char *agent, const char *visitor, const char *by,
                        const char *text);
void expect_contact(struct story *s, const char *agent, const char *visitor);
void expect_contact_gone(struct story *s, const char *agent, const char *visitor);
void expect_call(struct story *s, const char *agent, const char *department, enum agent_call call,
                 const char *visitor, const char *text);
void expect_waits(struct story *s, const char *agent, const char *department, const char *visitor,
                  time_ms waited);
/* What the edge would tell, as it is stored now: "3 for bob of sales: 1003 1002 1001", one look
 * after the other, "; " between two; looks without news are left out. */
void expect_news(struct story *s, const char *expected);
void expect_duty(struct story *s, const char *agent, enum duty_state state);
void expect_dismissed(struct story *s, const char *agent);
/* Under the ticket's address; by: "" the requester. */
void expect_ticket_line(struct story *s, const char *agent, int64_t ticket, bool begins,
                        const char *by, const char *text);
void expect_ticket_seen(struct story *s, const char *agent, int64_t ticket, const char *id,
                        enum entry_seen seen);
void expect_card(struct story *s, const char *visitor);
void expect_agent_sees_typing(struct story *s, const char *agent, const char *visitor,
                              const char *state);
void expect_agent_sees_seen(struct story *s, const char *agent, const char *visitor, const char *id,
                            enum entry_seen seen);

/* ---- to visitors ---- */
void expect_visitor_hears(struct story *s, const char *visitor, const char *agent,
                          const char *text);
/* to, by: bare JID or id, in full; event: "corrected", "retracted", "reacted". */
void expect_change(struct story *s, const char *to, const char *by, const char *event,
                   int64_t about, const char *text);
void expect_own_line(struct story *s, const char *visitor, const char *text);
void expect_notice(struct story *s, const char *visitor, const char *event, const char *agent);
/* A step of a ticket, the last notice of all; why: its body. */
void expect_step(struct story *s, const char *visitor, const char *event, const char *why);
void expect_waiting(struct story *s, const char *visitor, enum chat_state state, size_t position);
void expect_visitor_sees_typing(struct story *s, const char *visitor, const char *agent,
                                const char *state);
void expect_visitor_sees_seen(struct story *s, const char *visitor, const char *id,
                              enum entry_seen seen);
void expect_department_told(struct story *s, const char *department);
void expect_bulletin_told(struct story *s, const char *of); /* "site shop", "department sales" */

void expect_nothing(struct story *s); /* but cards and departments, which are taken out */
void forget_what_was_told(struct story *s);

/* ---- what must be so ---- */
void expect_state(struct story *s, const char *visitor, enum chat_state state);
void expect_owner(struct story *s, const char *visitor, const char *agent); /* "": nobody */
/* Open offers of the chat, as many as there are. */
void expect_offered_to(struct story *s, const char *visitor, const char *agents); /* "bob eve" */
void expect_missed(struct story *s, const char *agent, unsigned offers);
void expect_left(struct story *s, const char *visitor, bool left);
void expect_no_chat(struct story *s, const char *visitor);
void expect_department(struct story *s, const char *department, enum department_state state);
