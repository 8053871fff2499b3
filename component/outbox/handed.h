/* handed.h - rows that a server has taken. Where that means stored, they are done. Where it means
 * only routed, they wait: for a receipt, for outbox_arrived, or for ten minutes on the link. */
#pragma once

#include "outbox/outbox_state.h"

/* A fence behind the row was answered; it may be gone afterwards. */
void handed_take(struct row *row);
void handed_tick(struct outbox *o);
