/* ticket_keeping.h - what agents keep of a ticket besides its state: tags and its priority.
 *
 * Both stand with its chat, too, where lists look for them. The chat is given as it was read with
 * the ticket (desk_await_ticket); what was changed since counts. */
#pragma once

#include "desk/desk.h"

/* By whom, and DESK_NOT_FOUND and DESK_FORBIDDEN, as of all that is done to tickets. DESK_REPEATED,
 * DESK_FULL: as desk_agent_tag. */
enum desk_result desk_ticket_tag(struct desk *d, time_ms now, const char *who,
                                 const struct chat_record *chat, const char *tag, bool present);
/* The same, and by dispatchers. Its service levels are those of that priority from now on, with the
 * time that has passed already: what that makes late is told as such. DESK_REPEATED. */
enum desk_result desk_ticket_prioritise(struct desk *d, time_ms now, const char *who,
                                        const struct chat_record *chat,
                                        enum chat_priority priority);
/* Of its chat as they are now, "billing urgent"; "": none. Borrowed until the next call. */
const char *desk_ticket_tags(const struct desk *d, const struct chat_record *chat);
const char *desk_priority_name(enum chat_priority priority); /* as notes have it */
