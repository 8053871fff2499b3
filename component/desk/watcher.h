/* watcher.h - agents who are told what is said and noted on a ticket that is not theirs.
 *
 * They stand in the ticket (ticket_record::watchers), and are told like its owner, as long as they
 * may change it. Who has it is told once, watching or not. */
#pragma once

#include "desk/desk.h"

struct ticket;

/* To each but its owner and who. */
void watchers_tell(struct desk *d, const struct ticket *t, const char *who,
                   const struct entry_record *e, bool begins);
