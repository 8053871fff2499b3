/* duty.h - whether an agent is at the counter, which presence alone does not tell.
 *
 * An agent may say so: on, off, or in a pause that may end by itself. Who is off or in a pause is
 * offered nothing, as if BUSY; chats of theirs go on. Of some (desk_agent_config.says_on) presence
 * is no sign at all: they are off until they come on duty, and again on the next day. A day is one
 * of the calendar of the first of their departments that has hours: over midnight it goes on to the
 * end of what began on it. What they said is stored.
 *
 * Who lets AGENT_MISSED_MAX offers in a row pass unanswered is treated as AWAY until they say
 * something, and told so. That is not stored: after a restart it shows again. */
#pragma once

#include "desk/desk.h"

struct agent;

enum duty_state duty_state(const struct agent *a, time_ms now);
/* The availability that follows from presence, duty and missed offers, and what follows from that;
 * desk_settle afterwards. */
void duty_follow(struct desk *d, time_ms now, struct agent *a);
/* The start, or another configuration: of all agents. */
void duty_review(struct desk *d, time_ms now);
/* Pauses and days end; who has become idle is told. */
void duty_tick(struct desk *d, time_ms now);
