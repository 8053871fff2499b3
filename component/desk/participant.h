/* participant.h - an agent in a chat besides its owner.
 *
 * INVITED: asked by one who is in it; a line or desk_agent_join is the yes. JOINED: speaks to the
 * visitor under the own name. WATCHING: a supervisor who reads, and whom the visitor never hears.
 * Each has the visitor's contact, sees every line and note, and is stored, until leaving or until
 * the chat is closed. The owner is never one: a participant who becomes it is none any more. */
#pragma once

#include "base/list.h"
#include "desk/desk.h"

struct agent;
struct chat;
struct desk;

struct participant {
    struct chat *chat;
    struct agent *agent;
    enum part part;
    struct list chat_link;  /* chat::participants */
    struct list agent_link; /* agent::participations */
};

struct participant *participant_find(const struct chat *c, const struct agent *a);
/* Whether that agent says anything to the visitor: the owner, and who has joined. */
bool participant_speaks(const struct chat *c, const struct agent *a);
/* Comes in, or is something else from now on; stored, the contact appears. Nobody is told. */
void participant_enter(struct desk *d, struct chat *c, struct agent *a, enum part part);
/* From storage. */
void participant_restore(struct chat *c, struct agent *a, enum part part);
/* Of memory alone. */
void participant_destroy(struct participant *p);
/* Is in it no more, if they were; stored, the contact goes if nothing else holds it. */
void participant_leave(struct desk *d, struct chat *c, struct agent *a);
/* Whether that agent may be one of that kind, by the roles of now: only a supervisor reads. */
bool participant_may(const struct desk *d, const struct agent *a, enum part part);
/* Another configuration: who may not any more is told so, and leaves. */
void participant_dismiss(struct desk *d);
/* The chat is closed: all are told by whom, and leave. */
void participant_close(struct desk *d, struct chat *c, const char *by);
/* The first who has joined and is not lost; NULL: nobody. */
struct agent *participant_heir(const struct chat *c);
/* That notice to the owner and to all participants but one. */
void participant_tell_all(struct desk *d, const struct chat *c, const struct agent *except,
                          enum agent_notice notice, const char *text);
